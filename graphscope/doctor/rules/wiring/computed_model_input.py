"""A model is called, in the user's own code, with a computed tensor of another size."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places
from graphscope.doctor.facts.declared import Declared, declared_inputs
from graphscope.doctor.facts.failing import Failing, failing
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import (
    Origin,
    as_evidence,
    describe,
    trace_dimension,
    trace_expression_dimension,
)
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.wording import at, call_place, label, place_of, shape

ID = "computed-model-input"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Follow the axis that does not fit through the code that computed the tensor."""
    call, found = case.failure.layer_call if case.failure else None, failing(case)
    if call is None or found is None or not isinstance(found.node, ast.Call):
        return
    # What layers made in a graph of layers is another rule's; here nothing was recorded of it.
    if call.outputs or len(call.inputs) != 1 or next(makers_of(case, call.inputs[0]), None):
        return
    declared, received = declared_inputs(call.operation), call.input_specs[0].shape
    if len(declared) != 1 or received is None or not found.node.args:
        return
    axis = _differing(declared[0].shape, received)
    if axis is None:
        return
    origin = trace_expression_dimension(case, found.node.args[0], axis - len(received), found.frame)
    if origin.kind not in ("unknown", "data"):
        yield _tell(case, call, declared[0], received, axis, origin, found)


def _differing(wanted: Shape, received: Shape) -> int | None:
    if len(wanted) != len(received):
        return None
    differing = [
        axis
        for axis in range(1, len(wanted))
        if None not in (wanted[axis], received[axis]) and wanted[axis] != received[axis]
    ]
    return differing[-1] if differing else None


def _tell(
    case: Case, call: CallRecord, declared: Declared, received: Shape, axis: int,
    origin: Origin, found: Failing,
) -> Diagnosis:  # fmt: skip
    assert isinstance(found.node, ast.Call)
    needed, got, here = declared.shape[axis], received[axis], call_place(call)
    text = found.source(found.node.args[0])
    whole = _split_of(origin)
    fixes = known([*_fixes(case, declared, origin, needed or 1, got or 1)])
    lines = [
        f"{label(call.operation)}, called{at(case, here)}, expects {needed} values along axis "
        f"{axis}, {shape(declared.shape)}, and gets {shape(received)}: {text}.",
        f"{got} comes from {describe(case, origin)}.",
    ]
    if whole is not None:
        count = whole.value // (got or 1)
        lines.append(
            f"The tensor of {whole.value} units is split in {count} parts of {got}; for parts of "
            f"{needed} the layer before needs {count} * {needed} = {count * (needed or 1)} units."
        )
    lines.append(f"Make what is handed over {needed} wide, or declare the model's input for {got}.")
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        "\n".join(lines),
        places=best_places(fixes, *origin.places[:2], here, declared.place(case)),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(call.operation)} expects {shape(declared.shape)}",
                     declared.place(case) or place_of(case, call.operation)),
            Evidence("shape", f"{text} is {shape(received)}", here),
            *as_evidence(case, origin),
        ),
        fixes=fixes,
    )  # fmt: skip


def _split_of(origin: Origin) -> Origin | None:
    """Return the whole of which the value is an equal part, along the chain."""
    for step in origin.chain():
        if step.kind == "arithmetic" and " / " in step.text and isinstance(step.node, ast.Call):
            return step.causes[0] if step.causes else None
        if step.value != origin.value:
            return None
    return None


def _fixes(
    case: Case, declared: Declared, origin: Origin, needed: int, got: int
) -> Iterator[Fix | None]:
    whole = _split_of(origin)
    purpose = f"so that {declared.name} gets {needed} values"
    if whole is not None:
        wanted = whole.value // got * needed
        yield from toward(case, whole, wanted, purpose=purpose, likelihood=0.9, limit=3)
    else:
        yield from toward(case, origin, needed, purpose=purpose, likelihood=0.8, limit=3)
    if declared.tensor is not None:
        given = trace_dimension(case, declared.tensor, -1)
        yield from toward(
            case, given, got, purpose=f"to take what comes into {declared.name}",
            likelihood=0.55, limit=2,
        )  # fmt: skip
