"""A layer that needs a sequence follows a recurrent layer that returns its last step only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import bases_of
from graphscope.doctor.facts.layer_input import layers_behind, meaning_of_axes, needed_ranks
from graphscope.doctor.facts.recurrent import dropping_layer, recurrent_part
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, Severity
from graphscope.doctor.fixes.sequence_fixes import sequence_fixes
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, call_place, code, distinct, label, place_of, shape

ID = "missing-return-sequences"

_SEQUENCE_LAYERS = {"Attention", "AdditiveAttention", "MultiHeadAttention", "TimeDistributed",
                    "GroupedQueryAttention"}  # fmt: skip
_READS_STEPS = re.compile(
    r"axis\s*=\s*(1|-2)\b|\[1\]|\[:,|einsum|steps|expand_dims|\btime\b|Attention|sequence"
)
"""What the code of a layer says that goes through the steps of its input."""


@dataclass(frozen=True, slots=True, eq=False)
class _Need:
    """A call that needs the steps, and how sure that is."""

    call: CallRecord
    culprit: CallRecord
    rank: int
    confidence: float
    is_declared: bool


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look back from a layer that lacks the steps to the recurrent layer that dropped them."""
    failed = call = case.failure.layer_call if case.failure else None
    while call is not None:
        need = _need_of(case, call)
        if need is not None:
            yield _diagnosis(case, need)
            return
        call = call.parent
    if failed is not None and failed.inputs:
        yield from _late(case, failed)


def _late(case: Case, failed: CallRecord) -> Iterator[Diagnosis]:
    """Look for a layer of the user's that took a vector for a sequence, and did not fail itself."""
    for before in layers_behind(case, failed):
        need = _need_of(case, before) if not _is_keras(before.operation) else None
        if need is not None and len(_READS_STEPS.findall(_code_of(case, before.operation))) > 1:
            yield _diagnosis(case, replace(need, confidence=0.95))
            return


def _is_keras(layer: Any) -> bool:
    return type(layer).__module__.startswith("keras")


def _need_of(case: Case, call: CallRecord) -> _Need | None:
    for tensor, spec in zip(call.inputs, call.input_specs, strict=False):
        received = len(spec.shape or ())
        wanted = _wanted_rank(case, call, received)
        if not received or wanted is None or wanted[0] != received + 1:
            continue
        culprit = dropping_layer(case, tensor, call.parent)
        if culprit is not None and len(culprit.output_specs[0].shape or ()) == received:
            declared = needed_ranks(call.operation) is not None
            return _Need(call, culprit, wanted[0], wanted[1], declared)
    return None


def _wanted_rank(case: Case, call: CallRecord, received: int) -> tuple[int, float] | None:
    """Return the rank that a layer needs, and how sure that is."""
    ranks = needed_ranks(call.operation)
    if ranks is not None and ranks[0] > received:
        return ranks[0], 0.95
    if bases_of(call.operation) & _SEQUENCE_LAYERS:
        return (3, 0.97) if received == 2 else None
    if _is_keras(call.operation) or received != 2:
        return None
    return (3, 0.85) if _READS_STEPS.search(_code_of(case, call.operation)) else None


def _code_of(case: Case, layer: Any) -> str:
    """Return the source of a layer's class, of the user's files only."""
    name = type(layer).__name__
    return "\n".join(
        file.segment(found) for file in case.program.files for found in file.classes(name)
    )


def _diagnosis(case: Case, need: _Need) -> Diagnosis:
    call, culprit = need.call, need.culprit
    recurrent, place = culprit.operation, place_of(case, culprit.operation)
    fixes = sequence_fixes(case, culprit, call)
    received, made = culprit.output_specs[0], culprit.input_specs[0]
    meaning = "(batch, time steps, features)" if need.rank == 3 else meaning_of_axes(call.operation)
    kind = type(recurrent_part(recurrent)).__name__
    return Diagnosis(
        ID,
        Severity.ERROR,
        need.confidence,
        f"{label(call.operation)}{at(case, call_place(call))} needs a sequence of rank {need.rank}"
        f"{', ' + meaning if meaning else ''}, and received {shape(call.input_specs[0])}, rank "
        f"{need.rank - 1}.\n"
        f"{label(recurrent)}{at(case, place)} turns {shape(made)} into {shape(received)}: without "
        f"return_sequences=True a recurrent layer ({kind}) returns only the output of its last "
        "time step; the time axis is gone.\n"
        f"Set return_sequences=True on {label(recurrent)}, and on every other recurrent layer "
        "that another one or attention follows.",
        places=distinct([*_first(place, fixes), call_place(call)]),
        layer=(call if need.is_declared else culprit).operation.name,
        evidence=(
            Evidence("shape", f"{label(recurrent)} returns {shape(received)}", place),
            Evidence(
                "shape",
                f"{label(call.operation)} expects rank {need.rank} (ndim={need.rank}), found rank "
                f"{need.rank - 1} (ndim={need.rank - 1}, {shape(call.input_specs[0])})",
                call_place(call),
            ),
            Evidence("value", f"{label(recurrent)} has return_sequences=False", place),
            *(code(case, each) for each in distinct([place, place_of(case, call.operation)])),
        ),
        fixes=tuple(fixes),
    )


def _first(place: Place | None, fixes: list[Fix]) -> list[Place | None]:
    """Return the layer's line first, unless the best fix leaves it as it is."""
    edited = list(fixes[0].places) if fixes else []
    return [place, *edited] if place in edited or not edited else [*edited, place]
