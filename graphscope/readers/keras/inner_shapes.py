"""What a layer inside of another one returns, such as the model in a TimeDistributed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphscope.errors import ReadError
from graphscope.readers.keras.config import LayerConfig, PathStep, TensorRef
from graphscope.readers.keras.faults import Refusal
from graphscope.readers.keras.functional import plan_functional
from graphscope.readers.keras.plan import ALL_OUTPUTS, Plan, Step
from graphscope.readers.keras.roles import select_data
from graphscope.readers.keras.sequential import plan_sequential
from graphscope.readers.shapes import Shape, infer_serialized, infer_shapes
from graphscope.readers.shapes.call import Infer
from graphscope.readers.shapes.settings import Settings
from graphscope.readers.weights.groups import parse_entry

_DEEPEST = 16
_MOST_CALLS = 20_000
"""Models in models multiply; no model in a layer that somebody trained has as many calls."""

_Results = dict[tuple[str, int], Sequence[Shape]]


def infer_inner(entry: Any, inputs: Sequence[Shape]) -> Sequence[Shape] | None:
    """Return the shape of every output of a layer or model, as the config of another one holds it.

    Args:
        entry: the layer as it is serialized.
        inputs: shapes of its tensor arguments.

    Returns None when it is not known.

    Raises:
        IncompatibleError: when it cannot take these inputs.
        ReadError: when its settings are impossible.
    """
    return _Follower().infer(entry, inputs, 0)


class _Follower:
    """Follows the calls in models, each once for the same shapes."""

    def __init__(self) -> None:
        self._left = _MOST_CALLS
        self._known: dict[tuple[int, tuple[Shape, ...]], Sequence[Shape] | None] = {}

    def infer(self, entry: Any, inputs: Sequence[Shape], depth: int) -> Sequence[Shape] | None:
        """Return what `infer_inner` does."""
        config = entry.get("config") if isinstance(entry, dict) else None
        if depth > _DEEPEST or not isinstance(config, dict):
            return None
        if "layers" in config:
            layer = parse_entry(entry)
            if layer is not None and layer.model is not None:
                return self._follow(layer, inputs, depth)
        return infer_serialized(entry, inputs, self._infer_below(depth))

    def _infer_below(self, depth: int) -> Infer:
        return lambda entry, inputs: self.infer(entry, inputs, depth + 1)

    def _follow(
        self, model: LayerConfig, inputs: Sequence[Shape], depth: int
    ) -> Sequence[Shape] | None:
        """Return what a model returns, by following its calls."""
        plan = _plan(model) if depth <= _DEEPEST else None
        if plan is None or len(plan.inputs) != len(inputs):
            return None
        given = dict(zip((end.tensor.layer for end in plan.inputs), inputs, strict=True))
        results: _Results = {}
        for step in plan.steps:
            found = self._call(step, results, given, depth)
            if found is None:
                return None
            results[step.layer.name, step.index] = found
        outputs = [_resolve(end.tensor, results) for end in plan.outputs]
        return [shape for shapes in outputs for shape in shapes or ()] if all(outputs) else None

    def _call(
        self, step: Step, results: _Results, given: dict[str, Shape], depth: int
    ) -> Sequence[Shape] | None:
        layer = step.layer
        self._left -= 1
        if layer.is_input:
            return [given[layer.name]] if layer.name in given else None
        data = _find_data(step, results)
        if not data or self._left < 0:
            return None
        inputs = [shape for _, shape in data]
        if layer.model is not None:
            key = id(layer), tuple(inputs)
            if key not in self._known:
                self._known[key] = self._follow(layer, inputs, depth + 1)
            return self._known[key]
        if not (layer.is_builtin or layer.is_operation):
            return None
        return infer_shapes(
            Settings(layer.name, layer.class_name, layer.config),
            inputs,
            arguments=step.call.constants,
            operation=layer.is_operation,
            paths=[path for path, _ in data],
            infer=self._infer_below(depth),
        )


def _plan(model: LayerConfig) -> Plan | None:
    assert model.model is not None, "only models have an inside"
    if model.model.kind != "functional":
        return plan_sequential(model.model)
    try:
        return plan_functional(model.model, model, Refusal())
    except ReadError:
        return None


def _find_data(step: Step, results: _Results) -> list[tuple[tuple[PathStep, ...], Shape]]:
    """Return the shapes that a call works with, and where they stand; none if one is missing."""
    placed = []
    for argument in step.call.tensors:
        shapes = _resolve(argument.tensor, results)
        if shapes is None:
            return []
        if not argument.is_mask:
            placed += [(argument, (argument.path, shape)) for shape in shapes]
    return select_data(step.layer, placed)


def _resolve(tensor: TensorRef, results: _Results) -> Sequence[Shape] | None:
    found = results.get((tensor.layer, tensor.call))
    if found is None or tensor.output == ALL_OUTPUTS:
        return found
    return [found[tensor.output]] if tensor.output < len(found) else None
