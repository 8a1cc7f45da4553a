"""What a config may hold so that it is made into objects, decided before anything is imported.

This is a list of what is allowed: objects of known modules whose settings are numbers, short texts
that name no file, and other such objects. Whatever else a file holds, it stays as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from graphscope.readers.text import quote
from graphscope.session.rebuilding.failures import NotAllowedError
from graphscope.session.rebuilding.libraries import find_library, may_be_made

MAX_TEXT = 1_000
"""Characters of a text among the settings; the equation of an `EinsumDense` has 30."""

VALUES = frozenset(
    {"__tensor__", "__numpy__", "__ellipsis__", "__slice__", "__keras_tensor__", "__bytes__"}
)
"""Classes that Keras writes for plain values."""

_RUNS_CODE = frozenset({"Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"})
_READS_FILES = frozenset({"StringLookup", "IntegerLookup", "TextVectorization"})
_FILE_SETTINGS = frozenset(
    {
        *("assets", "file", "file_path", "filepath", "filename", "merges", "origin", "path"),
        *("preset", "proto", "url", "vocab", "vocab_file", "vocabulary", "weights"),
    }
)
"""Settings that name a file, or hold one, where they are texts."""

_PREPARES_DATA = re.compile(r"(Preprocessor|Tokenizer|Converter|Packer)$")
"""Ends of the names of classes that turn texts, images or sound into tensors. They read their
vocabulary from files, and the model that they stand in front of is made without them."""

_IDENTIFIER = re.compile(r"[^\W\d]\w*")
_REGISTERED = re.compile(r"\w>\w")
_PATH = re.compile(r"[/\\]|^~|^\.\.?$")


def prepare(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the config of a model as it may be made, without what it can be made without.

    Left out are the settings of training and what prepares data for the model.

    Args:
        document: the object in `config.json`; its depth must be bounded.

    Raises:
        NotAllowedError: when it holds anything else than plain settings and known classes.
    """
    prepared = _prepare(document)
    if not isinstance(prepared, dict):
        raise NotAllowedError("it prepares data and is no model")
    return prepared


def check_class_name(name: str) -> None:
    """Check that a class is none of those that run code or read files.

    Raises:
        NotAllowedError: when it is one.
    """
    if name in _RUNS_CODE:
        raise NotAllowedError(f"it holds a {name} layer, which is code")
    if name in _READS_FILES or _PREPARES_DATA.search(name):
        raise NotAllowedError(f"it holds a {name}, which may read files")


def _prepare(value: Any, setting: str = "") -> Any:
    if isinstance(value, dict):
        return _prepare_object(value) if "class_name" in value else _prepare_settings(value)
    if isinstance(value, list):
        return [_prepare(item, setting) for item in value]
    if isinstance(value, str):
        _check_text(value, setting)
    return value


def _prepare_settings(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _prepare(value, name) for name, value in values.items()}


def _prepare_object(entry: Mapping[str, Any]) -> dict[str, Any] | None:
    class_name, module = entry["class_name"], entry.get("module")
    if not isinstance(class_name, str) or not isinstance(module, str | None):
        raise NotAllowedError(f"it names {quote(class_name)} as a class")
    if class_name in VALUES:
        return _prepare_settings(entry)
    registered = _check_registered(entry, class_name)
    if _is_of_library(module or registered) and _PREPARES_DATA.search(class_name):
        return None
    if class_name == "function":
        _check_function(entry, module)
    else:
        _check_class(class_name, module, registered)
    named = ("class_name", "module", "registered_name")
    kept = {name: value for name, value in entry.items() if name not in (*named, "compile_config")}
    return {name: entry[name] for name in named if name in entry} | _prepare_settings(kept)


def _check_registered(entry: Mapping[str, Any], class_name: str) -> str:
    """Return the package of the registered name: Keras prefers this name to the module."""
    registered = entry.get("registered_name")
    if registered is None or registered == class_name:
        return ""
    package, _, name = str(registered).rpartition(">")
    if class_name == "function":
        if registered != entry.get("config"):
            raise NotAllowedError(f"it names the function {quote(registered)}")
        return ""
    # A class may be registered by another name than its own; what that is, is checked later.
    if find_library(package) is None or not _IDENTIFIER.fullmatch(name):
        raise NotAllowedError(f"it names the class {quote(registered)}")
    return package


def _is_of_library(module: str) -> bool:
    return find_library(module) is not None


def _check_class(class_name: str, module: str | None, registered: str) -> None:
    if class_name.startswith("__") or not _IDENTIFIER.fullmatch(class_name):
        raise NotAllowedError(f"it holds {quote(class_name)}, which may be code")
    check_class_name(class_name)
    if module is None and not registered:
        raise NotAllowedError(f"it does not say where its class {quote(class_name)} comes from")
    if module is not None and not may_be_made(module):
        raise NotAllowedError(f"it holds {quote(f'{module}.{class_name}')}")


def _check_function(entry: Mapping[str, Any], module: str | None) -> None:
    name = entry.get("config")
    is_name = isinstance(name, str) and _IDENTIFIER.fullmatch(name) is not None
    if not is_name or module not in ("builtins", "keras.activations", "keras.src.activations"):
        raise NotAllowedError(f"it names the function {quote(f'{module}.{name}')}")


def _check_text(text: str, setting: str) -> None:
    if setting in _FILE_SETTINGS and text:
        raise NotAllowedError(f"its setting {quote(setting)} is {quote(text, 80)}, perhaps a file")
    if len(text) > MAX_TEXT:
        raise NotAllowedError(f"its setting {quote(setting)} is a text of {len(text):,} characters")
    if _PATH.search(text) or "://" in text:
        raise NotAllowedError(f"its setting {quote(setting)} is {quote(text, 80)}, perhaps a file")
    if _REGISTERED.search(text):
        raise NotAllowedError(f"its setting {quote(setting)} names {quote(text, 80)}")
