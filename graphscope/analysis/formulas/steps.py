"""Which open sizes a graph has, and what they must be multiples of for its sizes to be polynomials.

`ceil(H/32)` is `H/32` where H is a multiple of 32, and only there is a cost a polynomial in H.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import lcm

from graphscope.graph import Dimension, Graph
from graphscope.graph.dimension_text import parse_polynomial
from graphscope.graph.polynomials import Polynomial, atom_order

MAX_STEP = 1 << 20
"""A model whose sizes must be multiples of more has no formula."""


def find_steps(graph: Graph) -> Mapping[str, int] | None:
    """Return all open sizes of a graph, each with the number it must be a multiple of.

    None when a size would have to be a multiple of more than anybody would choose.
    """
    steps: dict[str, int] = {}
    for dimension in set(_dimensions(graph)):
        polynomial = parse_polynomial(dimension) if isinstance(dimension, str) else None
        if polynomial is not None:
            _visit(polynomial, 1, steps)
    if any(step > MAX_STEP for step in steps.values()):
        return None
    return {name: steps[name] for name in sorted(steps, key=atom_order)}


def _dimensions(graph: Graph) -> Iterator[Dimension]:
    for node in graph.nodes:
        for spec in node.outputs:
            yield from spec.shape or ()
    for scope in graph.scopes:
        trips = scope.attributes.get("trip_count")
        if isinstance(trips, str):
            yield trips


def _visit(polynomial: Polynomial, divisor: int, steps: dict[str, int]) -> None:
    divisor *= polynomial.denominator
    for monomial, _ in polynomial.terms:
        for atom, _power in monomial:
            if isinstance(atom, str):
                steps[atom] = lcm(steps.get(atom, 1), divisor)
            else:
                _visit(atom.numerator, divisor * atom.divisor, steps)
