"""The objects that take part in training beside the layers: optimizers, losses and metrics."""

from __future__ import annotations

from typing import Any

import keras

from graphscope.tracers.preserve import CONTAINERS


def find_optimizers(model: Any) -> list[Any]:
    """Return the optimizers that a model holds, those inside other optimizers included."""
    return [each for each in find_trained_objects(model) if isinstance(each, keras.Optimizer)]


def find_metrics(model: Any) -> list[Any]:
    """Return the metrics that a model holds."""
    return [each for each in find_trained_objects(model) if isinstance(each, keras.Metric)]


def find_trained_objects(model: Any) -> list[Any]:
    """Return the optimizers, losses and metrics that can be reached from a model's attributes."""
    kinds = (keras.Optimizer, keras.Metric, keras.Loss)
    found: dict[int, Any] = {}
    seen: set[int] = set()
    pending: list[Any] = [vars(layer) for layer in model._flatten_layers(include_self=True)]
    while pending:
        item = pending.pop()
        value = getattr(item, "__wrapped__", item)
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, kinds):
            found[id(value)] = value
            pending.append(vars(value))
        elif isinstance(value, dict):
            pending += reversed(list(value.values()))
        elif isinstance(value, (*CONTAINERS, tuple)):
            pending += reversed(list(value))
    return list(found.values())
