"""A reshape target that names the batch axis, or leaves more than one axis open."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.counting import count, product
from graphscope.doctor.facts.failing import Failing, failing
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import find_argument, make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct, frame_place, label, shape

ID = "reshape-target"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at targets that Reshape refused, and at ones with None that a later layer refused."""
    failure = case.failure
    if failure is None:
        return
    if failure.creating is not None and failure.creating[0].__name__ == "Reshape":
        yield from _refused(case)
    elif failure.layer_call is not None and failure.layer_call.inputs:
        for call in makers_of(case, failure.layer_call.inputs[0]):
            if None in getattr(call.operation, "target_shape", ()):
                yield from _with_batch(case, call.operation, failure.layer_call.operation)
                return


def _refused(case: Case) -> Iterator[Diagnosis]:
    """Several axes left open: the constructor raised."""
    found = failing(case)
    if found is None or not isinstance(found.node, ast.Call) or not found.node.args:
        return
    target = found.node.args[0]
    if not isinstance(target, ast.Tuple | ast.List):
        return
    values = [found.look(each) for each in target.elts]
    opened = [axis for axis, value in enumerate(values) if value in (-1, None)]
    if len(opened) < 2 or not all(isinstance(value, int | None) for value in values):
        return
    incoming = _incoming(found, found.node)
    fixes = [
        fix for fix in (_drop_first(found.file, target, values, incoming),) if fix is not None
    ] + list(_filled(found, target, opened, incoming))
    came = f" What comes in is {shape(incoming)}." if incoming else ""
    message = (
        f"Reshape{at(case, found.place)}: the target {found.source(target)} leaves "
        f"{len(opened)} axes open (-1); only one can be worked out from the number of elements, "
        f"at most one unknown dimension.{came}\n"
        "The target is the shape of one sample: the batch axis is kept by itself and is not named "
        "in it. Keep a single -1 and write the other sizes as numbers."
    )
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        message,
        places=(found.place,),
        layer="Reshape",
        evidence=(Evidence("value", f"target_shape={tuple(values)}", found.place),),
        fixes=tuple(fixes),
    )


def _incoming(found: Failing, call: ast.Call) -> tuple[int | None, ...] | None:
    """The shape of the tensor to which the layer that is being made will be applied."""
    parent = found.file.parent(call)
    if isinstance(parent, ast.Call) and parent.func is call and parent.args:
        return shape_of(found.look(parent.args[0]))
    return None


def _drop_first(
    file: SourceFile,
    target: ast.Tuple | ast.List,
    values: list[Any],
    incoming: tuple[int | None, ...] | None,
) -> Fix | None:
    rest = values[1:]
    if values[0] not in (-1, None) or not rest or sum(each in (-1, None) for each in rest) > 1:
        return None
    if incoming is not None and None not in incoming[1:]:
        have, want = count(incoming[1:]), count([each or -1 for each in rest])
        if not want or (have % want if -1 in rest else have != want):
            return None
    texts = [file.segment(each) for each in target.elts[1:]]
    text = f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
    title = "Leave the batch axis out of the target: Reshape keeps it by itself"
    editor = Editor(file).replace(target, text)
    return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.9)


def _filled(
    found: Failing,
    target: ast.Tuple | ast.List,
    opened: list[int],
    incoming: tuple[int | None, ...] | None,
) -> Iterator[Fix]:
    """One of the open axes as large as it comes in."""
    for axis in opened:
        size = incoming[axis + 1] if incoming and axis + 1 < len(incoming) else None
        if size is None:
            continue
        editor = Editor(found.file).replace(target.elts[axis], str(size))
        title = f"Write the size of axis {axis} as it comes in, {size}, and leave the other open"
        fix = make_fix(editor, title, likelihood=0.6)
        if fix is not None:
            yield fix


def _with_batch(case: Case, layer: Any, refusing: Any) -> Iterator[Diagnosis]:
    made = creation_call(case, layer)
    if made is None:
        return
    file, call, frame = made
    target = find_argument(call, type(layer), "target_shape")
    fixes = []
    if isinstance(target, ast.Tuple | ast.List):
        fix = _drop_first(file, target, list(layer.target_shape), None)
        fixes = [fix] if fix else []
    place = Place(file.path, (target or call).lineno)
    rest = layer.target_shape[1:]
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"{label(layer)}{at(case, place)} has None in its target {shape(layer.target_shape)}, so "
        f"that it gives {shape((None, *layer.target_shape))}: one axis too many for "
        f"{label(refusing)}.\n"
        "A Reshape layer keeps the batch axis by itself; its target is the shape of one sample, "
        f"{shape(rest)} = {product(rest)} elements. Take the None out of the target.",
        places=distinct([place, frame_place(frame)]),
        layer=layer.name,
        evidence=(Evidence("value", f"target_shape={layer.target_shape}", place),),
        fixes=tuple(fixes),
    )
