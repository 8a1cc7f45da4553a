"""A jaxpr while it is being turned into nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graphscope.graph import SourceLine
from graphscope.tracers.jax.liveness import Live
from graphscope.tracers.jax.primitives import ASSIGNED, note
from graphscope.tracers.jax.shapes import Shapes, is_literal
from graphscope.tracers.recorder import Call
from graphscope.tracers.scopes import Reference, Region


@dataclass(slots=True)
class Body(Region):
    """A jaxpr that is being turned into nodes, once for each place it runs at.

    Attributes:
        twin: the same jaxpr in the other trace, if there is one.
        shapes: the shapes of its variables.
        live: which of its equations matter.
        references: what its inputs stand for, then every variable.
        owner: the call around it.
        line: the user's line that made the equation which runs it.
        consumers: nodes and ports that take an input, by its variable.
        taken: variables that calls in it were given.
        returned: variables that calls in it returned.
        masks: variables that are masks beside what calls returned.
        assigned: variables that are new values of Keras variables.
        values: numbers that inputs are known to be, because they are literals outside.
        told: what is known of the equation that runs it.
    """

    twin: Any
    shapes: Shapes
    live: Live
    references: dict[Any, Reference]
    owner: Call
    line: SourceLine | None = None
    consumers: dict[Any, list[tuple[str, int]]] = field(default_factory=dict)
    taken: dict[int, list[Any]] = field(default_factory=dict)
    returned: dict[int, list[Any]] = field(default_factory=dict)
    masks: set[Any] = field(default_factory=set)
    assigned: set[Any] = field(default_factory=set)
    values: dict[Any, int] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the notes that calls have left."""
        for equation in self.graph.eqns:
            if equation.primitive is not note:
                continue
            number, masks = equation.params["call"], equation.params["masks"]
            if number == ASSIGNED:
                self.assigned.update(atom for atom in equation.invars if not is_literal(atom))
                continue
            count = len(equation.invars) - masks
            found = self.returned if equation.params["returned"] else self.taken
            found[number] = list(equation.invars[:count])
            self.masks.update(equation.invars[count:])

    def twin_equation(self, place: int) -> Any:
        """Return an equation of the other trace; the same one where there is no other trace."""
        return (self.graph if self.twin is None else self.twin).eqns[place]

    def value(self, atom: Any) -> int | None:
        """Return the whole number that an operand is known to be, None for another."""
        if not is_literal(atom):
            return self.values.get(atom)
        value = np.asarray(atom.val)
        return int(value) if value.ndim == 0 and value.dtype.kind in "iu" else None

    def known_values(self, atoms: Sequence[Any], variables: Sequence[Any]) -> dict[Any, int]:
        """Return what is known of the variables that take operands of this body."""
        pairs = zip(variables, map(self.value, atoms), strict=True)
        return {variable: value for variable, value in pairs if value is not None}
