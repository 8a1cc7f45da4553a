"""A recurrent layer gets initial states that are not its own: too many, too few, of other sizes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.home import home_of, layers_around, written_at
from graphscope.doctor.facts.states import (
    States,
    own_units,
    states_given,
    told_sources,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from graphscope.doctor.fixes.state_fixes import fixes_for
from graphscope.doctor.origins import Origin, as_evidence, describe
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "initial-state-shapes"


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with the states, in words.

    Attributes:
        kind: `count`, `rank` or `size`.
        told: the fault.
        index: the first state that is wrong.
        size: the size that it should have.
    """

    kind: str
    told: str
    index: int
    size: int | None


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the states that a recurrent layer was given with its own."""
    for call in layers_around(case):
        home = home_of(case, call)
        states = states_given(case, home)
        if states is not None and (fault := _fault(states)) is not None:
            yield _diagnosis(case, home, states, fault)
            return


def _fault(states: States) -> _Fault | None:
    needed, given = states.needed, states.shapes
    if len(given) != len(needed):
        told = f"received {_count(len(given))} in initial_state and needs {states.meaning}"
        return _Fault("count", told, min(len(given), len(needed)), None)
    for index, (size, found) in enumerate(zip(needed, given, strict=True)):
        if found is None or size is None:
            continue
        if len(found) != states.rank:
            told = (
                f"received a state of shape {shape(found)}, rank {len(found)}, and needs rank "
                f"{states.rank}, {_state(size, states.rank)}"
            )
            return _Fault("rank", told, index, size)
        if found[-1] is not None and found[-1] != size:
            told = (
                f"received a state of shape {shape(found)} and needs {_state(size, states.rank)}: "
                f"{found[-1]} versus its {size} units"
            )
            return _Fault("size", told, index, size)
    return None


def _state(size: int, rank: int) -> str:
    return f"(None, {size})" if rank == 2 else f"(batch, ..., {size}) of rank {rank}"


def _count(count: int) -> str:
    return "1 state" if count == 1 else f"{count} states"


def _diagnosis(case: Case, home: CallRecord, states: States, fault: _Fault) -> Diagnosis:
    layer = home.operation
    written = written_at(case, home)
    here = Place(written[0].path, written[1].lineno) if written else None
    given, units = _origins(case, states, fault)
    fixes = tuple(fixes_for(case, states, fault.kind, fault.index, (given, units)))
    sources = told_sources(case, states)
    lines = [
        f"{label(layer)}{at(case, here)} {fault.told}.",
        *sources[:2],
        *_sizes(case, fault, given, units),
        _advice(states, fault),
    ]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        "\n".join(lines),
        places=distinct(
            [*(place for fix in fixes[:1] for place in fix.places), here, place_of(case, layer),
             *(given.places if given else ())]
        ),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"initial_state: {_shapes(states.shapes)}", here),
            Evidence("shape", f"{label(layer)} needs {states.meaning}, each of its own units"),
            *(Evidence("origin", each) for each in sources),
            *(as_evidence(case, given) if given else ()),
            *(as_evidence(case, units) if units else ()),
            Evidence("note", "Keras passes the states on unchecked while the model is built; "
                     "the product with the recurrent kernel fails when it is run"),
        ),
        fixes=fixes,
    )  # fmt: skip


def _shapes(shapes: list[Shape | None]) -> str:
    return ", ".join(shape(each) for each in shapes)


def _origins(case: Case, states: States, fault: _Fault) -> tuple[Origin | None, Origin | None]:
    if fault.kind == "count":
        return None, None
    given = states.origin(case, fault.index, -1) if fault.kind == "size" else None
    found = states.shapes[fault.index]
    if given is not None and not _is_told(states, fault, given, (found or (None,))[-1]):
        given = None
    return given, own_units(case, states.layer)


def _is_told(states: States, fault: _Fault, given: Origin, size: int | None) -> bool:
    """Whether an origin is that of the state: of one that no layer made, data are not."""
    if given.kind == "unknown" or given.value != size:
        return False
    made = states.makers[fault.index] is not None
    return made or all(step.kind != "data" for step in given.chain())


def _sizes(case: Case, fault: _Fault, given: Origin | None, units: Origin | None) -> Iterator[str]:
    if fault.kind != "size":
        return
    if given is not None:
        yield f"The state's size comes from {describe(case, given)[:260]}."
    if units is not None:
        yield f"The layer's units come from {describe(case, units)[:200]}."


def _advice(states: States, fault: _Fault) -> str:
    layer: Any = states.layer
    if fault.kind == "count" and states.from_bidirectional:
        return (
            "A Bidirectional encoder returns the states of both directions: concatenate the "
            "forward and backward state of each kind (the decoder then needs twice the units), or "
            "add them, or use those of one direction."
        )
    if fault.kind == "count":
        return f"Give exactly one tensor for each state of {label(layer)}."
    if fault.kind == "rank":
        return (
            "A state is what one time step leaves behind, (batch, units); this is a whole sequence "
            "of outputs. Pass the state that return_state=True returns, or the last step."
        )
    doubled = " Joined forward and backward states are twice as wide as each." * (
        states.from_bidirectional or states.is_joined
    )
    return (
        f"The states of an encoder and the units of the decoder must be equal.{doubled} Change the "
        "units of one of them, or bring the state to the decoder's size with a Dense layer."
    )
