"""The layers of a model and the weights they own, as parts of a graph."""

from __future__ import annotations

from typing import Any

from graphscope.graph import GraphBuilder, Layer, Weight, escape_name
from graphscope.tracers.configs import configs_are_read, read_config


class Ownership:
    """Adds layers and weights to a graph, once each, and finds their ids again.

    Args:
        builder: the graph that grows.
        model: the layer at the root; its tracked sublayers are added at once, in the order in
            which the model holds them.
    """

    def __init__(self, builder: GraphBuilder, model: Any) -> None:
        self._builder = builder
        self._layer_ids: dict[int, str] = {}
        self._weight_ids: dict[int, str] = {}
        self._variables: dict[str, Any] = {}
        self._add_tree(model)

    def layer_id(self, layer: Any) -> str:
        """Return the id of a layer; one that the model does not track is added."""
        if id(layer) not in self._layer_ids:
            self._add_tree(layer)
        return self._layer_ids[id(layer)]

    def weight_id(self, variable: Any) -> str | None:
        """Return the id of a weight, None for a variable that no layer owns as a weight."""
        return self._weight_ids.get(id(variable))

    def variables(self) -> dict[str, Any]:
        """Return the variables by the ids of their weights."""
        return self._variables

    def _add_tree(self, root: Any) -> None:
        with configs_are_read():
            self._add_all([(root, "", None)])

    def _add_all(self, pending: list[tuple[Any, str, str | None]]) -> None:
        while pending:
            layer, path, parent = pending.pop()
            if id(layer) in self._layer_ids:
                continue
            path = f"{path}/{escape_name(layer.name)}" if path else escape_name(layer.name)
            layer_id = self._add_layer(layer, path, parent)
            # Reversed, because the stack hands them out from its end.
            pending += [(child, path, layer_id) for child in reversed(_sublayers(layer))]

    def _add_layer(self, layer: Any, path: str, parent: str | None) -> str:
        layer_id = self._builder.make_layer_id(path)
        self._layer_ids[id(layer)] = layer_id
        variables = [*layer._trainable_variables, *layer._non_trainable_variables]
        self._builder.add_layer(
            Layer(
                layer_id,
                layer.name,
                type(layer).__name__,
                module=type(layer).__module__,
                trainable=bool(layer.trainable),
                weights=tuple(self._add_weight(variable, layer_id) for variable in variables),
                config=read_config(layer),
                parent=parent,
            )
        )
        return layer_id

    def _add_weight(self, variable: Any, layer_id: str) -> str:
        known = self._weight_ids.get(id(variable))
        if known is not None:
            return known
        weight_id = self._builder.make_weight_id(layer_id, variable.name)
        self._weight_ids[id(variable)] = weight_id
        self._variables[weight_id] = variable
        self._builder.add_weight(
            Weight(
                weight_id,
                variable.name,
                layer_id,
                tuple(int(size) for size in variable.shape),
                str(variable.dtype),
                bool(variable.trainable),
            )
        )
        return weight_id


def _sublayers(layer: Any) -> list[Any]:
    import keras

    # A functional or sequential model keeps an inner function in `_layers`; its own property
    # gives the layers in the order in which they are called.
    if isinstance(layer, keras.Model):
        return list(layer.layers)
    return [child for child in layer._layers if isinstance(child, keras.layers.Layer)]
