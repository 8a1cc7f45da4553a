"""The shape given to an input contains the batch axis, which Keras adds itself."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import (
    ExpectedData,
    InputShape,
    expected_data,
    input_layer_of,
    input_shape_of,
    meaning_of_axes,
    needed_ranks,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.shape_edits import without_first_axis
from graphscope.doctor.records import CallRecord
from graphscope.doctor.wording import at, call_place, distinct, label, shape, where

ID = "batch-axis-in-input-shape"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare a layer's surplus rank with the shape its model's input was given."""
    call = case.failure.layer_call if case.failure else None
    if call is None or not call.inputs or not call.input_specs[0].shape:
        return
    ranks = needed_ranks(call.operation)
    received = call.input_specs[0].shape
    if ranks is None or len(received) != ranks[1] + 1:
        return
    layer = input_layer_of(case, call.inputs[0])
    given = input_shape_of(case, layer) if layer is not None else None
    if given is None or len(given.shape) < 2:
        return
    data = _matching_data(case, given)
    if data is None and given.shape[0] not in (1, None):
        return
    yield _diagnosis(case, call, given, data, ranks[1])


def _matching_data(case: Case, given: InputShape) -> ExpectedData | None:
    """Return the data whose shape is the input's, but for the first entry at most."""
    for each in expected_data(case):
        if each.shape == given.shape:
            return each
        if each.shape[1:] == given.shape[1:]:
            return each
    return None


def _diagnosis(
    case: Case, call: CallRecord, given: InputShape, data: ExpectedData | None, rank: int
) -> Diagnosis:
    fixes = _fixes(case, given)
    received = call.input_specs[0]
    about = (
        f"{data.text} has the shape {shape(data.shape)}, one sample is {shape(data.shape[1:])}. "
        if data
        else ""
    )
    meaning = meaning_of_axes(call.operation)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93 if data else 0.8,
        f"{label(call.operation)}{at(case, call_place(call))} expects rank {rank}"
        f"{', ' + meaning if meaning else ''}, and found rank {rank + 1}: {shape(received)}.\n"
        f"The batch size is part of the input's shape: {given.text} at "
        f"{where(case, given.place)} gives {shape(given.shape)}, which already contains a batch "
        f"axis ({given.shape[0]}). Keras adds the batch axis automatically, as None.\n"
        f"{about}Give the shape of one sample, {shape(given.shape[1:])}, without the batch axis.",
        places=distinct([*(place for fix in fixes for place in fix.places), given.place]),
        layer=call.operation.name,
        evidence=_evidence(case, call, given, data),
        fixes=tuple(fixes),
    )


def _fixes(case: Case, given: InputShape) -> list[Fix]:
    made = [
        make_fix(
            editor,
            f"Leave the batch axis out of the input's shape: {text}",
            repair_class=RepairClass.A,
            likelihood=0.95 - 0.05 * rank,
        )
        for rank, (editor, text) in enumerate(_by_depth(case, given))
    ]
    return [fix for fix in made if fix is not None][:4]


def _by_depth(case: Case, given: InputShape) -> list[tuple]:  # type: ignore[type-arg]
    """Return the edits, where the axis was put in first, then where the shape is used."""
    found = list(without_first_axis(case, given))
    # A name alone only hands the shape on; the expression that made it is the place to edit.
    return sorted(found, key=lambda each: each[1].endswith("[1:]") and "." not in each[1])


def _evidence(
    case: Case, call: CallRecord, given: InputShape, data: ExpectedData | None
) -> tuple[Evidence, ...]:
    found = [
        Evidence("origin", f"{given.text} = {shape(given.shape)}", given.place),
        Evidence("shape", f"with the batch axis Keras adds: {shape(call.input_specs[0])}"),
    ]
    if data is not None:
        found.append(
            Evidence("data", f"{data.method}({data.text}) gets {shape(data.shape)}", data.place)
        )
    found.append(Evidence("code", _line(case, given.place), given.place))
    return tuple(found)


def _line(case: Case, place: Place) -> str:
    file = case.program.file(place.file)
    return file.line_text(place.line) if file else ""
