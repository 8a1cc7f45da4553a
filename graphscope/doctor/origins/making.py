"""The expression with which a layer was given one of its arguments."""

from __future__ import annotations

import ast
import inspect
from typing import TYPE_CHECKING, Any

from graphscope.doctor.findings import Place
from graphscope.doctor.origins.arguments import find_argument
from graphscope.doctor.origins.evaluating import as_spec, follow
from graphscope.doctor.origins.members import Making, Members, making_of_site
from graphscope.doctor.origins.origin import UNKNOWN, Origin, show
from graphscope.doctor.origins.resolving import class_of_value
from graphscope.doctor.origins.scopes import called_name, module_scope
from graphscope.doctor.origins.texts import place_of, text_of
from graphscope.doctor.origins.values import starred_count, value_of
from graphscope.doctor.source.definitions import Path

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer


def making_of(tracer: Tracer, operation: Any) -> Making | None:
    """Return the call that made a layer, and the scope in which it stands."""
    creation = tracer.case.recording.creation_of(operation)
    making = making_of_site(tracer.case, creation.site, operation) if creation else None
    if making is None or called_name(making[0]) not in _COPYING:
        return making
    if _COPYING & {base.__name__ for base in type(operation).__mro__}:
        return making
    return wrapped_making(tracer, making)


_COPYING = {"Bidirectional"}
"""Wrappers that make copies of the layer they are given: what counts is how that one was made."""


def wrapped_making(tracer: Tracer, making: Making) -> Making | None:
    """Return the call that made the layer which a wrapper was given."""
    call, scope = making
    found = find_argument(call, ["layer"], "layer")
    if found is None:
        return None
    if isinstance(found[0], ast.Call):
        return found[0], scope
    for made in tracer.trace(found[0], scope).walk():
        if isinstance(made.node, ast.Call) and made.file is scope.file:
            return made.node, scope
    return None


def making_place(tracer: Tracer, operation: Any) -> Place | None:
    """Return the line on which a layer was made."""
    making = making_of(tracer, operation)
    if making is not None:
        return place_of(making[1].file, making[0])
    creation = tracer.case.recording.creation_of(operation)
    if creation is None or not creation.site:
        return None
    position = creation.site[0].position
    return Place(position.file, position.line)


def parameter_names(operation: Any) -> list[str]:
    """Return the constructor's parameters in their order, without `self`."""
    return [
        name
        for name, parameter in _parameters(operation).items()
        if parameter.kind in {parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD}
    ][1:]


def _parameters(operation: Any) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(type(operation).__init__).parameters)
    except (TypeError, ValueError):
        return {}


def argument_origin(
    tracer: Tracer,
    operation: Any,
    name: str,
    *,
    part: int | None = None,
    value: Any = UNKNOWN,
    making: Making | None = None,
) -> Origin:
    """Return the origin of an argument of a layer's constructor.

    Args:
        tracer: the running question.
        operation: the layer.
        name: the parameter.
        part: which element, of an argument that is a tuple.
        value: the value of the argument or of that part.
        making: the call that made the layer, where it is not the recorded one.
    """
    making = making or making_of(tracer, operation)
    cls = type(operation).__name__
    if making is None:
        return Origin("call", f"{cls}({name}={show(value)})", None, value)
    found = _given(tracer, operation, name, making)
    if found is None:
        default = _parameters(operation).get(name)
        shown = "its default" if default is None else repr(default.default)
        text = f"{cls}({name}={shown} by default)"
        call, scope = making
        return Origin("default", text, place_of(scope.file, call), value, scope.file, call)
    argument, inner, scope = found
    path: Path = inner
    held = follow(value_of(argument, scope), inner)
    if part is not None and (isinstance(held, tuple | list) or isinstance(argument, ast.Tuple)):
        path = (*inner, ("item", part))
    cause = tracer.trace(argument, scope, path, value)
    if value is UNKNOWN:
        value = as_spec(follow(held, path[len(inner) :]))
    text = f"{cls}({name}={text_of(scope.file, argument)})"
    return Origin(
        "call", text, place_of(scope.file, argument), value, scope.file, argument, (cause,)
    )


def _given(
    tracer: Tracer, operation: Any, name: str, making: Making
) -> tuple[ast.expr, Path, Any] | None:
    call, scope = making
    own = class_of_value(operation, module_scope(tracer.case, scope.file))
    names = parameter_names(operation)
    count = starred_count(call, scope)
    found = find_argument(call, names, name, count)
    if found is not None and _is_there(found, scope, name):
        return (*found, scope)
    if own is not None and name not in names:
        inner = Members(tracer)._super_call(own, making, operation)
        if inner is not None:
            base = next((b for b in type(operation).__mro__[1:] if name in _names_of(b)), None)
            names = _names_of(base)[1:] if base else []
            found = find_argument(inner[0], names, name)
            if found is not None and _is_there(found, inner[1], name):
                return (*found, inner[1])
    return _of_partial(call, scope, names, name)


def _names_of(cls: type) -> list[str]:
    try:
        return list(inspect.signature(cls.__init__).parameters)  # type: ignore[misc]
    except (TypeError, ValueError):
        return []


def _is_there(found: tuple[ast.expr, Path], scope: Any, name: str) -> bool:
    """Whether `**settings` holds the argument, as far as is known."""
    if not found[1] or found[1][0][1] != name:
        return True
    held = value_of(found[0], scope)
    return not isinstance(held, dict) or name in held


def _of_partial(
    call: ast.Call, scope: Any, names: list[str], name: str
) -> tuple[ast.expr, Path, Any] | None:
    """An argument that `functools.partial` had already given."""
    from graphscope.doctor.source.definitions import definitions_of

    if not isinstance(call.func, ast.Name):
        return None
    for definition in definitions_of(scope.file, call.func, call.func):
        value = definition.value
        if isinstance(value, ast.Call) and called_name(value) == "partial":
            shifted = ast.copy_location(ast.Call(value.func, value.args[1:], value.keywords), value)
            found = find_argument(shifted, names, name)
            if found is not None:
                from graphscope.doctor.origins.values import scope_at

                return (*found, scope_at(scope, definition))
    return None
