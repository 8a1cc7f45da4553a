"""The polynomial that goes through what is counted at some sizes, checked at further ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import prod

from graphscope.analysis.formulas.formula import Formula, Powers

MAX_DEGREE = 4
"""Attention over an image grows with the square of height times width."""

Count = Callable[[Mapping[str, int]], "int | None"]


def fit(count: Count, steps: Mapping[str, int], start: Mapping[str, int]) -> Formula | None:
    """Return the polynomial in open sizes that is counted, None when it is none.

    Args:
        count: returns what is counted at some sizes, None where it is not known.
        steps: the open sizes, each with the number it must be a multiple of.
        start: smallest sizes to count at, in steps.
    """
    names = list(steps)
    seen: dict[tuple[int, ...], int | None] = {}

    def at(units: tuple[int, ...]) -> int | None:
        if units not in seen:
            seen[units] = count(
                {name: unit * steps[name] for name, unit in zip(names, units, strict=True)}
            )
        return seen[units]

    origin = tuple(start[name] for name in names)
    degrees = [_find_degree(at, origin, axis) for axis in range(len(names))]
    found = [degree for degree in degrees if degree is not None]
    if len(found) < len(degrees):
        return None
    grid = list(product(*(range(degree + 1) for degree in found)))
    values = {offset: at(_moved(origin, offset)) for offset in grid}
    if any(value is None for value in values.values()):
        return None
    known = {offset: Fraction(value or 0) for offset, value in values.items()}
    coefficients = _interpolate(known, origin, found)
    formula = _in_names(coefficients, names, steps)
    return formula if _agrees(formula, at, origin, names, steps) else None


def _moved(origin: tuple[int, ...], offset: Sequence[int]) -> tuple[int, ...]:
    return tuple(base + more for base, more in zip(origin, offset, strict=True))


def _find_degree(
    at: Callable[[tuple[int, ...]], int | None], origin: tuple[int, ...], axis: int
) -> int | None:
    values: list[int] = []
    for more in range(MAX_DEGREE + 2):
        value = at(tuple(base + more * (place == axis) for place, base in enumerate(origin)))
        if value is None:
            return None
        values.append(value)
    for degree in range(MAX_DEGREE + 1):
        if len(set(values)) == 1:
            return degree
        values = [after - before for before, after in pairwise(values)]
    return None


def _interpolate(
    values: dict[tuple[int, ...], Fraction], origin: tuple[int, ...], degrees: Sequence[int]
) -> dict[tuple[int, ...], Fraction]:
    """Return coefficients by exponents, axis after axis."""
    for axis, degree in enumerate(degrees):
        places = [Fraction(origin[axis] + more) for more in range(degree + 1)]
        rest = {key[:axis] + key[axis + 1 :] for key in values}
        changed: dict[tuple[int, ...], Fraction] = {}
        for key in rest:
            column = [values[*key[:axis], more, *key[axis:]] for more in range(degree + 1)]
            for power, factor in enumerate(_through(places, column)):
                changed[*key[:axis], power, *key[axis:]] = factor
        values = changed
    return values


def _through(places: Sequence[Fraction], values: Sequence[Fraction]) -> list[Fraction]:
    """Return the coefficients of the polynomial through some points, by Newton's differences."""
    differences = list(values)
    for order in range(1, len(places)):
        for index in range(len(places) - 1, order - 1, -1):
            differences[index] = (differences[index] - differences[index - 1]) / (
                places[index] - places[index - order]
            )
    coefficients = [Fraction(0)] * len(places)
    for index in range(len(places) - 1, -1, -1):
        # times (x - place), plus the difference
        shifted = [Fraction(0), *coefficients[:-1]]
        coefficients = [
            more - places[index] * factor
            for more, factor in zip(shifted, coefficients, strict=True)
        ]
        coefficients[0] += differences[index]
    return coefficients


def _in_names(
    coefficients: Mapping[tuple[int, ...], Fraction],
    names: Sequence[str],
    steps: Mapping[str, int],
) -> Formula:
    terms: list[tuple[Powers, Fraction]] = []
    for exponents, factor in coefficients.items():
        if factor:
            pairs = list(zip(names, exponents, strict=True))
            powers = tuple((name, power) for name, power in pairs if power)
            terms.append((powers, factor / prod(steps[name] ** power for name, power in pairs)))
    terms.sort(key=lambda term: (sum(power for _, power in term[0]), term[0]))
    return Formula(tuple(terms))


def _agrees(
    formula: Formula,
    at: Callable[[tuple[int, ...]], int | None],
    origin: tuple[int, ...],
    names: Sequence[str],
    steps: Mapping[str, int],
) -> bool:
    """Whether the formula tells what is counted at sizes that it was not made from."""
    for units in _further(origin):
        sizes = {name: unit * steps[name] for name, unit in zip(names, units, strict=True)}
        if at(units) != formula.evaluate(sizes):
            return False
    return True


def _further(origin: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield larger sizes: all of them, and each alone, as what is largest may depend on both."""
    for times in (2, 3, 7, 64, 1024):
        yield tuple(base * times + place for place, base in enumerate(origin))
    for axis in range(len(origin)):
        yield tuple(base * (64 if place == axis else 1) for place, base in enumerate(origin))
