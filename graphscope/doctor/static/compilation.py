"""What a model was compiled with, read from the config that Keras saves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SHORT = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "bce": "binary_crossentropy",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "crossentropy": "categorical_crossentropy",
}


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss of Keras: `categorical_crossentropy`; an empty name for one that is not Keras's."""

    name: str
    from_logits: bool = False


@dataclass(frozen=True, slots=True)
class Compilation:
    """The losses, in the form they were given in: one, a list, or a dictionary by output."""

    loss: Loss | None = None
    losses: tuple[Loss | None, ...] | None = None
    by_output: Mapping[str, Loss | None] | None = None
    has_optimizer: bool = True

    def loss_of(self, position: int, name: str, outputs: int) -> Loss | None:
        """Return the loss of an output; None when it has none or that is not known."""
        if self.by_output is not None:
            return self.by_output.get(name)
        if self.losses is not None:
            same = len(self.losses) == outputs
            return self.losses[position] if same and position < len(self.losses) else None
        return self.loss if outputs == 1 else None


def read_compilation(config: Any) -> Compilation | None:
    """Return the compile settings of a model's config; None when they say nothing."""
    if not isinstance(config, dict) or not config.get("optimizer"):
        return None
    given = config.get("loss")
    if isinstance(given, dict) and given.get("class_name") == "__tuple__":
        given = given.get("items")
    if isinstance(given, list | tuple):
        return Compilation(losses=tuple(read_loss(each) for each in given))
    if isinstance(given, dict) and "class_name" not in given:
        return Compilation(by_output={str(key): read_loss(each) for key, each in given.items()})
    return Compilation(loss=read_loss(given))


def read_loss(value: Any) -> Loss | None:
    """Return a loss from its name or its config.

    >>> read_loss("mse")
    Loss(name='mean_squared_error', from_logits=False)
    """
    if value is None:
        return None
    if isinstance(value, str):
        return Loss(canonical(value))
    if not isinstance(value, dict):
        return Loss("")
    config = value.get("config")
    if value.get("class_name") == "function" and isinstance(config, str):
        return Loss(
            canonical(config) if value.get("module") in ("keras.losses", "builtins") else ""
        )
    if str(value.get("module")).partition(".")[0] != "keras":
        return Loss("")
    from_logits = isinstance(config, dict) and config.get("from_logits") is True
    return Loss(canonical(str(value.get("class_name"))), from_logits)


def canonical(name: str) -> str:
    """Return a loss's name as Keras's function is called.

    >>> canonical("SparseCategoricalCrossentropy"), canonical("KLDivergence"), canonical("MSE")
    ('sparse_categorical_crossentropy', 'kl_divergence', 'mean_squared_error')
    """
    if name.lower() in _SHORT:
        return _SHORT[name.lower()]
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return spaced.lower()
