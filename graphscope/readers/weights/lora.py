"""The weights of LoRA, which Keras adds to a layer when it loads it.

Keras saves a kernel with its update added in, and keeps of the factors of the update their rank
alone; loading makes new ones. Files of `model.save("NAME.h5")` hold them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.readers.shapes.settings import MAX_SIZE
from graphscope.readers.weights.names import quantization_mode
from graphscope.readers.weights.tree import StoredWeight

_PREFIX = "lora_"
_FACTORED = ("kernel", "embeddings")
_DTYPE = "float32"
"""Keras keeps them in full precision whatever the layer has."""

_WIDTHS = {"Dense": "units", "Embedding": "output_dim", "ReversibleEmbedding": "output_dim"}
"""What tells the last size of a kernel that is packed in int4."""


def is_lora(name: str) -> bool:
    """Whether a weight of this name belongs to LoRA."""
    return name.startswith(_PREFIX)


def add_lora(
    class_name: str, config: Mapping[str, Any], named: list[tuple[str, StoredWeight]]
) -> list[tuple[str, StoredWeight]]:
    """Return the weights that a built-in layer has beside those that are stored.

    Args:
        class_name: class of the layer.
        config: its config.
        named: its weights in the file by name.
    """
    rank = config.get("lora_rank")
    if not isinstance(rank, int) or isinstance(rank, bool) or not 0 < rank <= MAX_SIZE:
        return []
    if any(is_lora(name) for name, _ in named):
        return []
    for name, stored in named:
        shape = _unpacked(class_name, config, stored.shape)
        if name in _FACTORED and len(shape) > 1:
            return [
                (f"{_PREFIX}{name}_a", StoredWeight("", (*shape[:-1], rank), _DTYPE)),
                (f"{_PREFIX}{name}_b", StoredWeight("", (rank, shape[-1]), _DTYPE)),
            ]
    return []


def _unpacked(
    class_name: str, config: Mapping[str, Any], shape: tuple[int, ...]
) -> tuple[int, ...]:
    if quantization_mode(config) != "int4":
        return shape
    width = config.get(_WIDTHS.get(class_name, ""))
    return (*shape[:-1], width) if isinstance(width, int) else ()
