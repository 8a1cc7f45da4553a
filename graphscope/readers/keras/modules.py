"""What the `module` of a serialized object says about it."""

from __future__ import annotations

_LAYERS = ("keras", "keras.layers", "keras.models", "keras.src.layers", "keras.src.models")
_OPERATIONS = ("keras.ops", "keras.src.ops")


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


def _lies_in(module: object, packages: tuple[str, ...]) -> bool:
    if not isinstance(module, str):
        return False
    # "keras" alone exports models; its subpackages are listed one by one.
    return module in packages or any(
        module.startswith(f"{package}.") for package in packages if package != "keras"
    )
