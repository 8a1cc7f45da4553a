"""What the serialized objects of a config stand for: which of them are code."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from graphscope.graph.code import Code, CodeKind
from graphscope.readers.code.bytecode import SHORTEST, looks_like_bytecode
from graphscope.readers.keras.code import effects
from graphscope.readers.keras.code.known_functions import FUNCTIONS, HARMFUL_BUILTINS
from graphscope.readers.keras.modules import builds_models, is_keras, is_trusted, makes_tensors
from graphscope.readers.text import quote, repair_text, shorten

MAX_TEXT = 256

Show: TypeAlias = Callable[[object], str]
"""Lists the instructions of a stored function."""

_PATH = re.compile(r"~?/[\w.]|[A-Za-z]:[\\/]|\\\\\w|[A-Za-z][A-Za-z0-9+.-]*://")
_NAMES = frozenset({"name", "class_name", "module", "registered_name", "spec_name"})
_FILES = frozenset({"vocabulary", "filepath", "file_path", "vocabulary_file", "merges", "proto"})


def describe_object(value: Mapping[str, Any], show: Show) -> Code | None:
    """Return the code that a serialized object is; None when it is none.

    What is inside the object is looked at apart.
    """
    class_name = value.get("class_name")
    if not isinstance(class_name, str):
        return None
    special = _SPECIAL.get(class_name)
    if special is not None:
        return special(value, show)
    named = isinstance(value.get("module"), str) or ">" in str(value.get("registered_name"))
    return describe_class(value) if named and "config" in value else None


def describe_class(value: Mapping[str, Any]) -> Code | None:
    """Return the code that the class of an object is; None when it is Keras's own."""
    class_name, module = str(value.get("class_name") or ""), value.get("module")
    registered = value.get("registered_name")
    if is_trusted(module, registered):
        return None if builds_models(module) else _describe_tool(value, class_name)
    if _is_own(value):
        return _describe_custom(value, class_name, "the class")
    return _describe_reference(value, class_name, "the class")


def describe_bytecode(listed: object, show: Show) -> Code | None:
    """Return the function that a list `[code, defaults, closure]` of old files holds."""
    if isinstance(listed, list) and 1 <= len(listed) <= 3 and looks_like_bytecode(listed[0]):
        defaults, closure = [*listed[1:], None, None][:2]
        stored = {"code": listed[0], "defaults": defaults, "closure": closure}
        return _describe_lambda(stored, show)
    return None


def may_be_code(text: str, key: str) -> bool:
    """Whether the text of a setting is worth a look: most are short words."""
    return len(text) >= SHORTEST or "/" in text or "\\" in text or key in _FILES


def describe_text(text: str, key: str, show: Show) -> Code | None:
    """Return the bytecode or the file that the text of a setting stands for; None for others."""
    if looks_like_bytecode(text):
        return _describe_lambda({"code": text}, show)
    if key in _NAMES or len(text) > 4_096:
        return None
    if key in _FILES or _PATH.match(text):
        effect = effects.VOCABULARY if key == "vocabulary" else effects.SETTING
        return describe_file(text, effect)
    return None


def describe_argument(text: str) -> Code | None:
    """Return the file that an argument of a call stands for; None for other arguments."""
    return describe_file(text, effects.ARGUMENT) if _PATH.match(text) else None


def describe_file(text: str, effect: str) -> Code:
    """Return a path or an address."""
    what = "the address" if "://" in text[:16] else "the path"
    return _make(CodeKind.FILE, f"{what} {quote(text)}", effect, name=text)


def describe_saved_model(config: object) -> Code:
    """Return the SavedModel that a TFSMLayer with these settings loads."""
    path = str(config.get("filepath")) if isinstance(config, Mapping) else ""
    title = f"a TensorFlow SavedModel from another path, {quote(path)}"
    return _make(CodeKind.FILE, title, effects.SAVED_MODEL, name=path)


def describe_lambda_code(code: object, show: Show) -> Code:
    """Return the function of a Lambda layer that is given in no other form."""
    return _describe_lambda({"code": code}, show)


def _describe_pickle(_value: Mapping[str, Any], _show: Show) -> Code:
    return _make(CodeKind.BYTECODE, "a pickled PyTorch module", effects.PICKLE)


def _describe_type(value: Mapping[str, Any], _show: Show) -> Code:
    return _describe_reference(value, str(value.get("spec_name") or ""), "the type")


def _describe_lambda(config: object, show: Show) -> Code:
    stored = config if isinstance(config, Mapping) else {"code": config}
    # Keras reads `value` outside of Lambda layers.
    code = stored.get("code", stored.get("value"))
    text = show(code)
    for key in ("defaults", "closure"):
        if stored.get(key) is not None:
            text += f"\n{key}: {quote(stored[key], 200)}"
    return _make(CodeKind.BYTECODE, "a Python function as bytecode", effects.BYTECODE, text=text)


def _describe_function(value: Mapping[str, Any], _show: Show) -> Code | None:
    name, module = str(value.get("config") or ""), value.get("module")
    registered = value.get("registered_name")
    if module == "builtins":
        return _describe_by_name(value, name)
    if is_keras(module):
        return None if makes_tensors(module) else _describe_tool(value, name)
    if ">" in str(registered) and not is_trusted(module, registered):
        return _describe_custom(value, name, "the function")
    return _describe_reference(value, name, "the function")


def _describe_by_name(value: Mapping[str, Any], name: str) -> Code | None:
    """Return a function that Keras writes by its name alone, as if it were Python's own."""
    if name in FUNCTIONS:
        return None
    if name in HARMFUL_BUILTINS or not name.replace(">", "_").isidentifier():
        return _describe_reference(value, name, "the function")
    return _describe_custom({"registered_name": name}, name, "the function")


def _describe_custom(value: Mapping[str, Any], name: str, what: str) -> Code:
    registered = str(value.get("registered_name") or name)
    title = f"{what} {quote(registered)}, whose code is not in the file"
    module = _text(value.get("module"))
    return _make(
        CodeKind.CUSTOM,
        title,
        effects.of_custom(module),
        module=module,
        name=name,
        registered_name=registered,
    )


def _describe_reference(value: Mapping[str, Any], name: str, what: str) -> Code:
    module = _text(value.get("module"))
    full = f"{module}.{name}" if module and not name.startswith(f"{module}.") else name
    return _make(
        CodeKind.REFERENCE,
        f"a reference to {what} {quote(repair_text(full))}",
        effects.REFERENCE if module else effects.NO_MODULE,
        module=module,
        name=name,
        registered_name=_text(value.get("registered_name")),
    )


def _describe_tool(value: Mapping[str, Any], name: str) -> Code:
    module = _text(value.get("module"))
    title = f"a reference to {quote(f'{module}.{name}')}"
    return _make(CodeKind.REFERENCE, title, effects.KERAS_TOOL, module=module, name=name)


def _is_own(value: Mapping[str, Any]) -> bool:
    """Whether a user's own class is named the way Keras names it."""
    registered = str(value.get("registered_name") or "")
    if ">" in registered or ">" in str(value.get("class_name")):
        return True
    # Keras registers nothing by itself, and then writes the name of the class alone.
    package = _text(value.get("module")).partition(".")[0]
    return registered == value.get("class_name") and package not in sys.stdlib_module_names


def _make(kind: CodeKind, title: str, effect: str, *, text: str = "", **names: str) -> Code:
    return Code(kind, title, effect=effect, text=text, **{k: _text(v) for k, v in names.items()})


def _text(value: object) -> str:
    return shorten(repair_text(value), MAX_TEXT) if isinstance(value, str) else ""


_SPECIAL: Mapping[str, Callable[[Mapping[str, Any], Show], Code | None]] = {
    "__lambda__": lambda value, show: _describe_lambda(value.get("config"), show),
    "__typespec__": _describe_type,
    "TFSMLayer": lambda value, _show: describe_saved_model(value.get("config")),
    "TorchModuleWrapper": _describe_pickle,
    "function": _describe_function,
}
