"""What the `module` of a serialized object says about it."""

from __future__ import annotations

from functools import lru_cache

_LAYERS = (
    "keras",
    "keras.layers",
    "keras.models",
    "keras.src.applications",
    "keras.src.layers",
    "keras.src.models",
)
_OPERATIONS = ("keras.ops", "keras.src.ops")
_LIBRARIES = frozenset({"keras", "keras_hub", "keras_cv", "keras_nlp"})
"""Packages from which Keras itself imports classes that a file names."""
_TOOLS = frozenset(
    {
        "callbacks",
        "config",
        "datasets",
        "distribution",
        "export",
        "legacy",
        "preprocessing",
        "saving",
        "trainers",
        "tree",
        "utils",
        "visualization",
        "wrappers",
    }
)
"""Parts of Keras that make no part of a model."""


def is_builtin_layer(module: object) -> bool:
    """Whether a layer of this module is Keras's own, so that its rules may be applied.

    >>> is_builtin_layer("keras.src.layers.core.dense"), is_builtin_layer("keras_hub.layers")
    (True, False)
    """
    return _lies_in(module, _LAYERS)


def is_operation(module: object) -> bool:
    """Whether an object of this module is a Keras operation (`keras.ops`), not a layer."""
    return _lies_in(module, _OPERATIONS)


def is_keras(module: object) -> bool:
    """Whether the module is part of Keras itself."""
    return isinstance(module, str) and (module == "keras" or module.startswith("keras."))


def is_trusted(module: object, registered_name: object) -> bool:
    """Whether Keras itself would import a class of this module, or registered it.

    >>> is_trusted("keras_hub.src.models", "keras_hub>Bert"), is_trusted("os", None)
    (True, False)
    """
    named = module if isinstance(module, str) else ""
    package, separator, _ = str(registered_name or "").partition(">")
    return named.partition(".")[0] in _LIBRARIES or (
        not named and bool(separator) and package in _LIBRARIES
    )


def builds_models(module: object) -> bool:
    """Whether what lies in a module of Keras makes parts of models: layers, losses and the like.

    >>> builds_models("keras.src.losses.losses"), builds_models("keras.utils")
    (True, False)
    """
    parts = str(module or "").split(".")[1:]
    return not (parts and (parts[1] if parts[0] == "src" and parts[1:] else parts[0]) in _TOOLS)


def makes_tensors(module: object) -> bool:
    """Whether the functions of a module of Keras compute something in a model."""
    # Those of `keras.models` load and save.
    return builds_models(module) and module not in ("keras.models", "keras.src.models")


def _lies_in(module: object, packages: tuple[str, ...]) -> bool:
    return isinstance(module, str) and _names_part(module, packages)


@lru_cache(maxsize=1_024)
def _names_part(module: str, packages: tuple[str, ...]) -> bool:
    # "keras" alone exports models; its subpackages are listed one by one.
    return module in packages or any(
        module.startswith(f"{package}.") for package in packages if package != "keras"
    )
