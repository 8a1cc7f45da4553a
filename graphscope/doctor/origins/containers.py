"""Elements of tuples, lists, dictionaries and comprehensions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.evaluating import as_spec, follow, same
from graphscope.doctor.origins.kinds import is_data_value
from graphscope.doctor.origins.origin import Origin, OriginKind, unknown
from graphscope.doctor.origins.scopes import Scope
from graphscope.doctor.origins.texts import text_of
from graphscope.doctor.origins.values import value_of
from graphscope.doctor.records import Spec
from graphscope.doctor.source.definitions import Path

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer


class Containers:
    """Follows a path into what is written as a container."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def _tuple(
        self, node: ast.Tuple | ast.List | ast.Set, scope: Scope, path: Path, value: Any
    ) -> Origin:
        if path:
            kind, key = path[0]
            if kind == "each":
                return self._element(node.elts, scope, path[1:], value)
            element = self._indexed(node.elts, key, scope) if kind == "item" else None
            if element is not None:
                return self.tracer.trace(element[0], scope, (*element[1], *path[1:]), value)
        constant = all(
            isinstance(each, ast.Constant)
            for each in ast.iter_child_nodes(node)
            if isinstance(each, ast.expr)
        )
        if constant:
            return self.tracer.origin("literal", node, scope, value)
        causes = tuple(
            self.tracer.trace(each, scope)
            for each in node.elts[:12]
            if not isinstance(each, ast.Constant)
        )
        is_data = is_data_value(value) or any(each.is_data for each in causes)
        kind_: OriginKind = "data" if is_data else "name"
        return self.tracer.origin(kind_, node, scope, value, causes)

    _list = _tuple
    _set = _tuple

    def _indexed(
        self, elements: list[ast.expr], key: Any, scope: Scope
    ) -> tuple[ast.expr, Path] | None:
        if not isinstance(key, int):
            return None
        starred = [i for i, each in enumerate(elements) if isinstance(each, ast.Starred)]
        if not starred or 0 <= key < starred[0] or (key < 0 and starred[-1] < len(elements) + key):
            return (elements[key], ()) if -len(elements) <= key < len(elements) else None
        first = elements[starred[0]]
        if len(starred) > 1 or not isinstance(first, ast.Starred):
            return None
        inside = value_of(first.value, scope)
        if not isinstance(inside, tuple | list):
            return None
        total = len(elements) - 1 + len(inside)
        position = key if key >= 0 else key + total
        if starred[0] <= position < starred[0] + len(inside):
            return first.value, (("item", position - starred[0]),)
        after = position - len(inside) + 1
        return (elements[after], ()) if 0 <= after < len(elements) else None

    def _element(self, elements: list[ast.expr], scope: Scope, path: Path, value: Any) -> Origin:
        matching = [e for e in elements if same(follow(value_of(e, scope), path), value)]
        if matching:
            return self.tracer.trace(matching[0], scope, path, value)
        causes = tuple(self.tracer.trace(each, scope, path) for each in elements[:8])
        if not elements:
            return unknown("an empty sequence")
        return self.tracer.origin("loop", elements[0], scope, value, causes)

    def _dict(self, node: ast.Dict, scope: Scope, path: Path, value: Any) -> Origin:
        if path and path[0][0] == "item":
            for key, entry in zip(node.keys, node.values, strict=True):
                if key is not None and same(value_of(key, scope), path[0][1]):
                    # The keys of packed keywords stand nowhere in the source.
                    name = f'"{key.value!s}"' if isinstance(key, ast.Constant) else ast.unparse(key)
                    return self.entry(entry, scope, path[1:], value, label=f"{name}: ")
            for key, entry in zip(node.keys, node.values, strict=True):
                if key is None:
                    return self.tracer.trace(entry, scope, path, value)
        if path and path[0][0] == "each":
            return self._element([k for k in node.keys if k], scope, path[1:], value)
        causes = tuple(
            self.tracer.trace(each, scope)
            for each in node.values[:12]
            if not isinstance(each, ast.Constant)
        )
        kind: OriginKind = "name" if causes else "literal"
        if any(each.is_data for each in causes):
            kind = "data"
        return self.tracer.origin(kind, node, scope, value, causes)

    def entry(self, node: ast.expr, scope: Scope, path: Path, value: Any, *, label: str) -> Origin:
        """Return the origin of what stands under a name: a keyword or a dictionary's key."""
        cause = self.tracer.trace(node, scope, path, value)
        kind: OriginKind = "data" if cause.is_data else "attribute"
        causes = (cause,)
        text = f"{label}{text_of(scope.file, node)}"
        return self.tracer.origin(kind, node, scope, value, causes, text=text)

    def _listcomp(
        self,
        node: ast.ListComp | ast.GeneratorExp | ast.SetComp,
        scope: Scope,
        path: Path,
        value: Any,
    ) -> Origin:
        if path and path[0][0] in {"each", "item"}:
            return self.tracer.trace(node.elt, scope, path[1:], value)
        causes = (
            self.tracer.trace(node.elt, scope),
            *(self.tracer.trace(each.iter, scope) for each in node.generators),
        )
        return self.tracer.origin("loop", node, scope, value, causes)

    _generatorexp = _listcomp
    _setcomp = _listcomp

    def _dictcomp(self, node: ast.DictComp, scope: Scope, path: Path, value: Any) -> Origin:
        if path and path[0][0] == "item":
            return self.tracer.trace(node.value, scope, path[1:], value)
        causes = (
            self.tracer.trace(node.value, scope),
            *(self.tracer.trace(each.iter, scope) for each in node.generators),
        )
        return self.tracer.origin("loop", node, scope, value, causes)

    def _subscript(self, node: ast.Subscript, scope: Scope, path: Path, value: Any) -> Origin:
        key = value_of(node.slice, scope)
        base = as_spec(value_of(node.value, scope))
        if isinstance(base, Spec):
            cause = self.tracer.trace(node.value, scope, (), base)
            return self.tracer.origin("data", node, scope, value, (cause,))
        if isinstance(key, int | str):
            return self.tracer.trace(node.value, scope, (("item", key), *path), value)
        if isinstance(key, slice) and key.step in {None, 1}:
            start = key.start or 0
            if path and path[0][0] == "item" and isinstance(path[0][1], int) and start >= 0:
                index = path[0][1]
                step = index + start if index >= 0 else index
                if index >= 0 or key.stop is None:
                    return self.tracer.trace(node.value, scope, (("item", step), *path[1:]), value)
            if path and path[0][0] == "each":
                return self.tracer.trace(node.value, scope, path, value)
        cause = self.tracer.trace(node.value, scope)
        kind: OriginKind = "data" if (cause.is_data or is_data_value(value)) else "name"
        return self.tracer.origin(kind, node, scope, value, (cause,))
