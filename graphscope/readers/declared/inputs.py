"""Which shapes a layer was built for, as its file says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.readers.keras.calls import parse_shape
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.roles import select_data
from graphscope.readers.shapes import Shape

_ARGUMENTS = ("query_shape", "value_shape", "key_shape")
"""In the order in which attention takes its inputs."""


def built_for(layer: LayerConfig) -> list[Shape] | None:
    """Return the shapes that a layer was built for; None when the file does not say it.

    Keras 3 writes them for every layer that was built.
    """
    config = layer.build_config
    named = config.get("shapes_dict")
    # Keras 2 kept the shapes of attention among its settings.
    for shapes in (named, layer.config):
        if isinstance(shapes, Mapping):
            first = [shapes[name] for name in _ARGUMENTS if shapes.get(name) is not None]
            if first:
                return _parse(first)
    return _parse([*named.values()] if isinstance(named, Mapping) else config.get("input_shape"))


def first_called_with(layer: LayerConfig) -> list[Shape] | None:
    """Return the shapes of the tensors of a layer's first call; None when one is not in the file.

    Keras 3 writes the shapes of arguments; in a sequential model there are none to write.
    """
    tensors = layer.calls[0].tensors if layer.calls else ()
    given = [(each, each.tensor.shape) for each in tensors if not each.is_mask]
    shapes = select_data(layer, given)
    known = [shape for shape in shapes if shape is not None]
    return list(known) if known and len(known) == len(shapes) else None


def _parse(value: Any) -> list[Shape] | None:
    single = parse_shape(value)
    if single:
        return [single]
    entries = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(entries, list) or not entries:
        return None
    shapes = [parse_shape(entry) for entry in entries]
    return [shape for shape in shapes if shape is not None] if None not in shapes else None
