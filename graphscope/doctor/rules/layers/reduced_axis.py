"""A layer of the user's reduces its last axis away, and the next layer needs it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.axis_calls import REDUCING, methods_of
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.home import is_keras_own, written_at
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "reduced-without-keepdims"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the layer that turned (batch, n) into (batch,)."""
    call = case.failure.layer_call if case.failure else None
    given = call.input_specs[0].shape if call is not None and len(call.input_specs) == 1 else None
    if call is None or given is None or len(given) != 1:
        return
    spec = getattr(call.operation, "input_spec", None)
    least = getattr(spec, "min_ndim", None) or getattr(spec, "ndim", None)
    maker = _maker(case, call)
    if maker is None or least is None or least < 2:
        return
    before = maker.input_specs[0].shape if maker.input_specs else None
    for file, node in _reductions(case, maker):
        yield _diagnosis(case, call, maker, file, node, before)
        return


def _maker(case: Case, call: CallRecord) -> CallRecord | None:
    """Return the call of the user's layer that made a tensor; else the operation."""
    maker = case.recording.producer_of(call.inputs[0])
    while maker is not None and maker.parent is not None and maker.parent is not call.parent:
        maker = maker.parent
    return maker


def _reductions(case: Case, maker: CallRecord) -> Iterator[tuple[SourceFile, ast.Call]]:
    written = written_at(case, maker)
    if not maker.is_layer and written is not None:
        nodes: list[tuple[SourceFile, ast.AST]] = [(written[0], written[1])]
    elif is_keras_own(maker.operation) and written is not None:
        # A Lambda, written where it is called, or with a function of the user's.
        nodes = [(written[0], written[0].statement_of(written[1])), *_function_of(case, maker)]
    else:
        nodes = list(methods_of(case, maker.operation))
    for file, around in nodes:
        for node in ast.walk(around):
            if isinstance(node, ast.Call) and function_name(node) in REDUCING:
                keywords = {each.arg: each.value for each in node.keywords}
                axis = keywords.get("axis") or (node.args[1] if len(node.args) > 1 else None)
                if axis is not None and "keepdims" not in keywords:
                    yield file, node


def _function_of(case: Case, maker: CallRecord) -> Iterator[tuple[SourceFile, ast.AST]]:
    """Yield the functions of the user's that a Lambda applies."""
    name = getattr(getattr(maker.operation, "function", None), "__name__", "")
    for file in case.program.files:
        if case.program.is_own(file.path):
            yield from ((file, node) for node in file.functions(name))


def _diagnosis(
    case: Case,
    call: CallRecord,
    maker: CallRecord,
    file: SourceFile,
    node: ast.Call,
    before: tuple[int | None, ...] | None,
) -> Diagnosis:
    place = Place(file.path, node.lineno)
    owner = label(maker.operation) if maker.is_layer else maker.class_name
    text = " ".join(file.segment(node).split())
    given = call.input_specs[0].shape
    kept = (*(given or ()), 1)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(call.operation)}{at(case, call_place(call))} needs rank 2 at least, (batch, "
        f"features), and received {shape(given)}.\n"
        f"{owner} turns {shape(before)} into {shape(given)}: `{text}`{at(case, place)} sums up "
        "the last axis and takes it away.\n"
        f"keepdims=True keeps it with size 1: {shape(kept)}.",
        places=distinct([place, call_place(maker), place_of(case, maker.operation)]),
        layer=maker.name if maker.is_layer else call.name,
        evidence=(
            Evidence("shape", f"{owner}: {shape(before)} becomes {shape(given)}", place),
            Evidence("note", "a reduction takes its axis away unless keepdims=True"),
        ),
        fixes=tuple(_fixes(case, maker, file, node)),
    )


def _fixes(case: Case, maker: CallRecord, file: SourceFile, node: ast.Call) -> Iterator[Fix]:
    editor = Editor(file).set_keyword(node, "keepdims", "True")
    _declared(file, node, editor)
    fix = make_fix(
        editor, f"Keep the axis: {function_name(node)}(..., keepdims=True)",
        repair_class=RepairClass.A, likelihood=0.93,
    )  # fmt: skip
    if fix is not None:
        yield fix
    written = written_at(case, maker)
    if written is not None:
        expand = refer_to(written[0], "keras.ops.expand_dims")
        editor = expand.imported(Editor(written[0]))
        editor.wrap(written[1], f"{expand.text}(", ", -1)")
        fix = make_fix(editor, "Put a last axis of size 1 back", likelihood=0.7)
        if fix is not None:
            yield fix


def _declared(file: SourceFile, node: ast.Call, editor: Editor) -> None:
    """Change what `compute_output_shape` says along with what the layer does."""
    cls = file.class_of(node)
    for function in cls.body if cls else ():
        if not isinstance(function, ast.FunctionDef) or function.name != "compute_output_shape":
            continue
        for returned in ast.walk(function):
            value = returned.value if isinstance(returned, ast.Return) else None
            if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Slice):
                editor.replace(value, f"(*{file.segment(value)}, 1)")
            elif isinstance(value, ast.Tuple) and len(value.elts) == 1:
                editor.replace(value, f"({file.segment(value.elts[0])}, 1)")
