"""TimeDistributed and Bidirectional around what they cannot wrap, or on what they cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import failing
from graphscope.doctor.facts.home import bases_of
from graphscope.doctor.facts.layer_input import (
    InputShape,
    expected_data,
    input_layer_of,
    input_shape_of,
)
from graphscope.doctor.facts.recurrent import dropping_layer
from graphscope.doctor.facts.states import needed_states, recurrent_part
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.fixes.layers import insert_after, insert_before
from graphscope.doctor.fixes.placement import creation_call, placement_of
from graphscope.doctor.fixes.shape_edits import elements_of, tuple_text
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "wrapped-layer"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the wrapper that failed, or at the one whose outputs were not joined."""
    failure = case.failure
    if failure is None:
        return
    if failure.creating is not None and failure.creating[0].__name__ in {"Bidirectional", "RNN"}:
        yield from _of_no_recurrent_layer(case)
    call = failure.layer_call
    wrapper = call
    while wrapper is not None and "TimeDistributed" not in bases_of(wrapper.operation):
        wrapper = wrapper.parent
    if wrapper is not None:
        yield from _time_distributed(case, wrapper)
    elif call is not None:
        yield from _unmerged(case, call)


def _of_no_recurrent_layer(case: Case) -> Iterator[Diagnosis]:
    failure, found = case.failure, failing(case)
    assert failure is not None and failure.creating is not None
    cls, args, kwargs = failure.creating
    name = "cell" if cls.__name__ == "RNN" else "layer"
    wrapped = args[0] if args else kwargs.get(name)
    import keras

    if not isinstance(wrapped, keras.layers.Layer) or needed_states(wrapped) is not None:
        return
    if cls.__name__ == "RNN":
        return
    place = found.place if found else None
    fixes = []
    wrapped_at = creation_call(case, wrapped)
    if found is not None and wrapped_at is not None and wrapped_at[0] is found.file:
        outer = found.node
        if wrapped_at[1] is not outer and hasattr(outer, "func"):
            fix = make_fix(
                Editor(found.file).replace(outer, found.file.segment(wrapped_at[1])),
                f"Use {type(wrapped).__name__} without {cls.__name__}",
                likelihood=0.7,
            )
            fixes = [fix] if fix is not None else []
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{cls.__name__}{at(case, place)} wraps {label(wrapped)}, which is no recurrent layer: it "
        "needs one with states and a direction in time (LSTM, GRU, SimpleRNN, RNN).\n"
        "Bidirectional makes a copy with go_backwards=True, an argument that "
        f"{type(wrapped).__name__} does not have.\n"
        f"Wrap the recurrent layer before it, or use {type(wrapped).__name__} alone (it treats "
        "every step alike).",
        places=distinct([place, place_of(case, wrapped)]),
        layer=wrapped.name,
        evidence=(Evidence("value", f"the wrapped layer is {label(wrapped)}", place),),
        fixes=tuple(fixes),
    )


def _time_distributed(case: Case, wrapper: CallRecord) -> Iterator[Diagnosis]:
    given = wrapper.input_specs[0].shape if wrapper.input_specs else None
    layer = wrapper.operation
    inner: Any = layer.layer
    if given is None:
        return
    least = _least_rank(inner)
    if len(given) >= max(3, least + 1):
        return
    # Steps that a recurrent layer dropped are the matter of another rule.
    if len(given) == 2 and dropping_layer(case, wrapper.inputs[0], wrapper.parent) is not None:
        return
    culprit = _recurrent_before(case, wrapper) if len(given) == 2 else None
    place = call_place(wrapper)
    found = _time_fixes(case, wrapper, culprit, given, least)
    fixes = tuple(sorted(found, key=lambda each: -each.likelihood))
    why = (
        f"{label(culprit)}{at(case, place_of(case, culprit))} returns its last time step only: "
        "set return_sequences=True there."
        if culprit is not None
        else f"{type(inner).__name__} itself needs rank {least} per step; with the steps that is "
        f"rank {least + 1}."
    )
    yield Diagnosis(
        ID,
        Severity.ERROR,
        # Where steps were dropped before, the rule about return_sequences speaks first.
        0.96 if culprit is None else 0.79,
        f"{label(layer)}{at(case, place)} applies {label(inner)} to every time step and needs "
        f"(batch, time steps, ...) of rank {max(3, least + 1)} at least; it received "
        f"{shape(given)}, rank {len(given)}.\n{why}",
        places=distinct([*(line for fix in fixes[:1] for line in fix.places), place,
                         place_of(case, layer)]),
        layer=culprit.name if culprit is not None else layer.name,
        evidence=(
            Evidence("shape", f"{label(layer)} received {shape(given)}", place),
            Evidence("note", why),
        ),
        fixes=fixes,
    )  # fmt: skip


def _least_rank(layer: Any) -> int:
    spec = getattr(layer, "input_spec", None)
    spec = spec[0] if isinstance(spec, list) and spec else spec
    rank = getattr(spec, "ndim", None) or getattr(spec, "min_ndim", None)
    return int(rank or (int(layer.rank) + 2 if "BaseConv" in bases_of(layer) else 2))


def _recurrent_before(case: Case, call: CallRecord) -> Any:
    tensor = call.inputs[0]
    for _ in range(6):
        before = case.recording.producer_of(tensor)
        while (
            before is not None
            and before.parent is not None
            and bases_of(before.parent.operation) & {"Bidirectional"}
        ):
            before = before.parent
        if before is None or not before.is_layer or not before.inputs:
            return None
        if getattr(recurrent_part(before.operation), "return_sequences", None) is False:
            return before.operation
        tensor = before.inputs[0]
    return None


def _time_fixes(
    case: Case, wrapper: CallRecord, culprit: Any, given: tuple[int | None, ...], least: int
) -> Iterator[Fix]:
    if culprit is not None:
        fix = fix_creation(
            case, recurrent_part(culprit), "return_sequences", "True", likelihood=0.92,
            title=f"Give {label(culprit)} return_sequences=True", repair_class=RepairClass.A,
        )  # fmt: skip
        if fix is not None:
            yield fix
    placement = placement_of(case, wrapper.operation, wrapper)
    made = creation_call(case, wrapper.operation)
    inner = creation_call(case, wrapper.operation.layer)
    if len(given) == least and made is not None and inner is not None and made[0] is inner[0]:
        fix = make_fix(
            Editor(made[0]).replace(made[1], made[0].segment(inner[1])),
            f"Apply {type(wrapper.operation.layer).__name__} without TimeDistributed",
            likelihood=0.6,
        )
        if fix is not None:
            yield fix
    declared = _declared_input(case, wrapper, given) if len(given) == least else None
    if declared is not None and least > 2:
        fix = with_last_axis(case, declared)
        if fix is not None:
            yield fix
    if len(given) == least and least > 2 and placement is not None and None not in given[1:]:
        target = (*given[1:], 1)
        fix = insert_before(
            case, wrapper.operation, "Reshape", str(target), call=wrapper,
            title=f"Add a channel axis: Reshape({target})", likelihood=0.85,
        )  # fmt: skip
        if fix is not None:
            yield fix


def _declared_input(
    case: Case, wrapper: CallRecord, given: tuple[int | None, ...]
) -> InputShape | None:
    """Return where the shape that reached a wrapper was declared, when nothing changed it."""
    layer = input_layer_of(case, wrapper.inputs[0])
    found = input_shape_of(case, layer) if layer is not None else None
    return found if found is not None and found.shape == given[1:] else None


def with_last_axis(case: Case, given: InputShape) -> Fix | None:
    """Declare an input with the axis of channels that it lacks: as the data has it, else of 1."""
    size = next(
        (
            each.shape[-1]
            for each in expected_data(case)
            if len(each.shape) == len(given.shape) + 2 and each.shape[1:-1] == given.shape
        ),
        1,
    )
    parts = elements_of(given.file, given.node) or [f"*{given.file.segment(given.node)}"]
    if not case.program.is_own(given.file.path):
        return None
    text = tuple_text([*parts, str(size)])
    return make_fix(
        Editor(given.file).replace(given.node, text),
        f"Declare the input with its axis of channels: {given.parameter}={text}",
        likelihood=0.93,
    )


def _unmerged(case: Case, call: CallRecord) -> Iterator[Diagnosis]:
    """A Bidirectional layer with merge_mode=None, whose two outputs are taken for one."""
    makers = {id(each): each for each in map(case.recording.producer_of, call.inputs) if each}
    outer = [each.parent for each in makers.values() if each.parent is not None]
    owners = {
        id(each.operation): each
        for each in [*makers.values(), *outer]
        if "Bidirectional" in bases_of(each.operation) and each.operation.merge_mode is None
    }
    spec = getattr(call.operation, "input_spec", None)
    if len(owners) != 1 or len(call.inputs) != 2 or (isinstance(spec, list) and len(spec) > 1):
        return
    owner = next(iter(owners.values())).operation
    place = place_of(case, owner)
    fix = fix_creation(
        case, owner, "merge_mode", '"concat"', likelihood=0.9,
        title="Let Bidirectional concatenate both directions: merge_mode=\"concat\"",
    )  # fmt: skip
    joined = insert_after(
        case, owner, "Concatenate", title="Concatenate both directions", likelihood=0.7
    )
    fixes = [each for each in (fix, joined) if each is not None]
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(owner)}{at(case, place)} has merge_mode=None and returns a list of two tensors, "
        f"forward and backward: {', '.join(shape(each) for each in call.input_specs)}.\n"
        f"{label(call.operation)}{at(case, call_place(call))} takes one tensor.\n"
        'Leave merge_mode out (the default is "concat"), or join the two first.',
        places=distinct([place, call_place(call)]),
        layer=owner.name,
        evidence=(Evidence("value", "merge_mode=None", place),),
        fixes=tuple(fixes),
    )
