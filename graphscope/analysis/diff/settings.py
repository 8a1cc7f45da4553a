"""Settings of layers and operations as flat, comparable facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

Plain: TypeAlias = str | int | float | bool | tuple[Any, ...] | None
Settings: TypeAlias = dict[str, Plain]

_NAMING = frozenset(
    {"name", "seed", "trainable", "source", "synthetic", "registered_name", "module", "unowned"}
)
"""Keys that do not change what is computed; whether a layer is trainable is a fact of its own."""

_CONTENT = frozenset(
    {"layers", "input_layers", "output_layers", "build_config", "build_input_shape"}
)
"""Keys of a model's config that repeat what its calls show."""

_DEEPEST = 16


def flatten_settings(config: Mapping[str, Any]) -> Settings:
    """Return a config as dotted keys and plain values.

    Serialised Keras objects become the name of their class, their own settings stand below it.

    >>> inner = {"class_name": "LSTM", "config": {"name": "lstm", "units": 8}}
    >>> flatten_settings({"name": "a", "merge_mode": "concat", "layer": inner, "strides": [1, 1]})
    {'merge_mode': 'concat', 'layer': 'LSTM', 'layer.units': 8, 'strides': (1, 1)}
    """
    return {key: value for key, value in _walk(config, "", 0) if value is not None}


def _walk(config: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, Plain]]:
    for name, value in config.items():
        if name in _NAMING or name in _CONTENT:
            continue
        key = f"{path}{name}"
        policy = _read_policy(value)
        if policy is not None:
            yield key, policy
        elif isinstance(value, Mapping):
            inner, class_name = _open(value)
            if class_name is not None:
                yield key, class_name
            if depth < _DEEPEST:
                yield from _walk(inner, f"{key}.", depth + 1)
        else:
            yield key, _plain(value, depth)


def _read_policy(value: Any) -> str | None:
    """Return the name of a dtype policy, whose class says nothing more."""
    if not isinstance(value, Mapping) or not str(value.get("class_name")).endswith("DTypePolicy"):
        return None
    config = value.get("config")
    name = config.get("name") if isinstance(config, Mapping) else None
    return name if isinstance(name, str) else None


def _open(value: Mapping[str, Any]) -> tuple[Mapping[str, Any], str | None]:
    class_name, config = value.get("class_name"), value.get("config")
    if not isinstance(class_name, str):
        return value, None
    if isinstance(config, Mapping):
        return config, class_name
    # A function is serialised as its name.
    return {}, config if isinstance(config, str) else class_name


def _plain(value: Any, depth: int) -> Plain:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return tuple(_walk(value, "", depth + 1))
    if isinstance(value, list | tuple) and depth < _DEEPEST:
        return tuple(_plain(each, depth + 1) for each in value)
    return repr(value)
