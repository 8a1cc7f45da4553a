"""How often a while loop runs, where its condition says so: counters against fixed limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from graphscope.tracers.jax.programs import inner_jaxpr, open_jaxpr
from graphscope.tracers.jax.shapes import is_literal

Value: TypeAlias = Callable[[Any], int | None]


def count_trips(equation: Any, value: Value) -> int | None:
    """Return the number of iterations of a while loop, None when it is not fixed.

    The condition must be a comparison `counter < limit`, or several of them joined by `and`, where
    the body adds a constant to each counter.

    Args:
        equation: the loop.
        value: the number that an operand outside of the loop is known to be.
    """
    loop = _Loop(equation, value)
    comparisons = loop.comparisons()
    if comparisons is None:
        return None
    trips = [loop.count(comparison) for comparison in comparisons]
    return None if None in trips else min(count for count in trips if count is not None)


class _Loop:
    def __init__(self, equation: Any, value: Value) -> None:
        self._cond = open_jaxpr(equation.params["cond_jaxpr"])
        self._body = open_jaxpr(equation.params["body_jaxpr"])
        self._in_cond = equation.params["cond_nconsts"]
        self._in_body = equation.params["body_nconsts"]
        self._operands = equation.invars
        self._value = value

    def comparisons(self) -> list[Any] | None:
        """Return the comparisons that must all hold, None if there is anything else."""
        makers = {var: equation for equation in self._cond.eqns for var in equation.outvars}
        found, pending = [], [self._cond.outvars[0]]
        while pending:
            maker = None if is_literal(atom := pending.pop()) else makers.get(atom)
            if maker is None:
                return None
            if maker.primitive.name == "and":
                pending += maker.invars
            elif maker.primitive.name in ("lt", "le"):
                found.append(maker)
            elif maker.primitive.name in ("convert_element_type", "reshape"):
                pending.append(maker.invars[0])
            else:
                return None
        return found

    def count(self, comparison: Any) -> int | None:
        """Return how often a comparison holds, if a counter runs up to a fixed limit."""
        counter, limit = comparison.invars
        index = self._carried(counter)
        if index is None:
            return None
        start, step, end = self._start(index), self._step(index), self._limit(limit)
        if start is None or step is None or end is None or step <= 0:
            return None
        if comparison.primitive.name == "le":
            end += 1
        return max(0, -(-(end - start) // step))

    def _carried(self, atom: Any) -> int | None:
        """Return which of the carried values an operand of the condition is."""
        if is_literal(atom) or atom not in self._cond.invars:
            return None
        index: int = self._cond.invars.index(atom) - self._in_cond
        return index if index >= 0 else None

    def _start(self, index: int) -> int | None:
        return self._value(self._operands[self._in_cond + self._in_body + index])

    def _limit(self, atom: Any) -> int | None:
        if is_literal(atom):
            return self._value(atom)
        if atom not in self._cond.invars:
            return None
        place = self._cond.invars.index(atom)
        if place < self._in_cond:
            return self._value(self._operands[place])
        index = place - self._in_cond
        is_fixed = self._body.outvars[index] is self._body.invars[self._in_body + index]
        return self._start(index) if is_fixed else None

    def _step(self, index: int) -> int | None:
        counter, update = self._body.invars[self._in_body + index], self._body.outvars[index]
        for equation in self._body.eqns:
            if update not in equation.outvars or is_literal(update):
                continue
            if equation.primitive.name == "add" and inner_jaxpr(equation) is None:
                one, other = equation.invars
                if one is counter:
                    return self._value(other)
                if other is counter:
                    return self._value(one)
        return None
