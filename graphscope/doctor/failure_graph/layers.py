"""The layers behind recorded calls, as far as they can still be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from graphscope.doctor.records import CallRecord
from graphscope.graph import GraphBuilder, Layer, Weight, escape_name
from graphscope.tracers.jsonable import to_jsonable

T = TypeVar("T")


class LayerTable:
    """Adds the layers of calls to a graph, once each, with the weights they have by now.

    A layer that failed may be half built, and its class may be the user's: whatever cannot be
    asked is left out.
    """

    def __init__(self, builder: GraphBuilder) -> None:
        self._builder = builder
        self._ids: dict[int, str] = {}

    def id_of(self, call: CallRecord) -> str | None:
        """Return the id of the layer that was called; None for calls of operations."""
        if not call.is_layer:
            return None
        key = id(call.operation)
        if key not in self._ids:
            self._ids[key] = self._add(call)
        return self._ids[key]

    def _add(self, call: CallRecord) -> str:
        layer = call.operation
        layer_id = self._builder.make_layer_id(escape_name(call.name))
        nothing: tuple[str, ...] = ()
        weights = ask(lambda: self._add_weights(layer, layer_id), nothing)
        self._builder.add_layer(
            Layer(
                layer_id,
                call.name,
                call.class_name,
                module=str(type(layer).__module__),
                trainable=ask(lambda: bool(layer.trainable), True),
                weights=weights,
                config={} if is_model(layer) else ask(lambda: _config(layer), {}),
            )
        )
        return layer_id

    def _add_weights(self, layer: Any, layer_id: str) -> tuple[str, ...]:
        variables = [*layer._trainable_variables, *layer._non_trainable_variables]
        weights = [self._describe(variable, layer_id) for variable in variables]
        for weight in weights:  # all or none: asking one of them may raise
            self._builder.add_weight(weight)
        return tuple(weight.id for weight in weights)

    def _describe(self, variable: Any, layer_id: str) -> Weight:
        return Weight(
            self._builder.make_weight_id(layer_id, str(variable.name)),
            str(variable.name),
            layer_id,
            tuple(int(size) for size in variable.shape),
            str(variable.dtype),
            bool(variable.trainable),
        )


def is_model(layer: Any) -> bool:
    """Whether a layer is a Keras model: something that is looked into."""
    return any(
        base.__name__ == "Model" and base.__module__.startswith("keras.")
        for base in type(layer).__mro__
    )


def is_built_in(layer: Any) -> bool:
    """Whether a layer is one of Keras's own, whose inside is no concern of the user's."""
    return str(type(layer).__module__).startswith("keras.") and not is_model(layer)


def input_layers(model: Any) -> list[Any]:
    """Return the input layers of a functional model; nothing for any other object."""
    nothing: list[Any] = []
    return ask(lambda: [tensor._keras_history.operation for tensor in model.inputs], nothing)


def output_names(model: Any) -> list[str]:
    """Return the names of a functional model's outputs; nothing for any other object."""
    return ask(lambda: [str(name) for name in model.output_names], [])


def ask(question: Callable[[], T], otherwise: T) -> T:
    """Return an answer that runs the user's code; `otherwise` when that raises."""
    try:
        return question()
    except Exception:  # noqa: BLE001 - see LayerTable: half-built layers, strangers' classes
        return otherwise


def _config(layer: Any) -> dict[str, Any]:
    config: dict[str, Any] = to_jsonable(layer.get_config())
    return config
