"""Finding code in a config: what Keras would run, import or read if it loaded the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from graphscope.graph.code import Code
from graphscope.readers.keras.code.objects import (
    describe_argument,
    describe_bytecode,
    describe_class,
    describe_lambda_code,
    describe_object,
    describe_saved_model,
    describe_text,
)
from graphscope.readers.keras.config import LayerConfig

Path: TypeAlias = tuple[str, ...]

Found: TypeAlias = tuple[Code, object]
"""A piece of code, and the value of the config that it is: one value may be found twice."""

_INSIDE = frozenset({"layers", "input_layers", "output_layers"})
_LAMBDA_SETTINGS = ("function", "output_shape", "mask")


def find_code(layer: LayerConfig) -> Iterator[Found]:
    """Yield the code that a layer carries: its class, its settings, and what it is called with.

    Nested models are not searched: their layers are looked at one by one.
    """
    own = _describe_own_class(layer)
    if own is not None:
        yield own, layer
    if layer.is_builtin and layer.class_name == "TFSMLayer":
        yield describe_saved_model(layer.config), layer.config
        return
    hidden = _INSIDE if layer.model is not None else frozenset()
    config = {key: value for key, value in layer.config.items() if key not in hidden}
    yield from _find_old_lambda(layer)
    yield from find_code_in(config)
    yield from _find_in_calls(layer)


def find_code_in(config: Mapping[str, Any], place: str = "") -> Iterator[Found]:
    """Yield the code that a config carries, in its order.

    Args:
        config: a serialized object, or the settings of one.
        place: what the places of pieces begin with.
    """
    waiting: list[tuple[Any, Path]] = [(config, (place,) if place else ())]
    while waiting:
        value, path = waiting.pop()
        found = _describe(value, path)
        if found is not None:
            yield replace(found, place=_join(path)), value
        if isinstance(value, dict) and value.get("class_name") != "__lambda__":
            waiting += [
                (inner, (*path, str(key)))
                for key, inner in reversed(value.items())
                if isinstance(inner, (dict, list, str))
            ]
        elif isinstance(value, list) and found is None:
            # Texts in lists are words of a vocabulary, labels and the like.
            waiting += [
                (inner, (*path, str(index)))
                for index, inner in reversed([*enumerate(value)])
                if isinstance(inner, (dict, list))
            ]


def _describe(value: Any, path: Path) -> Code | None:
    if isinstance(value, dict):
        return describe_object(value)
    if isinstance(value, str):
        return describe_text(value, path[-1] if path else "")
    return describe_bytecode(value)


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


def _find_old_lambda(layer: LayerConfig) -> Iterator[Found]:
    """Yield the functions of a Lambda layer that Keras 2 wrote and that are no bytecode we know."""
    if layer.class_name != "Lambda":
        return
    for key in _LAMBDA_SETTINGS:
        value = layer.config.get(key)
        declared = layer.config.get(f"{key}_type", "lambda" if key == "function" else None)
        if declared != "lambda" or not isinstance(value, list) or not value:
            continue
        if isinstance(value[0], str) and describe_bytecode(value) is None:
            yield replace(describe_lambda_code(value[0]), place=key), value


def _find_in_calls(layer: LayerConfig) -> Iterator[Found]:
    for call in layer.calls:
        for key, value in call.constants.items():
            place = f"argument {key}"
            found = describe_argument(value) if isinstance(value, str) else None
            if found is not None:
                yield replace(found, place=place), value
            elif isinstance(value, dict):
                yield from find_code_in(value, place)


def _join(path: Path) -> str:
    """Return a path as a reader would write it; the wrapping of serialized objects is left out."""
    steps = [step for step in path if step != "config"]
    return ".".join(steps)[:200]
