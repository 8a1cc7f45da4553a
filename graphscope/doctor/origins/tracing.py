"""From an expression back to what fixed its value: names, parameters, attributes, elements."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.evaluating import as_spec, follow
from graphscope.doctor.origins.origin import UNKNOWN, Origin, OriginKind, unknown
from graphscope.doctor.origins.scopes import Scope
from graphscope.doctor.origins.texts import place_of, text_of
from graphscope.doctor.origins.values import (
    value_of,
)
from graphscope.doctor.source.definitions import Path

if TYPE_CHECKING:
    from graphscope.doctor.origins.calls import Calls
    from graphscope.doctor.origins.loops import Loops
    from graphscope.doctor.origins.members import Members

_DEPTH = 40
_BUDGET = 300


class Tracer:
    """One question: keeps account of what was visited, so that it ends."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.budget = _BUDGET
        self.running: set[object] = set()
        self.known: dict[object, tuple[Origin, Scope]] = {}

    def trace(
        self, node: ast.expr, scope: Scope, path: Path = (), expected: Any = UNKNOWN
    ) -> Origin:
        """Return the origin of an expression's value, or of the part that a path leads to.

        Args:
            node: the expression.
            scope: where it is read.
            path: which part of its value is meant.
            expected: the value of that part, where it is known from a later moment.
        """
        key = (id(node), id(scope), repr(path))
        known = self.known.get(key)
        if known is not None:
            return known[0]
        self.budget -= 1
        if key in self.running or len(self.running) > _DEPTH or self.budget < 0:
            return unknown(
                "the chain goes round" if key in self.running else "the chain is too long",
                place=place_of(scope.file, node),
                text=text_of(scope.file, node),
            )
        self.running.add(key)
        try:
            if expected is UNKNOWN:
                expected = follow(value_of(node, scope), path)
            found = self._dispatch(node, scope, path, as_spec(expected))
            # The scope is kept with the answer, so that its id stays its own.
            self.known[key] = (found, scope)
            return found
        finally:
            self.running.discard(key)

    def _dispatch(self, node: ast.expr, scope: Scope, path: Path, value: Any) -> Origin:
        name = f"_{type(node).__name__.lower()}"
        for part in self.parts:
            method = getattr(part, name, None)
            if method is not None:
                found: Origin = method(node, scope, path, value)
                return found
        return self.origin("unknown", node, scope, value, note="this kind of expression is opaque")

    def origin(
        self,
        kind: OriginKind,
        node: ast.AST,
        scope: Scope,
        value: Any,
        causes: tuple[Origin, ...] = (),
        *,
        text: str = "",
        note: str = "",
    ) -> Origin:
        """Return an origin at a node."""
        text = text or text_of(scope.file, node)
        place = place_of(scope.file, node)
        return Origin(kind, text, place, value, scope.file, node, causes, note)

    # -- leaves and operators

    def _attribute(self, node: ast.Attribute, scope: Scope, path: Path, value: Any) -> Origin:
        if node.attr in {"shape", "ndim", "size"}:
            measured = self.calls.measured(node, scope, path, value)
            if measured is not None:
                return measured
        return self.trace(node.value, scope, (("attribute", node.attr), *path), value)

    def _call(self, node: ast.Call, scope: Scope, path: Path, value: Any) -> Origin:
        return self.calls.call(node, scope, path, value)

    def _lambda(self, node: ast.Lambda, scope: Scope, _path: Path, value: Any) -> Origin:
        return self.origin("call", node, scope, value, (self.trace(node.body, scope),))

    @property
    def parts(self) -> tuple[object, ...]:
        """What follows each kind of expression."""
        from graphscope.doctor.origins.containers import Containers
        from graphscope.doctor.origins.names import Names
        from graphscope.doctor.origins.operators import Operators

        return (self, Operators(self), Containers(self), Names(self))

    @property
    def members(self) -> Members:
        """What follows attributes of objects."""
        from graphscope.doctor.origins.members import Members

        return Members(self)

    @property
    def calls(self) -> Calls:
        """What follows calls."""
        from graphscope.doctor.origins.calls import Calls

        return Calls(self)

    @property
    def loops(self) -> Loops:
        """What follows loops."""
        from graphscope.doctor.origins.loops import Loops

        return Loops(self)
