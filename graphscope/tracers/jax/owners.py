"""Which call made each equation: its name stack says so."""

from __future__ import annotations

import re
from typing import Any

from graphscope.tracers.jax.primitives import OWN
from graphscope.tracers.jax.programs import walk_jaxprs
from graphscope.tracers.jax.tensors import SCOPE
from graphscope.tracers.recorder import Call

_NUMBER = re.compile(rf"{SCOPE}(\d+)")


class Owners:
    """The calls of a program, by equation and by jaxpr.

    The name stack of an equation names the calls that were opened in the same jaxpr; those around
    it belong to the equation that runs this jaxpr. Calls that left no trace (JAX tries the body of
    some loops twice, Keras asks layers for their output shape) are forgotten.

    Args:
        jaxpr: the outermost jaxpr.
        calls: all calls by their number.
    """

    def __init__(self, jaxpr: Any, calls: list[Call]) -> None:
        self.calls = calls
        self._numbers: dict[Any, tuple[tuple[int, ...], tuple[int, ...] | None]] = {}
        self.working: set[Call] = set()
        """Calls that do more than hand their inputs on."""
        for current in walk_jaxprs(jaxpr):
            self.place(current)
        for call in calls:
            call.children = [child for child in call.children if child.context is not None]
        self.working.update(call for call in calls if call.children)

    def of(self, equation: Any) -> Call | None:
        """Return the innermost call in this jaxpr that made an equation."""
        numbers, _ = self.read(equation)
        return self.calls[numbers[-1]] if numbers else None

    def read(self, equation: Any) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
        """Return the numbers of the calls around an equation, and those it is the gradient of.

        What a gradient goes through on its way back is no part of the calls it came from: the
        second is None for an equation that is no gradient.
        """
        stack = equation.source_info.name_stack
        if stack not in self._numbers:
            forward, mark, backward = str(stack).partition("transpose(")
            found = [tuple(map(int, _NUMBER.findall(text))) for text in (forward, backward)]
            self._numbers[stack] = (found[0], found[1] if mark else None)
        return self._numbers[stack]

    def place(self, jaxpr: Any) -> None:
        """Let the calls that are named in a jaxpr belong to it, unless one around it has them."""
        for equation in jaxpr.eqns:
            numbers, _ = self.read(equation)
            for number in numbers:
                call = self.calls[number]
                if call.context is None:
                    call.context = jaxpr
            if equation.primitive not in OWN:
                owner = self.of(equation)
                if owner is not None:
                    self.working.add(owner)
