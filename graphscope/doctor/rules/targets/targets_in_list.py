"""The targets are a Python list of numbers or arrays, which Keras takes for several outputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.handover import argument_node
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code, shape

ID = "targets-in-a-list"

_METHODS = {"fit", "evaluate", "train_on_batch", "test_on_batch"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the targets of a model with one output."""
    boundary = case.failure.boundary if case.failure else None
    if boundary is None or boundary.kind not in _METHODS or boundary.finished:
        return
    given = boundary.arguments.get("y")
    outputs = getattr(boundary.model, "outputs", None)
    if not isinstance(given, list | tuple) or len(given) < 2 or not outputs or len(outputs) != 1:
        return
    frame = boundary.site[0] if boundary.site else None
    found = case.program.call(frame) if frame is not None else None
    node = argument_node(found[1], "y") if found is not None else None
    each = _element_shape(given)
    if frame is None or found is None or node is None or each is None:
        return
    yield _tell(case, boundary, found[0], node, len(given), each)


def _element_shape(given: Any) -> tuple[int | None, ...] | None:
    """Return the shape that all elements have; None when they have none, or several."""
    shapes = {() if isinstance(each, int | float) else shape_of(each) for each in given}
    found = next(iter(shapes)) if len(shapes) == 1 else None
    return tuple(found) if found is not None else None


def _tell(
    case: Case,
    boundary: Boundary,
    file: SourceFile,
    node: ast.expr,
    count: int,
    each: tuple[int | None, ...],
) -> Diagnosis:
    output = tuple(boundary.model.outputs[0].shape)
    place = Place(file.path, node.lineno)
    text = " ".join(file.segment(node).split())
    what = "numbers" if each == () else f"arrays of shape {shape(each)}"
    whole = (count, *each)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.98,
        f"{boundary.kind}(){at(case, place)} was given the targets `{text}`, a Python list of "
        f"{count} {what}.\n"
        f"Keras takes a list for one target per output, {count} outputs; the model has one output, "
        f"{shape(output)}.\n"
        f"Make one array of it: np.array(...) gives {shape(whole)}, one target for each of the "
        f"{count} samples; np.ones((n, 1)) or np.zeros((n, 1)) where all are equal.",
        places=(place,),
        evidence=(
            Evidence("data", f"y is a list of {count} {what}", place),
            Evidence("shape", f"the model's output is {shape(output)}: one target array"),
            code(case, place),
        ),
        fixes=tuple(_fixes(case, file, node, each)),
    )


def _fixes(
    case: Case, file: SourceFile, node: ast.expr, each: tuple[int | None, ...]
) -> Iterator[Fix]:
    if not case.program.is_own(file.path):
        return
    array = refer_to(file, "numpy.array")
    column = (".reshape(-1, 1)",) if each == () else ()
    for rank, after in enumerate(("", *column)):
        fix = make_fix(
            array.imported(Editor(file)).wrap(node, f"{array.text}(", f"){after}"),
            f"Make one array of the targets: {array.text}(...){after}",
            repair_class=RepairClass.B if rank else RepairClass.A,
            likelihood=0.93 - 0.2 * rank,
        )
        if fix is not None:
            yield fix
