"""The calls of a sequential model: a chain."""

from __future__ import annotations

from graphscope.readers.keras.calls import parse_shape
from graphscope.readers.keras.config import (
    Argument,
    Call,
    LayerConfig,
    ModelConfig,
    NamedTensor,
    TensorRef,
)
from graphscope.readers.keras.plan import ALL_OUTPUTS, Plan, Step


def plan_sequential(model: ModelConfig) -> Plan:
    """Return the chain of calls; a model that names no input layer is given one."""
    layers = model.layers
    if not layers or not layers[0].is_input:
        layers = (_make_input(model, {layer.name for layer in layers}), *layers)
    steps = []
    for index, layer in enumerate(layers):
        previous = layers[index - 1] if index else None
        following = layers[index + 1] if index + 1 < len(layers) else None
        hint = parse_shape(following.build_config.get("input_shape")) if following else None
        steps.append(Step(layer, 0, _call(previous), hint=hint))
    first = NamedTensor(TensorRef(layers[0].name, 0, 0))
    return Plan(tuple(steps), (first,), (NamedTensor(_everything(layers[-1])),))


def _call(previous: LayerConfig | None) -> Call:
    return Call((Argument((0,), _everything(previous)),) if previous else (), {})


def _everything(layer: LayerConfig) -> TensorRef:
    return TensorRef(layer.name, 0, ALL_OUTPUTS)


def _make_input(model: ModelConfig, taken: set[str]) -> LayerConfig:
    name = "input"
    while name in taken:
        name += "_"
    # Without a stored shape the model was saved unbuilt; its first layer may still remember.
    shape = model.input_shape
    if parse_shape(shape) is None and model.layers:
        shape = model.layers[0].build_config.get("input_shape")
    config = {"batch_shape": shape} if parse_shape(shape) is not None else {}
    return LayerConfig(name, "InputLayer", "keras.layers", config, is_builtin=True)
