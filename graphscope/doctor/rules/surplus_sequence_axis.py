"""A layer that needs one vector per sample receives a sequence or a map."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.layers import insert_before
from graphscope.doctor.records import CallRecord
from graphscope.doctor.rules._layer_input import layers_behind, meaning_of_axes, needed_ranks
from graphscope.doctor.rules._recurrent import making_of
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "surplus-sequence-axis"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look back from a layer with too many axes to the recurrent layer that kept the steps."""
    call = case.failure.layer_call if case.failure else None
    if call is None or not call.inputs or not call.input_specs[0].shape:
        return
    ranks = needed_ranks(call.operation)
    received = call.input_specs[0].shape
    if ranks is None or len(received) <= ranks[1]:
        return
    for before in layers_behind(case, call):
        inner = getattr(before.operation, "forward_layer", before.operation)
        if getattr(inner, "return_sequences", None) is True:
            yield _diagnosis(case, call, before, inner, ranks[1])
            return
        had = before.input_specs[0].shape if before.input_specs else None
        if had is None or len(had) != len(received):
            return


def _diagnosis(
    case: Case, call: CallRecord, culprit: CallRecord, recurrent: object, rank: int
) -> Diagnosis:
    layer, place = call.operation, place_of(case, culprit.operation)
    here, meaning = place_of(case, layer) or call_place(call), meaning_of_axes(layer)
    received = call.input_specs[0]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"{label(layer)}{at(case, here)} expects rank {rank}"
        f"{', ' + meaning if meaning else ''}, and found rank {len(received.shape or ())} "
        f"{shape(received)}.\n"
        f"{label(culprit.operation)}{at(case, place)} has return_sequences=True and hands on every "
        f"time step: {shape(culprit.input_specs[0])} becomes {shape(culprit.output_specs[0])}.\n"
        f"The layer in front of {label(layer)} must not return sequences: set "
        "return_sequences=False, or take the last time step only ([:, -1, :]).",
        places=distinct([place, here]),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"{label(culprit.operation)} returns {shape(received)}", place),
            Evidence("shape", f"{label(layer)} expects rank {rank}"),
        ),
        fixes=tuple(_fixes(case, call, culprit.operation, recurrent)),
    )


def _fixes(case: Case, call: CallRecord, wrapper: object, recurrent: object) -> Iterator[Fix]:
    made = making_of(case, wrapper)
    dropped = fix_creation(
        case,
        made.layer if made is not None else recurrent,
        "return_sequences",
        None,
        title=f"Take return_sequences=True from {label(wrapper)}",
        repair_class=RepairClass.B,
        likelihood=0.9,
    )
    pooled = insert_before(
        case,
        call.operation,
        "GlobalAveragePooling1D",
        call=call,
        title=f"Average the time steps before {label(call.operation)}",
        likelihood=0.5,
    )
    yield from (fix for fix in (dropped, pooled) if fix is not None)
