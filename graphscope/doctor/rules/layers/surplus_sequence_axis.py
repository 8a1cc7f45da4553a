"""A layer that needs one vector per sample receives a sequence or a map."""

from __future__ import annotations

import math
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import layers_behind, meaning_of_axes, needed_ranks
from graphscope.doctor.facts.recurrent import making_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.layers import insert_before
from graphscope.doctor.fixes.placement import placement_of
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "surplus-sequence-axis"

_SEQUENCE = 3
"""The rank of a sequence of vectors."""


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
        # A layer that wants steps itself is not helped by dropping them: its maps are the surplus.
        if ranks[1] == _SEQUENCE and len(received) > _SEQUENCE + 1:
            yield _maps_of_steps(case, call, before)
            return
        if getattr(inner, "return_sequences", None) is True:
            yield _diagnosis(case, call, before, inner, ranks[1])
            return
        had = before.input_specs[0].shape if before.input_specs else None
        if had is None or len(had) != len(received):
            return


def _maps_of_steps(case: Case, call: CallRecord, before: CallRecord) -> Diagnosis:
    """A layer for sequences of vectors receives a sequence of maps."""
    received = call.input_specs[0].shape or ()
    here, made = (
        place_of(case, call.operation) or call_place(call),
        place_of(case, before.operation),
    )
    sizes = received[2:]
    count = None if None in sizes else math.prod(each or 1 for each in sizes)
    flat = f" of {count} numbers, {shape((None, received[1], count))}" if count else ""
    fixes = [
        insert_before(
            case, call.operation, "TimeDistributed", _flatten_text(case, call), call=call,
            title="Flatten the map of each time step: TimeDistributed(Flatten())",
            repair_class=RepairClass.A, likelihood=0.93,
        ),
        insert_before(
            case, call.operation, "Reshape", f"({received[1]}, -1)", call=call,
            title=f"Flatten the map of each time step: Reshape(({received[1]}, -1))",
            likelihood=0.8,
        )
        if received[1] is not None
        else None,
    ]  # fmt: skip
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(call.operation)}{at(case, here)} expects rank 3, (batch, time steps, features), "
        f"and found rank {len(received)} {shape(received)}.\n"
        f"{label(before.operation)}{at(case, made)} hands on a map for each time step: axis 1 are "
        f"the {received[1]} steps, the others, {sizes}, are one map of features.\n"
        f"Flatten each step to one vector{flat}: TimeDistributed(Flatten()) in front of "
        f"{label(call.operation)}; or pool each with TimeDistributed(GlobalAveragePooling2D()).",
        places=distinct([here, made]),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(before.operation)} returns {shape(received)}", made),
            Evidence("shape", f"{label(call.operation)} expects rank 3"),
        ),
        fixes=tuple(fix for fix in fixes if fix is not None),
    )


def _flatten_text(case: Case, call: CallRecord) -> str:
    placement = placement_of(case, call.operation, call)
    if placement is None:
        return "Flatten()"
    return f"{refer_to(placement.file, 'keras.layers.Flatten').text}()"


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
