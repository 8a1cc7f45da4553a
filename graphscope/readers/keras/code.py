"""Finding code in a config: what Keras would run if it loaded the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.modules import is_keras
from graphscope.readers.text import quote, repair_text

_CODE_LAYERS = {
    "Lambda": "a Python function",
    "TFSMLayer": "a TensorFlow SavedModel from another path",
    "TorchModuleWrapper": "a PyTorch module",
    "JaxLayer": "a JAX function",
    "FlaxLayer": "a Flax module",
}


def find_code(layer: LayerConfig) -> str | None:
    """Return what code a layer carries, in words; None when it carries none.

    Nested models are not searched: their layers are looked at one by one.
    """
    if layer.class_name in _CODE_LAYERS:
        return _CODE_LAYERS[layer.class_name]
    if layer.model is not None:
        return None
    return find_code_in(layer.config)


def find_code_in(config: Mapping[str, Any]) -> str | None:
    """Return what code a config carries; None when it carries none."""
    waiting: list[Any] = [config]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            found = _code_of(value)
            if found:
                return found
            waiting += value.values()
        elif isinstance(value, list):
            waiting += [item for item in value if isinstance(item, (dict, list))]
    return None


def _code_of(value: dict[str, Any]) -> str | None:
    class_name, module = value.get("class_name"), value.get("module")
    if class_name == "__lambda__":
        return "Python bytecode"
    if class_name in _CODE_LAYERS and "config" in value:
        return _CODE_LAYERS[class_name]
    if class_name == "__typespec__":
        return f"a type of the module {quote(module)}"
    if class_name == "function" and not is_keras(module):
        target = f"{module}.{value.get('config')}"
        return f"a reference to the function {quote(repair_text(target))}"
    if isinstance(module, str) and "config" in value and _is_foreign(value, module):
        return f"a reference to {quote(f'{module}.{class_name}')}"
    return None


def _is_foreign(value: dict[str, Any], module: str) -> bool:
    # Objects that Keras was told about carry a registered name "package>Class".
    return not is_keras(module) and ">" not in str(value.get("registered_name"))
