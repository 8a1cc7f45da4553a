"""Which element of an iterable a loop variable held."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.evaluating import follow, same
from graphscope.doctor.origins.origin import UNKNOWN, Origin
from graphscope.doctor.origins.scopes import Scope, called_name
from graphscope.doctor.origins.values import value_of
from graphscope.doctor.source.definitions import Definition, Path, targets_of

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer

_PASSING = {"list", "tuple", "reversed", "sorted", "iter", "tqdm", "set"}


class Loops:
    """Follows `for` targets into what is iterated."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def element(self, definition: Definition, scope: Scope, path: Path, value: Any) -> Origin:
        """Return the origin of a loop variable; its path begins with an `each`."""
        if definition.value is None:
            return self.tracer.origin("unknown", definition.node, scope, value)
        index = self._counter(definition, scope)
        return self.of(definition.value, scope, path, value, index)

    def of(
        self, node: ast.expr, scope: Scope, path: Path, value: Any, index: int | None = None
    ) -> Origin:
        """Return the origin of (a part of) an element of an iterable expression.

        Args:
            node: the iterable.
            scope: where it is read.
            path: begins with an `each`.
            value: of the part, where it is known.
            index: which element, where a counter tells.
        """
        rest = path[1:]
        if isinstance(node, ast.Call):
            found = self._call(node, scope, rest, value, index)
            if found is not None:
                return found
        if index is None:
            index = self._matching(node, scope, rest, value)
        if index is not None:
            return self.tracer.trace(node, scope, (("item", index), *rest), value)
        return self.tracer.trace(node, scope, path, value)

    def _call(  # noqa: PLR0911 - one answer for each iterator
        self, node: ast.Call, scope: Scope, rest: Path, value: Any, index: int | None
    ) -> Origin | None:
        name = called_name(node)
        if name == "enumerate" and node.args and rest and rest[0][0] == "item":
            if rest[0][1] == 0:
                return self.tracer.origin("loop", node, scope, value)
            return self.of(node.args[0], scope, (("each", None), *rest[1:]), value, index)
        if name == "zip" and rest and rest[0][0] == "item":
            position = rest[0][1]
            if isinstance(position, int) and position < len(node.args):
                part = node.args[position]
                return self.of(part, scope, (("each", None), *rest[1:]), value, index)
        if name in _PASSING and node.args:
            if name == "reversed" and index is not None:
                index = -1 - index
            elif name in {"sorted", "set"}:
                index = None
            return self.of(node.args[0], scope, (("each", None), *rest), value, index)
        if name == "range":
            causes = tuple(self.tracer.trace(each, scope) for each in node.args)
            return self.tracer.origin("loop", node, scope, value, causes)
        if name in {"items", "values", "keys"} and isinstance(node.func, ast.Attribute):
            return self._mapping(node.func.value, scope, name, rest, value)
        return None

    def _mapping(
        self, node: ast.expr, scope: Scope, name: str, rest: Path, value: Any
    ) -> Origin | None:
        mapping = value_of(node, scope)
        if name == "items" and rest and rest[0] == ("item", 1):
            rest, name = rest[1:], "values"
        if name != "values" or not isinstance(mapping, dict):
            return None
        for key, entry in mapping.items():
            if same(follow(entry, rest), value):
                return self.tracer.trace(node, scope, (("item", key), *rest), value)
        return None

    def _matching(self, node: ast.expr, scope: Scope, rest: Path, value: Any) -> int | None:
        elements = value_of(node, scope)
        if value is UNKNOWN or not isinstance(elements, tuple | list):
            return None
        hits = [i for i, each in enumerate(elements) if same(follow(each, rest), value)]
        return hits[0] if hits else None

    def _counter(self, definition: Definition, scope: Scope) -> int | None:
        """The value of the counter of `for i, x in enumerate(...)`, or of the other targets."""
        loop = definition.node
        if not isinstance(loop, ast.For | ast.AsyncFor | ast.comprehension):
            return None
        call = loop.iter
        if isinstance(call, ast.Call) and called_name(call) == "enumerate" and len(call.args) == 1:
            for target, _, path in targets_of(loop):
                if path[1:] == (("item", 0),) and isinstance(target, ast.Name):
                    count = scope.locals.get(target.id, scope.globals.get(target.id))
                    return count if isinstance(count, int) else None
        elements = value_of(call, scope)
        if not isinstance(elements, tuple | list):
            return None
        known = [
            (path[1:], scope.locals[target.id])
            for target, _, path in targets_of(loop)
            if isinstance(target, ast.Name) and target.id in scope.locals
        ]
        hits = [
            index
            for index, element in enumerate(elements)
            if known and all(same(follow(element, path), value) for path, value in known)
        ]
        return hits[0] if hits else None
