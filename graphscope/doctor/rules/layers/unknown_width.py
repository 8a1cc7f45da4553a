"""A layer with weights receives a last axis of unknown size: what it came from left a size open."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import (
    InputShape,
    expected_data,
    input_layer_of,
    input_shape_of,
    layers_behind,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.shape_edits import shape_text
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape, where

ID = "unknown-last-axis"

_WHOLE_SHAPES = {"output_shape", "input_shape", "shape", "batch_shape"}


@dataclass(frozen=True, slots=True, eq=False)
class _Maker:
    """The layer that made the open last axis, and what it received."""

    layer: Any
    received: tuple[int | None, ...]


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the last axis of what a layer received that could not make its weights."""
    call = case.failure.layer_call if case.failure else None
    if call is None or len(call.input_specs) != 1 or getattr(call.operation, "built", False):
        return
    received = call.input_specs[0].shape
    if not received or len(received) < 2 or received[-1] is not None:
        return
    if not isinstance(case.failure and case.failure.exception, ValueError | TypeError):
        return
    layer = input_layer_of(case, call.inputs[0])
    given = input_shape_of(case, layer) if layer is not None else None
    yield _tell(case, call, _maker(case, call), given)


def _maker(case: Case, call: CallRecord) -> _Maker | None:
    """Return the layer behind which the last axis is open, though it was known before."""
    for before in layers_behind(case, call):
        received = before.input_specs[0].shape if len(before.input_specs) == 1 else None
        if received and (received[-1] is not None or len(received) > 2):
            return _Maker(before.operation, received)
    return None


def _tell(
    case: Case, call: CallRecord, maker: _Maker | None, given: InputShape | None
) -> Diagnosis:
    received = call.input_specs[0]
    made_at = place_of(case, maker.layer) if maker else None
    fixes = tuple(sorted(_fixes(case, maker, given), key=lambda fix: -fix.likelihood))
    flattens = maker is not None and type(maker.layer).__name__ == "Flatten"
    why = (
        f"{label(maker.layer)}{at(case, made_at)} makes {shape(received)} of "
        f"{shape(maker.received)}: with an axis that is open, the product of all axes is open "
        "too, its width is unknown.\n"
        if maker is not None and flattens
        else f"{label(maker.layer)}{at(case, made_at)} hands it on.\n"
        if maker is not None
        else ""
    )
    declared = (
        f"The input is declared as {given.text} at {where(case, given.place)}, which leaves "
        f"{_open(given)} open.\n"
        if given is not None and None in given.shape
        else ""
    )
    rank = len(maker.received) if maker else 0
    whole = given is not None and _holds_batch(given)
    instead = (
        f"a pooling over all positions, GlobalAveragePooling{rank - 2}D or "
        f"GlobalMaxPooling{rank - 2}D, in place of Flatten, or "
        if flattens and 3 <= rank <= 5
        else ""
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(call.operation)}{at(case, call_place(call))} received {shape(received)}: its "
        "weights need a defined last dimension, a number and not None.\n"
        f"{why}{declared}"
        + (
            f"That shape, {shape(given.shape)}, contains a batch axis already, and Keras adds its "
            f"own: give the shape of one sample, {shape(given.shape[1:])}, with [1:]."
            if whole and given is not None
            else f"Use {instead}a fixed size in the input's shape."
        ),
        places=distinct([
            *(place for fix in fixes[:1] for place in fix.places if not _is_import(case, place)),
            made_at, given.place if given else None, call_place(call),
        ]),
        layer=maker.layer.name if whole and maker is not None else call.operation.name,
        evidence=(
            Evidence("shape", f"{label(call.operation)} received {shape(received)}"),
            *(
                [Evidence("shape", f"{label(maker.layer)} received {shape(maker.received)}",
                          made_at)]
                if maker
                else []
            ),
            *([Evidence("origin", given.text, given.place)] if given else []),
        ),
        fixes=fixes,
    )  # fmt: skip


def _is_import(case: Case, place: Any) -> bool:
    file = case.program.file(place.file)
    return file is not None and file.line_text(place.line).startswith(("import ", "from "))


def _open(given: InputShape) -> str:
    axes = [str(axis + 1) for axis, size in enumerate(given.shape) if size is None]
    return f"{'axis' if len(axes) == 1 else 'axes'} {', '.join(axes)}"


def _fixes(case: Case, maker: _Maker | None, given: InputShape | None) -> Iterator[Fix]:
    if maker is not None and type(maker.layer).__name__ == "Flatten":
        rank = len(maker.received)
        known = maker.received[-1] is not None
        for kind, likelihood in (("Max", 0.75), ("Average", 0.72)):
            if known and 3 <= rank <= 5:
                name = f"Global{kind}Pooling{rank - 2}D"
                yield from _replaced(case, maker.layer, name, likelihood)
    if given is not None and _holds_batch(given):
        yield from _without_batch(case, given)
    if given is not None and None in given.shape:
        yield from _declared(case, given)


def _holds_batch(given: InputShape) -> bool:
    """Whether a shape is another tensor's as a whole: with its batch axis, which is open."""
    is_whole = isinstance(given.node, ast.Attribute) and given.node.attr in _WHOLE_SHAPES
    return is_whole and given.shape[0] is None and None not in given.shape[1:]


def _without_batch(case: Case, given: InputShape) -> Iterator[Fix]:
    if not case.program.is_own(given.file.path):
        return
    text = f"{given.file.segment(given.node)}[1:]"
    fix = make_fix(
        Editor(given.file).replace(given.node, text),
        f"Leave the batch axis out of the input's shape: {given.parameter}={text}",
        repair_class=RepairClass.A,
        likelihood=0.95,
    )
    if fix is not None:
        yield fix


def _replaced(case: Case, layer: Any, name: str, likelihood: float) -> Iterator[Fix]:
    made = creation_call(case, layer)
    if made is None or not case.program.is_own(made[0].path):
        return
    file, node, _ = made
    reference = refer_to(file, f"keras.layers.{name}")
    fix = make_fix(
        reference.imported(Editor(file)).replace(node.func, reference.text),
        f"Use {name} in place of {type(layer).__name__}: it works for any size",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )
    if fix is not None:
        yield fix


def _declared(case: Case, given: InputShape) -> Iterator[Fix]:
    """Declare the sizes that the data has, where all of it has the same."""
    for data in expected_data(case):
        sample = data.shape[1:]
        fits = len(sample) == len(given.shape) and all(
            one is None or one == other for one, other in zip(given.shape, sample, strict=True)
        )
        if fits and None not in sample:
            text = shape_text(sample)
            fix = make_fix(
                Editor(given.file).replace(given.node, text),
                f"Declare the sizes of {data.text}: {given.parameter}={text}",
                repair_class=RepairClass.B,
                likelihood=0.8,
            )
            if fix is not None:
                yield fix
            return
