"""How many values an optimizer remembers for each trainable one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.graph import Graph

SLOTS = {
    "sgd": 0,
    "momentum": 1,
    "lion": 1,
    "adagrad": 1,
    "rmsprop": 1,
    "adadelta": 2,
    "adam": 2,
    "adamw": 2,
    "adamax": 2,
    "nadam": 2,
    "lamb": 2,
    "ftrl": 2,
}
"""Variables of the shape of each weight, as `build` of Keras's optimizers makes them; `momentum` is
SGD with momentum. Others (Adafactor, Muon) treat weights by their rank, so they have no entry."""

ASSUMED = "adam"
"""What a model is taken to be trained with that does not say it."""


@dataclass(frozen=True, slots=True)
class Optimizer:
    """What a model is trained with.

    Attributes:
        name: its class, or the name that was chosen.
        slots: values it remembers for each trainable one.
        is_assumed: whether neither the model nor the user said so.
    """

    name: str
    slots: float
    is_assumed: bool = False


def find_optimizer(graph: Graph, choice: str | None = None) -> Optimizer:
    """Return the optimizer of a graph.

    Args:
        graph: its metadata may name one under `optimizer`, with `class_name` and `slots`, or with
            the `config` that they follow from.
        choice: a key of `SLOTS`, which wins.
    """
    if choice is not None:
        return Optimizer(choice, SLOTS[choice])
    told = graph.metadata.get("optimizer")
    if isinstance(told, Mapping):
        name, config = str(told.get("class_name")), told.get("config")
        slots = told.get("slots")
        if slots is None:
            slots = count_slots(name, config if isinstance(config, Mapping) else {})
        if isinstance(slots, int | float) and slots >= 0:
            return Optimizer(name, slots)
    return Optimizer(ASSUMED, SLOTS[ASSUMED], is_assumed=True)


def count_slots(class_name: str, config: Mapping[str, Any]) -> int | None:
    """Return the slots of a Keras optimizer; None when its class is not known.

    >>> count_slots("SGD", {"momentum": 0.9}), count_slots("Adam", {"amsgrad": True})
    (1, 3)
    """
    name = class_name.lower()
    if name not in SLOTS:
        return None
    extras = ["amsgrad", "use_ema", "gradient_accumulation_steps"]
    if name in ("sgd", "rmsprop"):
        extras += ["momentum", "centered"]
    return SLOTS[name] + sum(bool(config.get(extra)) for extra in extras)
