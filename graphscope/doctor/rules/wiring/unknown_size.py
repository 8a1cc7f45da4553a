"""A size that is not known yet (None) is used as a number."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, code, distinct

ID = "unknown-size-as-number"


@dataclass(frozen=True, slots=True, eq=False)
class _Size:
    """A None that is a size: where it is used, and the tensor and axis it belongs to."""

    node: ast.expr
    owner: ast.expr
    axis: int
    definition: ast.AST | None
    shape: tuple[int | None, ...] | None


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for sizes that are None in the failing expression."""
    failure = case.failure
    if failure is None or not failure.site:
        return
    if not isinstance(failure.exception, TypeError | ValueError):
        return
    frame = failure.site[0]
    found = case.program.node(frame)
    if found is None or not case.program.is_own(found[0].path):
        return
    file, node = found
    sizes = [
        size for each in ast.walk(node) if (size := _size(case, file, each, frame)) is not None
    ]
    if sizes:
        yield _tell(case, file, frame, sizes)


def _size(case: Case, file: SourceFile, node: ast.AST, frame: Frame) -> _Size | None:
    if not isinstance(node, ast.Name | ast.Subscript) or not isinstance(node.ctx, ast.Load):
        return None
    if isinstance(node, ast.Subscript) and _is_shape(node.value):
        axis = live_value(case, node.slice, frame)
        shape = _shape(case, node.value, frame)
        if isinstance(axis, int) and shape and -len(shape) <= axis < len(shape):
            known = shape[axis]
            owner = node.value.value  # type: ignore[attr-defined]
            return _Size(node, owner, axis % len(shape), None, shape) if known is None else None
        return None
    if not isinstance(node, ast.Name) or live_value(case, node, frame) is not None:
        return None
    return _of_name(case, file, node, frame)


def _of_name(case: Case, file: SourceFile, node: ast.Name, frame: Frame) -> _Size | None:
    for each in definitions_of(file, node, before=node):
        value, path = each.value, each.path
        if value is None or each.file is not file:
            continue
        if isinstance(value, ast.Subscript) and not path and _is_shape(value.value):
            axis = live_value(case, value.slice, frame)
            whole = value.value
        elif _is_shape(value) and len(path) == 1 and path[0][0] == "item":
            axis, whole = path[0][1], value
        else:
            continue
        shape = _shape(case, whole, frame)
        if isinstance(axis, int):
            axis = axis % len(shape) if shape else axis
            return _Size(node, whole.value, axis, value, shape)  # type: ignore[attr-defined]
    return None


def _is_shape(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "shape"


def _shape(case: Case, node: ast.expr, frame: Frame) -> tuple[int | None, ...] | None:
    assert isinstance(node, ast.Attribute)
    shape = getattr(live_value(case, node.value, frame), "shape", None)
    try:
        return tuple(shape) if shape is not None else None
    except (TypeError, ValueError):
        return None


def _tell(case: Case, file: SourceFile, frame: Frame, sizes: list[_Size]) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    size = sizes[0]
    line = Place(file.path, size.node.lineno)
    text, owner = file.segment(size.node), file.segment(size.owner)
    given = (
        Place(file.path, size.definition.lineno) if isinstance(size.definition, ast.expr) else None
    )
    what = "the batch size" if size.axis == 0 else f"the size of axis {size.axis}"
    shape = f" {size.shape}" if size.shape else ""
    fixes = tuple(_fixes(file, sizes, is_inside_call=failure.layer_call is not None))
    layer = failure.layer_call
    inside = f" of {layer.class_name} '{layer.name}'" if layer else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"`{text}` is None{at(case, line)} in {frame.position.function}{inside}, and is used as a "
        f"number: `{file.line_text(line.line)}`.\n"
        f"It is {what} of {owner}{shape}{at(case, given)}, which is not known while the model is "
        f"built; only the data decide it.\n"
        f"In reshape write -1 for it; elsewhere take it from the data: keras.ops.shape({owner})"
        f"[{size.axis}].",
        places=distinct([line, given]),
        layer=layer.name if layer else None,
        evidence=(
            code(case, line),
            Evidence("shape", f"{owner}.shape{shape}: axis {size.axis} is None ({what})", line),
            Evidence("note", "-1 in reshape, or ops.shape(x)[axis], stand for a size that is open"),
            *((code(case, given),) if given else ()),
        ),
        fixes=fixes,
    )


def _fixes(file: SourceFile, sizes: list[_Size], *, is_inside_call: bool) -> Iterator[Fix]:
    open_places = _in_reshape(file, sizes)
    if open_places is not None:
        editor = Editor(file).replace(open_places, "-1")
        yield from _made(editor, "Write -1 for it in the new shape", RepairClass.A, 0.93)
    if not is_inside_call:
        return  # outside of a layer's call ops.shape knows no more
    reference = refer_to(file, "keras.ops.shape")
    definition = sizes[0].definition
    if _is_shape(definition) if isinstance(definition, ast.expr) else False:
        owner = file.segment(sizes[0].owner)
        editor = reference.imported(Editor(file))
        editor.replace(definition, f"{reference.text}({owner})")  # type: ignore[arg-type]
        title = f"Take the sizes from the data where they are open: {reference.text}({owner})"
        yield from _made(editor, title, RepairClass.B, 0.6)
    else:
        editor = reference.imported(Editor(file))
        for size in sizes:
            owner = file.segment(size.owner)
            editor.replace(size.node, f"{reference.text}({owner})[{size.axis}]")
        title = f"Take the size from the data: {reference.text}(...)[{sizes[0].axis}]"
        yield from _made(editor, title, RepairClass.B, 0.7)


def _in_reshape(file: SourceFile, sizes: list[_Size]) -> ast.expr | None:
    """Return the element of a reshape's new shape that is open, when it is the only one."""
    elements = {id(e): e for size in sizes if (e := _element(file, size.node)) is not None}
    if len(elements) != 1 or len(sizes) != len([s for s in sizes if _element(file, s.node)]):
        return None
    element = next(iter(elements.values()))
    container = file.parent(element)
    others = container.elts if isinstance(container, ast.Tuple | ast.List) else []
    has_open = any(isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub) for e in others)
    return None if has_open else element


def _element(file: SourceFile, node: ast.expr) -> ast.expr | None:
    inside: ast.AST = node
    for around in file.ancestors(node):
        if isinstance(around, ast.Tuple | ast.List) and isinstance(inside, ast.expr):
            call = file.parent(around)
            call = file.parent(call) if isinstance(call, ast.keyword) else call
            name = ast.unparse(call.func).lower() if isinstance(call, ast.Call) else ""
            return inside if name.endswith("reshape") else None
        inside = around
    return None


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
