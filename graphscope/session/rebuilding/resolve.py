"""What the names in a config stand for, now that the libraries are imported."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from graphscope.readers.text import quote
from graphscope.session.rebuilding.allowed import VALUES, check_class_name
from graphscope.session.rebuilding.failures import NotAllowedError
from graphscope.session.rebuilding.libraries import may_be_made

_OPERATIONS = "keras.ops"
"""Where the readers put operations of files that name no modules; the classes are not offered
there."""


def find_operations(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a prepared config with the modules that Keras keeps its operations in."""
    import keras

    prefix = f"{keras.Operation.__module__.rpartition('.')[0]}."
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(prefix)]

    def place(value: Any) -> Any:
        if isinstance(value, list):
            return [place(each) for each in value]
        if not isinstance(value, dict):
            return value
        placed = {key: place(each) for key, each in value.items()}
        if placed.get("module") == _OPERATIONS and "class_name" in placed:
            named = (vars(module).get(placed["class_name"]) for module in modules)
            found = next((each for each in named if _is_operation(each)), None)
            placed["module"] = found.__module__ if found is not None else _OPERATIONS
        return placed

    placed: dict[str, Any] = place(document)
    return placed


def _is_operation(value: object) -> bool:
    import keras

    return isinstance(value, type) and issubclass(value, keras.Operation)


def check_classes(document: Mapping[str, Any]) -> None:
    """Check what every object of a prepared config is made from.

    A name leads where the module that was asked, or the register of Keras, says; so the class
    itself is looked at, before the first object is made.

    Raises:
        NotAllowedError: when one is no class of a layer, of an operation or of their parts.
    """
    for entry in _objects(document):
        if entry["class_name"] == "function":
            _check_activation(entry["config"])
        else:
            _check_class(entry)


def _objects(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "class_name" in value and value["class_name"] not in VALUES:
                yield value
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _check_activation(name: str) -> None:
    import keras

    if not callable(getattr(keras.activations, name, None)):
        raise NotAllowedError(f"it names the function {quote(name)}")


def _check_class(entry: Mapping[str, Any]) -> None:
    found = _find(entry)
    named = quote(f"{entry.get('module')}.{entry['class_name']}")
    if found is None:
        raise NotAllowedError(f"{named} is not in the version that is installed")
    if not (isinstance(found, type) and issubclass(found, _kinds())):
        raise NotAllowedError(f"{named} is no layer, operation or part of one")
    if not may_be_made(found.__module__):
        raise NotAllowedError(f"{named} is {quote(f'{found.__module__}.{found.__name__}')}")
    for base in found.__mro__:
        # The backend's part of every layer is called JaxLayer, too.
        if may_be_made(base.__module__):
            check_class_name(base.__name__)


def _find(entry: Mapping[str, Any]) -> Any:
    """Return what Keras finds by the same names, in the same order."""
    import keras

    registered = keras.saving.get_registered_object(entry.get("registered_name"))
    if registered is not None or not entry.get("module"):
        return registered
    try:
        module = import_module(entry["module"])
    except ImportError:
        return None
    return getattr(module, entry["class_name"], None)


def _kinds() -> tuple[type, ...]:
    import keras

    return (
        keras.Operation,  # and all layers and models
        keras.initializers.Initializer,
        keras.regularizers.Regularizer,
        keras.constraints.Constraint,
        keras.dtype_policies.DTypePolicy,
        keras.random.SeedGenerator,
    )
