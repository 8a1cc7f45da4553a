"""The size of a model's input with which a reshape further on has as many elements as it wants."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.counting import count
from graphscope.doctor.facts.layer_input import (
    InputShape,
    input_layer_of,
    input_shape_of,
    layers_behind,
)
from graphscope.doctor.facts.reshaping import Reshaping
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.source import Editor

_MOST_NAMES = 40


def other_input(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """Declare an input with another of the program's settings, where that makes the counts equal.

    The layers in between are asked for the shapes that they would make.
    """
    call = case.failure.layer_call if case.failure else None
    if call is None or reshaping.layer is not call.operation or not call.inputs:
        return
    layer = input_layer_of(case, call.inputs[0])
    given = input_shape_of(case, layer) if layer is not None else None
    layers = _chain(case, call)
    if given is None or layers is None or not isinstance(given.node, ast.Tuple | ast.List):
        return
    if not case.program.is_own(given.file.path) or len(given.node.elts) != len(given.shape):
        return
    texts = [given.file.segment(each) for each in given.node.elts]
    for axis, element in enumerate(given.node.elts):
        for name, size in _settings(given):
            if size == given.shape[axis] or name == texts[axis]:
                continue
            sizes = (*given.shape[:axis], size, *given.shape[axis + 1 :])
            made = _played(layers, (None, *sizes))
            if made is None or None in made[1:] or not _fits(made, reshaping):
                continue
            repeated = texts.count(texts[axis]) > 1 and isinstance(element, ast.Name)
            fix = make_fix(
                Editor(given.file).replace(element, name),
                f"Declare the input with {name} = {size} instead of {texts[axis]}: then "
                f"{count(made[1:])} elements come in",
                repair_class=RepairClass.A if repeated else RepairClass.B,
                likelihood=0.95 if repeated and axis else 0.7,
            )
            if fix is not None:
                yield fix


def _fits(made: Shape, reshaping: Reshaping) -> bool:
    have, want = count(made[1:]), count(reshaping.target)
    return bool(want) and (have % want == 0 if -1 in reshaping.target else have == want)


def _chain(case: Case, call: CallRecord) -> list[object] | None:
    """Return the layers from the input to the reshape; None when branches join on the way."""
    behind = [each for each in layers_behind(case, call) if each.inputs]
    if any(len(each.inputs) != 1 for each in behind):
        return None
    layers = [each.operation for each in reversed(behind)]
    ours = [type(each).__module__.startswith("keras.") for each in layers]
    return layers if layers and all(ours) else None


def _settings(given: InputShape) -> list[tuple[str, int]]:
    """Return the whole numbers that have a name where the input is declared."""
    held = {**given.frame.globals, **given.frame.locals}
    return [
        (name, value)
        for name, value in list(held.items())[:400]
        if type(value) is int and value > 1 and not name.startswith("_")
    ][:_MOST_NAMES]


def _played(layers: list[object], shape: Shape) -> Shape | None:
    for layer in layers:
        compute = getattr(layer, "compute_output_shape", None)
        if compute is None:
            return None
        try:
            shape = tuple(compute(shape))
        except Exception:  # noqa: BLE001 - a layer that cannot take the shape: no candidate
            return None
    return shape
