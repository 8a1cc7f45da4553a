"""Which expression of a call goes to which parameter."""

from __future__ import annotations

import ast

from graphscope.doctor.origins.scopes import Scope
from graphscope.doctor.source.definitions import Path, parameters_of


def argument_of(
    call: ast.Call, scope: Scope, name: str, count: int = -1
) -> tuple[ast.expr, Path] | None:
    """Return the expression that a call hands to a parameter of the function of a scope.

    Args:
        call: the call.
        scope: of the called function.
        name: the parameter.
        count: how many values a starred argument stands for; -1 when that is not known.
    """
    function = scope.function
    if function is None:
        return None
    names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
    if scope.first_parameter is not None and not _names_class(call, scope):
        names = names[1:]
    spec = function.args
    if spec.vararg is not None and spec.vararg.arg == name:
        return _packed(call, call.args[len(names) :]), ()
    if spec.kwarg is not None and spec.kwarg.arg == name:
        taken = {arg.arg for arg in parameters_of(function)}
        return _packed_keywords(call, taken), ()
    return find_argument(call, names, name, count)


def find_argument(
    call: ast.Call, names: list[str], name: str, count: int = -1
) -> tuple[ast.expr, Path] | None:
    """Return the expression that a call hands to a parameter, by keyword or by position."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value, ()
    if name in names:
        found = _positional(call, names.index(name), count)
        if found is not None:
            return found
    for keyword in call.keywords:
        if keyword.arg is None:
            return keyword.value, (("item", name),)
    return None


def _positional(call: ast.Call, index: int, count: int) -> tuple[ast.expr, Path] | None:
    position = 0
    for argument in call.args:
        if isinstance(argument, ast.Starred):
            if count < 0 or index < position + count:
                return argument.value, (("item", index - position),)
            position += count
            continue
        if position == index:
            return argument, ()
        position += 1
    return None


def _names_class(call: ast.Call, scope: Scope) -> bool:
    """Whether a method is called through its class: `Block.call(block, x)`."""
    owner = scope.file.class_of(scope.function) if scope.function else None
    called = call.func
    return (
        isinstance(called, ast.Attribute)
        and isinstance(called.value, ast.Name)
        and owner is not None
        and called.value.id == owner.name
        and not any(
            isinstance(each, ast.Name) and each.id == "classmethod"
            for each in getattr(scope.function, "decorator_list", ())
        )
    )


def _packed(call: ast.Call, elements: list[ast.expr]) -> ast.expr:
    return ast.copy_location(ast.Tuple(elements, ast.Load()), call)


def _packed_keywords(call: ast.Call, taken: set[str]) -> ast.expr:
    rest = [each for each in call.keywords if each.arg is not None and each.arg not in taken]
    keys: list[ast.expr | None] = [
        ast.copy_location(ast.Constant(each.arg), each.value) for each in rest
    ]
    return ast.copy_location(ast.Dict(keys, [each.value for each in rest]), call)
