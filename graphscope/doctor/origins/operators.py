"""What operators and conditions give."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.origins.evaluating import follow, same
from graphscope.doctor.origins.origin import UNKNOWN, Origin, OriginKind, show
from graphscope.doctor.origins.scopes import Scope
from graphscope.doctor.origins.texts import text_of
from graphscope.doctor.origins.values import truth, value_of
from graphscope.doctor.records import Spec
from graphscope.doctor.source.definitions import Path

if TYPE_CHECKING:
    from graphscope.doctor.origins.tracing import Tracer


class Operators:
    """Follows operands."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer

    def _constant(self, node: ast.Constant, scope: Scope, path: Path, value: Any) -> Origin:
        return self.tracer.origin("literal", node, scope, node.value if not path else value)

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope, _path: Path, value: Any) -> Origin:
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        causes = tuple(self.tracer.trace(part, scope) for part in parts)
        return self.tracer.origin("arithmetic", node, scope, value, causes)

    def _binop(self, node: ast.BinOp, scope: Scope, path: Path, value: Any) -> Origin:
        if path:
            part = self._part_of_sequence(node, scope, path, value)
            if part is not None:
                return part
        return self._operands(node, [node.left, node.right], scope, value)

    def _part_of_sequence(  # noqa: PLR0911 - one answer for each shape of the sum
        self, node: ast.BinOp, scope: Scope, path: Path, value: Any
    ) -> Origin | None:
        """An element of `(h, w) + rest` or of `[16] * depth`."""
        kind, key = path[0]
        left = value_of(node.left, scope)
        if not isinstance(left, tuple | list):
            return None
        if kind == "each":
            return self.tracer.trace(node.left, scope, path, value)
        if kind != "item" or not isinstance(key, int):
            return None
        if isinstance(node.op, ast.Mult) and left:
            return self.tracer.trace(
                node.left, scope, (("item", key % len(left)), *path[1:]), value
            )
        if not isinstance(node.op, ast.Add):
            return None
        right = value_of(node.right, scope)
        if key < 0 and isinstance(right, tuple | list):
            key += len(left) + len(right)
        if 0 <= key < len(left):
            return self.tracer.trace(node.left, scope, (("item", key), *path[1:]), value)
        key = key - len(left) if key >= 0 else key
        return self.tracer.trace(node.right, scope, (("item", key), *path[1:]), value)

    def _operands(
        self, node: ast.expr, operands: list[ast.expr], scope: Scope, value: Any
    ) -> Origin:
        named = [each for each in operands if not isinstance(each, ast.Constant)]
        fixed = [each for each in operands if isinstance(each, ast.Constant)]
        causes = tuple(self.tracer.trace(each, scope) for each in (*named, *fixed))
        kind: OriginKind = "data" if isinstance(value, Spec) else "arithmetic"
        if value is UNKNOWN and any(each.is_data for each in causes):
            kind = "data"
        text = text_of(scope.file, node)
        shown = show(value)
        if kind == "arithmetic" and shown and len(text) + len(shown) < 90:
            text = f"{text} = {shown}"
        return self.tracer.origin(kind, node, scope, value, causes, text=text)

    def _unaryop(self, node: ast.UnaryOp, scope: Scope, _path: Path, value: Any) -> Origin:
        if isinstance(node.operand, ast.Constant):
            return self.tracer.origin("literal", node, scope, value)
        return self._operands(node, [node.operand], scope, value)

    def _compare(self, node: ast.Compare, scope: Scope, _path: Path, value: Any) -> Origin:
        return self._operands(node, [node.left, *node.comparators], scope, value)

    def _boolop(self, node: ast.BoolOp, scope: Scope, path: Path, value: Any) -> Origin:
        matching = [part for part in node.values if same(value_of(part, scope), value)]
        if not path and len(matching) == 1:
            return self.tracer.trace(matching[0], scope, path, value)
        return self._operands(node, node.values, scope, value)

    def _ifexp(self, node: ast.IfExp, scope: Scope, path: Path, value: Any) -> Origin:
        held = truth(node.test, scope)
        branches = [node.body, node.orelse] if held is None else []
        if held is not None:
            branches = [node.body if held else node.orelse]
        matching = [
            each for each in branches if same(follow(value_of(each, scope), path), value)
        ] or branches
        causes = tuple(self.tracer.trace(each, scope, path, value) for each in matching)
        return self.tracer.origin("name", node, scope, value, causes)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope, path: Path, value: Any) -> Origin:
        return self.tracer.trace(node.value, scope, path, value)

    def _starred(self, node: ast.Starred, scope: Scope, path: Path, value: Any) -> Origin:
        return self.tracer.trace(node.value, scope, path, value)

    def _await(self, node: ast.Await, scope: Scope, path: Path, value: Any) -> Origin:
        return self.tracer.trace(node.value, scope, path, value)
