"""What a saved model was compiled with, as far as memory in training goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.readers.text import repair_text, shorten

_TELLING = ("momentum", "centered", "amsgrad", "use_ema", "gradient_accumulation_steps")
"""Settings on which it depends how much an optimizer remembers."""


def read_optimizer(compiled: object) -> dict[str, Any] | None:
    """Return class and settings of the optimizer in a `compile_config`; None if it names none.

    >>> sgd = {"class_name": "SGD", "config": {"momentum": 0.9, "name": "sgd"}}
    >>> read_optimizer({"optimizer": sgd})
    {'class_name': 'SGD', 'config': {'momentum': 0.9}}
    """
    found = compiled.get("optimizer") if isinstance(compiled, Mapping) else None
    if isinstance(found, str):
        found = {"class_name": found}
    if not isinstance(found, Mapping) or not isinstance(found.get("class_name"), str):
        return None
    config = found.get("config")
    config = config if isinstance(config, Mapping) else {}
    if isinstance(config.get("inner_optimizer"), Mapping):
        # Loss scaling wraps the optimizer that does the work.
        return read_optimizer({"optimizer": config["inner_optimizer"]})
    told = {key: config[key] for key in _TELLING if isinstance(config.get(key), int | float)}
    return {"class_name": shorten(repair_text(found["class_name"]), 64), "config": told}
