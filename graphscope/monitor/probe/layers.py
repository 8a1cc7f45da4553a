"""Which layers are watched, what their statistics go by, and which weights are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from graphscope.runs import LayerInfo


@dataclass(slots=True, eq=False)
class Watched:
    """The layers of one model.

    Attributes:
        model: the outermost.
        infos: of all layers but inputs, in the model's order.
        keys: of layers, by `id`.
        owners: keys of the layers that own weights, by the `id` of the weight.
    """

    model: Any
    infos: list[LayerInfo] = field(default_factory=list)
    keys: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)

    def activation_of(self, layer: Any) -> str | None:
        """Return the name of a layer's activation, where it has one by that name."""
        return _activation(layer)

    def owner_of(self, weight: Any) -> str | None:
        """Return the key of the layer that owns a weight, also of one that was built meanwhile."""
        if id(weight) not in self.owners:
            self.refresh()
        return self.owners.get(id(weight))

    def refresh(self) -> None:
        """Take up what was built or added; what was known keeps its key."""
        taken = set(self.keys.values())
        for layer in _layers(self.model):
            own = _own_weights(layer)
            if id(layer) not in self.keys:
                key = self.keys[id(layer)] = _unique(layer.path or layer.name, taken)
                self.infos.append(_describe(layer, key, own))
            for weight in own:
                self.owners.setdefault(id(weight), self.keys[id(layer)])


def watch_layers(model: Any) -> Watched:
    """Return the layers of a model as they are now."""
    found = Watched(model)
    found.refresh()
    return found


def _layers(model: Any) -> Iterator[Any]:
    for layer in model._flatten_layers(include_self=False, recursive=True):
        if type(layer).__name__ != "InputLayer":
            yield layer
    yield model  # Last: what a layer owns is its own.


def _own_weights(layer: Any) -> list[Any]:
    """Return the weights that a layer owns itself, without those of layers in it."""
    return [*layer._trainable_variables, *layer._non_trainable_variables]


def _describe(layer: Any, key: str, own: list[Any]) -> LayerInfo:
    trainable = [weight for weight in own if weight.trainable and layer.trainable]
    return LayerInfo(
        key=key,
        name=layer.name,
        class_name=type(layer).__name__,
        parameters=sum(map(_size, own)),
        trainable_parameters=sum(map(_size, trainable)),
        activation=_activation(layer),
    )


def _size(weight: Any) -> int:
    size = 1
    for extent in weight.shape or ():
        size *= int(extent or 0)
    return size


def _activation(layer: Any) -> str | None:
    activation = getattr(layer, "activation", None)
    if activation is None:
        return {"ReLU": "relu", "Softmax": "softmax"}.get(type(layer).__name__)
    name = getattr(activation, "__name__", None)
    return name if isinstance(name, str) else type(activation).__name__


def _unique(key: str, taken: set[str]) -> str:
    number, wanted = 1, key
    while key in taken:
        number += 1
        key = f"{wanted}#{number}"
    taken.add(key)
    return key
