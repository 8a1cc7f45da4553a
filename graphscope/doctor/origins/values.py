"""Values of expressions, as far as they can be known without running anything of the user's."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.origins import evaluating
from graphscope.doctor.origins.arguments import argument_of
from graphscope.doctor.origins.bodies import returned
from graphscope.doctor.origins.evaluating import as_spec, follow, same
from graphscope.doctor.origins.origin import UNKNOWN
from graphscope.doctor.origins.resolving import resolve
from graphscope.doctor.origins.scopes import Scope, called_name, module_scope
from graphscope.doctor.source.definitions import Definition, default_of, definitions_of
from graphscope.doctor.source.program import Function

_DEPTH = 25


def value_of(node: ast.AST | None, scope: Scope, depth: int = 0) -> Any:
    """Return the value of an expression; UNKNOWN when it cannot be told.

    Arrays and tensors appear as they were recorded; see `as_spec`.
    """
    if node is None or depth > _DEPTH:
        return UNKNOWN
    key = ("value", id(node))
    if key not in scope.memo:
        scope.memo[key] = UNKNOWN  # what depends on itself is not known
        scope.memo[key] = _Evaluation(scope, depth).of(node)
    return scope.memo[key]


class _Evaluation:
    def __init__(self, scope: Scope, depth: int) -> None:
        self.scope = scope
        self.depth = depth

    def of(self, node: ast.AST) -> Any:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        return method(node) if method else UNKNOWN

    def _sub(self, node: ast.AST | None, scope: Scope | None = None) -> Any:
        return value_of(node, scope or self.scope, self.depth + 1)

    def _constant(self, node: ast.Constant) -> Any:
        return node.value

    def _name(self, node: ast.Name) -> Any:
        value = self.scope.variable(node)
        if value is not UNKNOWN:
            return value
        values = [
            self._defined(each) for each in reachable(node, self.scope, self.depth) if each.kind
        ]
        return values[0] if values and all(same(values[0], each) for each in values) else UNKNOWN

    def _defined(self, definition: Definition) -> Any:
        scope = scope_at(self.scope, definition)
        if definition.kind == "parameter":
            return parameter_value(definition, scope, self.depth + 1)
        if definition.kind in {"assign", "walrus"}:
            return follow(self._sub(definition.value, scope), definition.path)
        return UNKNOWN

    def _attribute(self, node: ast.Attribute) -> Any:
        if isinstance(node.value, ast.Name) and node.value.id == self.scope.first_parameter:
            return evaluating.attribute(self.scope.object, node.attr)
        return evaluating.attribute(self._sub(node.value), node.attr)

    def _subscript(self, node: ast.Subscript) -> Any:
        return evaluating.item(self._sub(node.value), self._sub(node.slice))

    def _slice(self, node: ast.Slice) -> Any:
        parts = [self._sub(part) if part else None for part in (node.lower, node.upper, node.step)]
        return UNKNOWN if UNKNOWN in parts else slice(*parts)

    def _tuple(self, node: ast.Tuple) -> Any:
        values = self._elements(node.elts)
        return UNKNOWN if values is None else tuple(values)

    def _list(self, node: ast.List) -> Any:
        values = self._elements(node.elts)
        return UNKNOWN if values is None else values

    def _elements(self, nodes: list[ast.expr]) -> list[Any] | None:
        values: list[Any] = []
        for node in nodes:
            value = self._sub(node.value if isinstance(node, ast.Starred) else node)
            if value is UNKNOWN:
                return None
            if not isinstance(node, ast.Starred):
                values.append(value)
            elif isinstance(value, tuple | list):
                values.extend(value)
            else:
                return None
        return values

    def _dict(self, node: ast.Dict) -> Any:
        pairs = [
            (self._sub(k), self._sub(v)) for k, v in zip(node.keys, node.values, strict=True) if k
        ]
        known = len(pairs) == len(node.keys) and all(isinstance(k, str | int) for k, _ in pairs)
        return dict(pairs) if known else UNKNOWN

    def _binop(self, node: ast.BinOp) -> Any:
        return evaluating.binary(
            node.op, _scalar(self._sub(node.left)), _scalar(self._sub(node.right))
        )

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        return evaluating.unary(node.op, _scalar(self._sub(node.operand)))

    def _compare(self, node: ast.Compare) -> Any:
        if len(node.ops) != 1:
            return UNKNOWN
        left, right = self._sub(node.left), self._sub(node.comparators[0])
        if left is UNKNOWN or right is UNKNOWN:
            return UNKNOWN
        return evaluating.compare(node.ops[0], _scalar(left), _scalar(right))

    def _boolop(self, node: ast.BoolOp) -> Any:
        value = UNKNOWN
        for part in node.values:
            value = self._sub(part)
            if value is UNKNOWN or not evaluating.is_plain(value):
                return UNKNOWN
            if bool(value) is isinstance(node.op, ast.Or):
                return value
        return value

    def _ifexp(self, node: ast.IfExp) -> Any:
        test = truth(node.test, self.scope, self.depth + 1)
        if test is None:
            return UNKNOWN
        return self._sub(node.body if test else node.orelse)

    def _namedexpr(self, node: ast.NamedExpr) -> Any:
        return self._sub(node.value)

    def _call(self, node: ast.Call) -> Any:
        called = resolve(node.func, self.scope)
        if called is None:
            return self._built_in(node)
        if not isinstance(called.node, ast.FunctionDef | ast.Lambda):
            return UNKNOWN
        inside = entering(self.scope, node, called.node, called.file, called.receiver)
        values = [self._sub(each, inside) for each in returns_of(called.node, inside)]
        return values[0] if values and all(same(values[0], each) for each in values) else UNKNOWN

    def _built_in(self, node: ast.Call) -> Any:
        args = self._elements(node.args)
        kwargs = {each.arg: self._sub(each.value) for each in node.keywords if each.arg}
        if args is None or UNKNOWN in kwargs.values() or len(kwargs) != len(node.keywords):
            return UNKNOWN
        return evaluating.call(called_name(node), args, kwargs)


def _scalar(value: Any) -> Any:
    return as_spec(value)


def truth(test: ast.expr, scope: Scope, depth: int = 0) -> bool | None:
    """Return whether a condition held; None when that is not known."""
    value = value_of(test, scope, depth)
    return bool(value) if value is not UNKNOWN and evaluating.is_plain(value) else None


def parameter_value(definition: Definition, scope: Scope, depth: int) -> Any:
    """Return what a call handed to a parameter, or its default."""
    if scope.caller is None:
        return UNKNOWN
    call, outer = scope.caller
    found = argument_of(call, scope, definition.name, starred_count(call, outer, depth))
    if found is not None:
        return follow(value_of(found[0], outer, depth + 1), found[1])
    if scope.function is None:
        return UNKNOWN
    default = default_of(scope.function, definition.name)
    return value_of(default, module_scope(scope.case, definition.file), depth + 1)


def starred_count(call: ast.Call, scope: Scope, depth: int = 0) -> int:
    """Return how many values the starred argument of a call stands for; -1 if not known."""
    starred = next((each for each in call.args if isinstance(each, ast.Starred)), None)
    if starred is None:
        return -1
    value = value_of(starred.value, scope, depth + 1)
    if isinstance(value, tuple | list):
        return len(value)
    called = resolve(starred.value.func, scope) if isinstance(starred.value, ast.Call) else None
    if called is None or not isinstance(called.node, ast.FunctionDef):
        return -1
    sizes = {
        len(each.elts) if isinstance(each, ast.Tuple) else -1 for each in returned(called.node)
    }
    return sizes.pop() if len(sizes) == 1 else -1


def scope_at(scope: Scope, definition: Definition) -> Scope:
    """Return the scope in which a definition's value is read."""
    inside = definition.file.function_of(definition.node)
    if isinstance(definition.node, ast.arg):
        inside = next(
            (
                each
                for each in definition.file.ancestors(definition.node)
                if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            ),
            None,
        )
    if inside is scope.function:
        return scope
    if inside is None:
        return scope.module()
    return _enclosing(scope, inside)


def _enclosing(scope: Scope, function: Function) -> Scope:
    """The scope of a function around this one: among its callers, where it is still running."""
    current: Scope | None = scope
    for _ in range(12):
        if current is None or current.caller is None:
            break
        current = current.caller[1]
        if current.function is function:
            return current
    return Scope(scope.case, scope.file, function)


def entering(
    scope: Scope,
    call: ast.Call,
    function: Function,
    file: Any,
    receiver: ast.expr | None,
) -> Scope:
    """Return the scope of a function that a call enters, its frame being gone."""
    key = ("entering", id(call), id(function))
    if key not in scope.memo:
        owner = UNKNOWN
        if receiver is not None:
            is_super = isinstance(receiver, ast.Call) and called_name(receiver) == "super"
            is_own = isinstance(receiver, ast.Name) and receiver.id == scope.first_parameter
            owner = scope.object if is_super or is_own else value_of(receiver, scope, 5)
        scope.memo[key] = Scope(scope.case, file, function, entered=(call, scope), owner=owner)
    return scope.memo[key]  # type: ignore[no-any-return]


def returns_of(function: Function, scope: Scope) -> list[ast.expr]:
    """Return what a function can have returned in this scope, most likely first."""
    return [each for each in returned(function) if _may_run(each, scope)]


def reachable(name: ast.Name, scope: Scope, depth: int = 0) -> list[Definition]:
    """Return the definitions of a name whose branches were not excluded by what is known."""
    found = definitions_of(scope.file, name, name)
    if len(found) < 2:
        return found
    kept = [each for each in found if _may_run(each.node, scope_at(scope, each), depth)]
    return kept or found


def _may_run(node: ast.AST, scope: Scope, depth: int = 0) -> bool:
    inner = node
    for around in scope.file.ancestors(node):
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            break
        if isinstance(around, ast.If) and inner is not around.test:
            held = truth(around.test, scope, depth + 1)
            if held is not None and held is not (inner in around.body):
                return False
        inner = around
    return True
