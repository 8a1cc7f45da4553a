"""What layers have in common that differ in their names alone.

Large models repeat a few kinds of layers, and most of what is asked of a layer has one answer for
all of its kind.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from graphscope.readers.code.bytecode import looks_like_bytecode
from graphscope.readers.keras.code.search import find_code
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.values import is_clean_json
from graphscope.readers.weights.names import (
    is_trained,
    name_weights,
    owns_weights,
    quantization_mode,
)
from graphscope.readers.weights.tree import StoredWeight

_LONGEST_SEARCHED = 4_096
"""Characters of a kind that is searched for code ahead; a long one is hardly repeated."""
_LONGEST_NAME = 256
_MOST_KEPT = 64 << 20
"""Characters of all kinds together that are kept: layers in layers are described in each."""


class Kind:
    """Layers of one class and equal settings, names aside.

    Args:
        example: one of them.
        text: what makes them one kind, as JSON; None for the only one of its kind.
    """

    def __init__(self, example: LayerConfig, text: str | None) -> None:
        self._class_name = example.class_name
        self._config = example.config
        self._example = example
        self._names: dict[int, list[str] | None] = {}
        self.is_clean = text is not None and is_clean_json(text)
        """Whether the settings are certainly fit to be shown as they are."""
        self._is_short = text is not None and len(text) <= _LONGEST_SEARCHED

    @cached_property
    def owns_weights(self) -> bool:
        """See `names.owns_weights`."""
        return owns_weights(self._class_name, self._config)

    @cached_property
    def quantization_mode(self) -> str | None:
        """See `names.quantization_mode`."""
        return quantization_mode(self._config)

    @cached_property
    def is_free_of_code(self) -> bool:
        """Whether class and settings certainly hold no code."""
        if not self._is_short:
            return False
        uncalled = replace(self._example, calls=())
        return not any(True for _ in find_code(uncalled, show=lambda _: ""))

    def name_weights(self, count: int) -> list[str] | None:
        """See `names.name_weights`."""
        if count not in self._names:
            self._names[count] = name_weights(self._class_name, self._config, count)
        return self._names[count]

    def is_trained(self, weight: str, stored: StoredWeight) -> bool:
        """See `names.is_trained`."""
        return is_trained(weight, self._config, stored)


class Kinds:
    """The kinds of layers that were met."""

    def __init__(self) -> None:
        self._by_text: dict[str, Kind] = {}
        self._by_layer: dict[LayerConfig, Kind] = {}
        self._room = _MOST_KEPT

    def of(self, layer: LayerConfig) -> Kind:
        """Return the kind of a layer; a model is one of its own."""
        kind = self._by_layer.get(layer)
        if kind is None:
            kind = self._by_layer[layer] = self._find(layer)
        return kind

    def _find(self, layer: LayerConfig) -> Kind:
        if layer.model is not None:
            return Kind(layer, None)
        text = _describe(layer)
        kind = self._by_text.get(text)
        if kind is None:
            kind = Kind(layer, text)
            self._room -= len(text)
            if self._room >= 0:
                self._by_text[text] = kind
        return kind


def has_plain_name(config: Mapping[str, Any]) -> bool:
    """Whether what a config says is the layer's name is a short text, and no code."""
    name = config.get("name", "")
    return (
        type(name) is str
        and len(name) <= _LONGEST_NAME
        and name.isascii()
        and not looks_like_bytecode(name)
    )


def _describe(layer: LayerConfig) -> str:
    config = layer.config
    if type(config.get("name")) is str:
        config = {key: value for key, value in config.items() if key != "name"}
    # Unlike other writers of JSON this one tells apart all that the config of a file can hold.
    return json.dumps(
        [
            layer.class_name,
            layer.module,
            layer.registered_name,
            layer.is_builtin,
            layer.is_operation,
            layer.build_config,
            config,
        ]
    )
