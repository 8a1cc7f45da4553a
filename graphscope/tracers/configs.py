"""Configs of layers as JSON values."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any

from graphscope.tracers.jsonable import to_jsonable
from graphscope.tracers.patching import patched
from graphscope.tracers.unused import tensorflow_left_alone

PLAIN_PARTS = ("keras.src.initializers.", "keras.src.dtype_policies.")
"""Modules of Keras whose objects are written by their class and config alone."""

FUNCTIONS = "keras.src.activations."
"""Modules of Keras whose functions are written by their name."""

SIMPLE = (bool, int, float, str, type(None))


def read_config(layer: Any) -> dict[str, Any]:
    """Return the config of a layer, empty for a model; to be called inside `configs_are_read`."""
    import keras

    if isinstance(layer, keras.Model):
        # The config of a model repeats all its layers, each of which has its own.
        return {}
    try:
        config = layer.get_config()
    except Exception as error:  # noqa: BLE001 - user code; the reader of the graph is told
        return {"unavailable": f"get_config() raised {type(error).__name__}"}
    result: dict[str, Any] = to_jsonable(config)
    return result


@contextmanager
def configs_are_read() -> Iterator[None]:
    """Let Keras write initializers, policies and activations that are alike once in the block.

    Every layer has its own, and writing them takes most of the time of `get_config`: Keras asks
    of each whether it is a tensor of any kind.
    """
    from keras.src.saving import serialization_lib

    with (
        tensorflow_left_alone(),
        patched(serialization_lib, "serialize_keras_object", _remember_plain_parts),
    ):
        yield


def _remember_plain_parts(original: Callable[..., Any]) -> Callable[..., Any]:
    written: dict[object, Any] = {}

    @functools.wraps(original)
    def serialize(obj: Any) -> Any:
        key = _identify(obj)
        if key is None:
            return original(obj)
        if key not in written:
            written[key] = original(obj)
        # The caller may change what it gets.
        return copy.deepcopy(written[key])

    return serialize


def _identify(obj: Any) -> object:
    """Return what decides how an object is written, None where that is not known."""
    kind = type(obj)
    if kind is FunctionType:
        return obj if obj.__module__.startswith(FUNCTIONS) else None
    if not kind.__module__.startswith(PLAIN_PARTS):
        return None
    config = obj.get_config()
    is_simple = all(isinstance(value, SIMPLE) for value in config.values())
    return (kind, repr(config)) if is_simple else None
