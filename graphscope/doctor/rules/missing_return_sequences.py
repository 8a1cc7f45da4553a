"""A layer that needs a sequence follows a recurrent layer that returns its last step only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "missing-return-sequences"

PASSING = {"Dropout", "Activation", "BatchNormalization", "LayerNormalization", "GaussianNoise"}
"""Layers that hand on the shape they receive."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look back from a layer that received rank 2 to the recurrent layer that dropped the steps."""
    call = case.failure.layer_call if case.failure else None
    if call is None or len(call.input_specs) != 1 or len(call.input_specs[0].shape or ()) != 2:
        return
    if not _needs_sequence(call.operation):
        return
    culprit = _recurrent_before(case, call)
    if culprit is None:
        return
    recurrent = culprit.operation
    place = place_of(case, recurrent)
    fix = fix_creation(
        case,
        _inner(recurrent),
        "return_sequences",
        "True",
        title=f"Give {label(recurrent)} return_sequences=True, so that it hands on every time step",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    received, made = call.input_specs[0], culprit.input_specs[0]
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(call.operation)}{at(case, call_place(call))} needs a sequence of rank 3, "
        f"(batch, time steps, features), and received {shape(received)}, rank 2.\n"
        f"{label(recurrent)}{at(case, place)} turns {shape(made)} into {shape(received)}: without "
        "return_sequences=True a recurrent layer returns only the output of its last time step.\n"
        f"Set return_sequences=True on {label(recurrent)}.",
        places=distinct([place, call_place(call)]),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(recurrent)} returns {shape(received)}", place),
            Evidence("shape", f"{label(call.operation)} expects rank 3, found rank 2"),
        ),
        fixes=(fix,) if fix else (),
    )


def _needs_sequence(layer: Any) -> bool:
    spec = getattr(layer, "input_spec", None)
    ranks = {getattr(each, "ndim", None) or getattr(each, "min_ndim", None) for each in _list(spec)}
    return ranks == {3}


def _recurrent_before(case: Case, call: CallRecord) -> CallRecord | None:
    tensor = call.inputs[0]
    while (before := case.recording.producer_of(tensor)) is not None and before.is_layer:
        if getattr(_inner(before.operation), "return_sequences", None) is False:
            return before
        if before.class_name not in PASSING or not before.inputs:
            return None
        tensor = before.inputs[0]
    return None


def _inner(layer: Any) -> Any:
    """Return the recurrent layer inside a Bidirectional one."""
    return getattr(layer, "forward_layer", layer)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
