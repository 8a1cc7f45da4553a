"""Which equations matter: those that a result depends on, and those with an effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphscope.tracers.jax.primitives import OWN, note
from graphscope.tracers.jax.programs import inner_jaxpr, open_jaxpr
from graphscope.tracers.jax.shapes import is_literal


@dataclass(frozen=True, slots=True)
class Live:
    """What of a jaxpr is worth keeping.

    Attributes:
        places: places of the equations, in order; notes of calls are kept.
        used: for each input of the jaxpr, whether it is.
        needed: the variables that something depends on.
        operations: number of equations that become nodes or scopes.
        dead: number of equations left out.
    """

    places: tuple[int, ...]
    used: tuple[bool, ...]
    needed: frozenset[Any]
    operations: int
    dead: int


class Liveness:
    """Finds live equations, once for each jaxpr and choice of its results."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, tuple[bool, ...]], Live] = {}

    def of(self, jaxpr: Any, wanted: Sequence[bool]) -> Live:
        """Return what the wanted results of a jaxpr and of the calls in it depend on."""
        key = (id(jaxpr), tuple(wanted))
        if key not in self._found:
            self._found[key] = self._find(jaxpr, key[1])
        return self._found[key]

    def operands(self, equation: Any, needed: set[Any]) -> list[Any]:
        """Return the operands that the needed results of an equation depend on."""
        inner = inner_jaxpr(equation)
        if equation.primitive.name == "scan":
            return self._scan_operands(equation)
        if inner is None:
            return list(equation.invars)
        live = self.of(inner, [var in needed for var in equation.outvars])
        return [var for var, used in zip(equation.invars, live.used, strict=True) if used]

    def scan_inputs(self, equation: Any) -> tuple[bool, ...]:
        """Return for each input of a scan whether its body uses it, or hands it on."""
        inner = open_jaxpr(equation.params["jaxpr"])
        used = self.of(inner, [True] * len(inner.outvars)).used
        first = equation.params["num_consts"]
        carried = range(first, first + equation.params["num_carry"])
        return tuple(place in carried or is_used for place, is_used in enumerate(used))

    def _scan_operands(self, equation: Any) -> list[Any]:
        pairs = zip(equation.invars, self.scan_inputs(equation), strict=True)
        return [var for var, is_used in pairs if is_used]

    def _find(self, jaxpr: Any, wanted: tuple[bool, ...]) -> Live:
        needed: set[Any] = set()
        _add(
            needed, [var for var, is_wanted in zip(jaxpr.outvars, wanted, strict=True) if is_wanted]
        )
        places, operations, dead = [], 0, 0
        for place in reversed(range(len(jaxpr.eqns))):
            equation = jaxpr.eqns[place]
            if equation.primitive is note:
                places.append(place)
                if equation.params["returned"]:
                    count = len(equation.invars) - equation.params["masks"]
                    _add(needed, equation.invars[:count])
            elif equation.effects or any(var in needed for var in equation.outvars):
                places.append(place)
                operations += equation.primitive not in OWN
                _add(needed, self.operands(equation, needed))
            else:
                dead += equation.primitive not in OWN
        used = tuple(var in needed for var in jaxpr.invars)
        return Live(tuple(reversed(places)), used, frozenset(needed), operations, dead)


def _add(needed: set[Any], atoms: Sequence[Any]) -> None:
    needed.update(atom for atom in atoms if not is_literal(atom))
