"""The shape given to an input lacks an axis that the first layers need."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import (
    ExpectedData,
    InputShape,
    expected_data,
    input_layer_of,
    input_shape_of,
    layers_behind,
    meaning_of_axes,
    needed_ranks,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.shape_edits import elements_of, shape_text, tuple_text
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, call_place, distinct, label, shape, where

ID = "missing-axis-in-input-shape"

COLLAPSING = {"Flatten", "Reshape", "Dot", "RNN", "RepeatVector"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the rank a layer lacks with the data, and with what the input was given."""
    call = case.failure.layer_call if case.failure else None
    if call is None or not call.inputs or not call.input_specs[0].shape:
        return
    ranks = needed_ranks(call.operation)
    received = call.input_specs[0].shape
    if ranks is None or len(received) >= ranks[0] or _collapses(case, call):
        return
    layer = input_layer_of(case, call.inputs[0])
    given = input_shape_of(case, layer) if layer is not None else None
    if given is None:
        return
    yield _diagnosis(case, call, given, ranks[0])


def _collapses(case: Case, call: CallRecord) -> bool:
    """Whether the axis was lost on the way, and not at the input."""
    return any(
        before.output_specs
        and before.input_specs
        and before.output_specs[0].shape is not None
        and before.input_specs[0].shape is not None
        and len(before.output_specs[0].shape) < len(before.input_specs[0].shape)
        for before in layers_behind(case, call)
    )


def _diagnosis(case: Case, call: CallRecord, given: InputShape, rank: int) -> Diagnosis:
    data = _data(case, given, rank)
    received, meaning = call.input_specs[0], meaning_of_axes(call.operation)
    wanted = data.shape[1:] if data and len(data.shape) == rank else None
    fixes = _fixes(given, wanted, rank)
    lacking = _lacking(call, rank)
    told = (
        f"{data.text} is {shape(data.shape)}: one sample has the shape {shape(data.shape[1:])}; "
        f"{given.parameter}={shape(given.shape)} omits its other axis.\n"
        if data and wanted
        else f"The data {data.text} has the shape {shape(data.shape)}.\n"
        if data
        else ""
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9 if wanted else 0.8,
        f"{label(call.operation)}{at(case, call_place(call))} expects rank {rank}"
        f"{', ' + meaning if meaning else ''}, and received {shape(received)}: the input rank is "
        f"{len(received.shape or ())}. {lacking} is missing.\n"
        f"The model's input is declared as {given.text} at {where(case, given.place)}.\n{told}"
        f"Declare the shape of one sample with all its axes, "
        f"{shape(wanted) if wanted else 'and give the data that axis too (x[..., None])'}.",
        places=distinct([given.place, call_place(call)]),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(call.operation)} received {shape(received)}"),
            Evidence("origin", f"{given.text}", given.place),
            *(
                [Evidence("data", f"{data.method}({data.text}): {shape(data.shape)}", data.place)]
                if data
                else []
            ),
        ),
        fixes=tuple(fixes),
    )


def _lacking(call: CallRecord, rank: int) -> str:
    if rank == 3:
        return "The time (or feature) axis"
    return "The channel axis" if call.class_name.startswith(("Conv", "Max", "Aver")) else "An axis"


def _data(case: Case, given: InputShape, rank: int) -> ExpectedData | None:
    found = expected_data(case)
    best = [each for each in found if len(each.shape) == rank]
    return next(iter(best), None) or next(
        (each for each in found if each.shape[1:] == given.shape), None
    )


def _fixes(given: InputShape, wanted: tuple[int | None, ...] | None, rank: int) -> list[Fix]:
    texts: list[tuple[str, float]] = []
    if wanted is not None:
        texts.append((_with_names(given, wanted), 0.9))
    elif len(given.shape) == rank - 2:
        parts = elements_of(given.file, given.node) or [f"*{given.file.segment(given.node)}"]
        texts += [(tuple_text([*parts, "1"]), 0.8), (tuple_text(["1", *parts]), 0.6)]
    made = [
        make_fix(
            Editor(given.file).replace(given.node, text),
            f"Declare the input with all its axes: {given.parameter}={text}",
            repair_class=RepairClass.B,
            likelihood=likelihood,
        )
        for text, likelihood in texts
    ]
    return [fix for fix in made if fix is not None]


def _with_names(given: InputShape, wanted: tuple[int | None, ...]) -> str:
    """Return the wanted shape, with the user's own texts for the entries that stay."""
    parts = elements_of(given.file, given.node)
    if parts is None or len(parts) >= len(wanted) or wanted[-len(parts) :] != given.shape:
        return shape_text(wanted)
    new = [str(size) for size in wanted[: -len(parts)]]
    return tuple_text([*new, *parts])
