"""Finding code in a config: what Keras would run, import or read if it loaded the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple, TypeAlias

import orjson

from graphscope.graph.code import Code
from graphscope.readers.code.bytecode import looks_like_bytecode, show_bytecode
from graphscope.readers.keras.code.objects import (
    Show,
    describe_argument,
    describe_bytecode,
    describe_class,
    describe_lambda_code,
    describe_object,
    describe_saved_model,
    describe_text,
    may_be_code,
)
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.text import shorten

Found: TypeAlias = tuple[Code, object]
"""A piece of code, and the value of the config that it is: one value may be found twice."""

_INSIDE = frozenset({"layers", "input_layers", "output_layers"})
_LAMBDA_SETTINGS = ("function", "output_shape", "mask")

_LONGEST = 1_024
"""Bytes of a value that is kept as harmless; a long one is hardly repeated."""
_MOST = 10_000


class Harmless:
    """Values that hold no code: the layers of a model repeat a few, which are searched once."""

    def __init__(self) -> None:
        self._known: set[bytes] = set()

    def covers(self, value: Any) -> bool:
        """Whether it is certain that a value holds no code."""
        if value.__class__ is not dict and value.__class__ is not list:
            return False
        try:
            key = orjson.dumps(value)
        except TypeError:
            return False  # Whole numbers beyond 64 bits and broken text.
        if key in self._known:
            return True
        if len(key) > _LONGEST or len(self._known) == _MOST:
            return False
        if any(True for _ in find_code_in({"": value}, show=lambda _: "")):
            return False
        self._known.add(key)
        return True


def find_code(
    layer: LayerConfig, show: Show = show_bytecode, harmless: Harmless | None = None
) -> Iterator[Found]:
    """Yield the code that a layer carries: its class, its settings, and what it is called with.

    Nested models are not searched: their layers are looked at one by one.

    Args:
        layer: the layer.
        show: lists the instructions of a stored function.
        harmless: values that were searched before.
    """
    harmless = Harmless() if harmless is None else harmless
    own = _describe_own_class(layer)
    if own is not None:
        yield own, layer
    if layer.is_builtin and layer.class_name == "TFSMLayer":
        yield describe_saved_model(layer.config), layer.config
        return
    hidden = _INSIDE if layer.model is not None else frozenset()
    config = {
        key: value
        for key, value in layer.config.items()
        if key not in hidden and not harmless.covers(value)
    }
    yield from _find_old_lambda(layer, show)
    yield from find_code_in(config, show=show)
    yield from _find_in_calls(layer, show)


def find_code_in(
    config: Mapping[str, Any], place: str = "", *, show: Show = show_bytecode
) -> Iterator[Found]:
    """Yield the code that a config carries, in its order.

    Args:
        config: a serialized object, or the settings of one.
        place: what the places of pieces begin with.
        show: lists the instructions of a stored function.
    """
    waiting: list[tuple[Any, _Place]] = [(config, _Place(place))]
    while waiting:
        value, at = waiting.pop()
        found = _describe(value, at.key, show)
        if found is not None:
            yield replace(found, place=at.describe()), value
        waiting += [(inner, _Place(str(key), at)) for key, inner in _look_into(value, found)]


class _Place(NamedTuple):
    """Where a value stands: its key, and the place of what holds it."""

    key: str
    around: _Place | None = None

    def describe(self) -> str:
        """Return the keys as a reader would write them."""
        keys: list[str] = []
        place: _Place | None = self
        while place is not None:
            # The wrapping of serialized objects says nothing.
            keys += [place.key] if place.key and place.key != "config" else []
            place = place.around
        return shorten(".".join(reversed(keys)), 200)


def _look_into(value: Any, found: Code | None) -> list[tuple[str | int, Any]]:
    """Return what else to look at in a value, the last first."""
    if isinstance(value, dict) and value.get("class_name") != "__lambda__":
        inside = [
            (key, each)
            for key, each in value.items()
            if isinstance(each, (dict, list)) or (isinstance(each, str) and may_be_code(each, key))
        ]
    elif isinstance(value, list) and found is None:
        # Texts in lists are words of a vocabulary, labels and the like.
        inside = [
            (place, each) for place, each in enumerate(value) if isinstance(each, (dict, list))
        ]
    else:
        return []
    return inside[::-1]


def _describe(value: Any, key: str, show: Show) -> Code | None:
    if isinstance(value, dict):
        return describe_object(value, show)
    if isinstance(value, str):
        return describe_text(value, key, show)
    return describe_bytecode(value, show)


def _describe_own_class(layer: LayerConfig) -> Code | None:
    # Files of Keras 2 name no module for any layer.
    if layer.is_builtin or layer.is_operation:
        return None
    # Layers that are known from the weights alone have no module either; a path as a name of a
    # class stands in no weights.
    if not (layer.module or layer.registered_name or "." in layer.class_name):
        return None
    return describe_class(
        {
            "class_name": layer.class_name,
            "module": layer.module,
            "registered_name": layer.registered_name,
        }
    )


def _find_old_lambda(layer: LayerConfig, show: Show) -> Iterator[Found]:
    """Yield the functions of a Lambda layer that Keras 2 wrote and that are no bytecode we know."""
    if layer.class_name != "Lambda":
        return
    for key in _LAMBDA_SETTINGS:
        value = layer.config.get(key)
        declared = layer.config.get(f"{key}_type", "lambda" if key == "function" else None)
        if declared != "lambda" or not isinstance(value, list) or not value:
            continue
        if isinstance(value[0], str) and not looks_like_bytecode(value[0]):
            yield replace(describe_lambda_code(value[0], show), place=key), value


def _find_in_calls(layer: LayerConfig, show: Show) -> Iterator[Found]:
    for call in layer.calls:
        for key, value in call.constants.items():
            place = f"argument {key}"
            found = describe_argument(value) if isinstance(value, str) else None
            if found is not None:
                yield replace(found, place=place), value
            elif isinstance(value, dict):
                yield from find_code_in(value, place, show=show)
