"""A model that declares no input is given data without an axis that its first layer needs."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places, called, given, made_at, made_by
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.facts.layer_input import meaning_of_axes, needed_ranks
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.data_edits import (
    Change,
    change_at_calls,
    change_at_definitions,
    change_in_map,
    known,
)
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, call_place, label, place_of, shape

ID = "data-rank-for-layer"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the rank that the failing layer needs with the data, when it got it unchanged."""
    call = case.failure.layer_call if case.failure else None
    own = handover(case)
    if call is None or own is None or own.declared or len(own.parts) != 1:
        return
    part, ranks = own.parts[0], needed_ranks(call.operation)
    received = call.input_specs[0].shape if len(call.input_specs) == 1 else None
    if ranks is None or not received or not part.shape or received[1:] != part.shape[1:]:
        return
    if len(part.shape) == ranks[0] - 1:
        yield _axis_lacks(case, part, call, ranks[0])


def _axis_lacks(case: Case, part: Part, call: CallRecord, rank: int) -> Diagnosis:
    own = part.handover
    change = Change("[..., None]")
    title = "Add a last axis of size 1"
    fixes = known([
        change_at_calls(part, change, title, likelihood=0.85, repair_class=RepairClass.B),
        change_at_definitions(part, change, title, likelihood=0.8, repair_class=RepairClass.B),
        change_in_map(part, change, title, likelihood=0.7),
    ])  # fmt: skip
    meaning = meaning_of_axes(call.operation)
    axis = "channel axis" if rank > 3 else "axis of time steps or features"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{called(own)} failed: {label(call.operation)}{at(case, call_place(call))} needs rank "
        f"{rank}{', ' + meaning if meaning else ''}, and {given(part)}, rank "
        f"{len(part.shape or ())}: the {axis} is missing.{made_at(part)}\n"
        f"Add it with x[..., None], which gives {shape((*(part.shape or ()), 1))}.",
        places=best_places(fixes, own.place, call_place(call)),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(call.operation)} needs rank {rank} and received "
                     f"{shape(call.input_specs[0])}", place_of(case, call.operation)),
            Evidence("data", f"{part.text} is {shape(part.spec)} {part.spec.dtype}", own.place),
            *made_by(part),
        ),
        fixes=fixes,
    )  # fmt: skip
