"""From a target in Python code to a live model and, where the code gives them, its inputs."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from graphscope.errors import TargetError
from graphscope.session.suggest import suggest_or_list
from graphscope.session.targets import Arguments, ObjectTarget
from graphscope.session.user_code import import_module, telling


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A live Keras model, with the example inputs that its maker returned beside it."""

    model: Any
    inputs: Any = None


def load_model(target: ObjectTarget) -> LoadedModel:
    """Import, look up, call: return the model that a target names.

    Call it inside `user_environment`, and stay inside while the model is used.

    Raises:
        TargetError: when the module, the attribute or an argument is missing, the program
            raises, or what it gives is not a model.
    """
    module = import_module(target)
    found = _get_attribute(module, target)
    if not is_model(found):
        found = _call(found, target)
    elif target.arguments is not None:
        raise TargetError(f"{target} is a model already.", f"Leave the parentheses out: {target}.")
    return _unpack(found, target)


def is_model(value: object) -> bool:
    """Whether a value is a Keras model or layer; False without importing Keras for it."""
    keras = sys.modules.get("keras")
    layer = getattr(keras, "Layer", None)
    return layer is not None and isinstance(value, layer)


def _get_attribute(module: ModuleType, target: ObjectTarget) -> Any:
    value: Any = module
    for name in target.attribute.split("."):
        with telling(target, f"while {name!r} was looked up"):
            try:
                value = getattr(value, name)
            except AttributeError:
                raise _no_attribute(value, name, target) from None
    return value


def _no_attribute(owner: Any, name: str, target: ObjectTarget) -> TargetError:
    public = [key for key in vars(owner) if not key.startswith("_")] if _has_dict(owner) else []
    makers = [key for key in public if _may_give_model(vars(owner)[key], target)]
    where = target.module if isinstance(owner, ModuleType) else type(owner).__name__
    return TargetError(
        f"{where} has no attribute {name!r}.",
        suggest_or_list(name, makers or public, title="It has"),
    )


def _has_dict(value: Any) -> bool:
    return hasattr(value, "__dict__")


def _may_give_model(value: Any, target: ObjectTarget) -> bool:
    """Whether a name is worth proposing: a model, or what the module itself can be asked for."""
    if is_model(value):
        return True
    own = isinstance(target.module, str) or getattr(value, "__module__", "") == target.module.stem
    return own and (inspect.isfunction(value) or inspect.isclass(value))


def _call(maker: Any, target: ObjectTarget) -> Any:
    if not callable(maker):
        raise TargetError(
            f"{target} is {_a(maker)}, neither a Keras model nor a callable that makes one.",
            "Name a model, or a function or class that gives one.",
        )
    arguments = target.arguments or Arguments()
    named = dict(arguments.named)
    _check_arguments(maker, arguments, target)
    with telling(target, "while it made the model"):
        return maker(*arguments.positional, **named)


def _check_arguments(maker: Callable[..., Any], given: Arguments, target: ObjectTarget) -> None:
    try:
        signature = inspect.signature(maker)
    except (TypeError, ValueError):
        return  # Some builtins have no signature; the call itself will tell.
    try:
        signature.bind(*given.positional, **dict(given.named))
    except TypeError as error:
        missing = _missing_arguments(signature, given)
        if missing and target.arguments is None:
            example = ", ".join(f"{name}=..." for name in missing)
            raise TargetError(
                f"{target} needs arguments: {', '.join(missing)}.",
                f"Give them as literals, in quotes for the shell: '{target}({example})'.",
            ) from None
        raise TargetError(
            f"{target} does not take these arguments: {error}.",
            f"Its signature is {target.attribute.rpartition('.')[2]}{signature}.",
        ) from None


def _missing_arguments(signature: inspect.Signature, given: Arguments) -> list[str]:
    variadic = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    required = [
        parameter.name
        for parameter in signature.parameters.values()
        if parameter.default is inspect.Parameter.empty and parameter.kind not in variadic
    ]
    named = {name for name, _ in given.named}
    return [name for name in required[len(given.positional) :] if name not in named]


def _unpack(value: Any, target: ObjectTarget) -> LoadedModel:
    if is_model(value):
        return LoadedModel(value)
    if isinstance(value, tuple) and len(value) == 2 and is_model(value[0]):
        return LoadedModel(value[0], value[1])
    hint = " Does the function end without `return model`?" if value is None else ""
    raise TargetError(
        f"{target} gave {_a(value)}, not a Keras model.{hint}",
        "It must be a model or return one, or a pair (model, example_inputs).",
    )


def _a(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, ModuleType):
        return f"the module {value.__name__}"
    return f"a value of type {type(value).__name__}"
