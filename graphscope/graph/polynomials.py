"""Sums of products of open sizes, with rounded divisions: what a dimension is made of.

A polynomial keeps its terms expanded and sorted, and rounding is written as a floor of a sum with
small coefficients, so that the same size is the same value however it was computed:
`ceil(ceil(H/2)/2)` is `ceil(H/4)`, and `(H-2)//2` is `floor(H/2)-1`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd, lcm
from typing import TypeAlias

MAX_TERMS = 48
"""Terms of the largest polynomial; products of many sums would grow without end."""

MAX_DEPTH = 16
"""How deep floors may lie in floors."""

Number: TypeAlias = int | Fraction


class TooLargeError(ValueError):
    """The polynomial has more terms than anybody would read."""


@dataclass(frozen=True, slots=True)
class Floor:
    """The largest whole number that is not above `numerator / divisor`."""

    numerator: Polynomial
    divisor: int

    @property
    def depth(self) -> int:
        """How many floors lie in each other."""
        return 1 + max((atom.depth for atom in floors_of(self.numerator)), default=0)


Atom: TypeAlias = str | Floor
Monomial: TypeAlias = tuple[tuple[Atom, int], ...]
"""Atoms with their powers, sorted."""


@dataclass(frozen=True)
class Polynomial:
    """A sum of products of names and floors; every coefficient is other than zero."""

    terms: tuple[tuple[Monomial, Number], ...] = ()

    @cached_property
    def constant(self) -> Number:
        """The term without a name."""
        return dict(self.terms).get((), 0)

    @cached_property
    def is_constant(self) -> bool:
        """Whether no name occurs."""
        return all(not monomial for monomial, _ in self.terms)

    @cached_property
    def denominator(self) -> int:
        """The smallest number whose multiples of this have whole coefficients."""
        return lcm(*(Fraction(factor).denominator for _, factor in self.terms))

    def __add__(self, other: Polynomial) -> Polynomial:
        sums = dict(self.terms)
        for monomial, factor in other.terms:
            sums[monomial] = sums.get(monomial, 0) + factor
        return _collect(sums)

    def __sub__(self, other: Polynomial) -> Polynomial:
        return self + other.scaled(-1)

    def __mul__(self, other: Polynomial) -> Polynomial:
        if len(self.terms) * len(other.terms) > MAX_TERMS**2:
            raise TooLargeError
        sums: dict[Monomial, Number] = {}
        for one, factor in self.terms:
            for two, more in other.terms:
                monomial = _join(one, two)
                sums[monomial] = sums.get(monomial, 0) + factor * more
        return _collect(sums)

    def scaled(self, by: Number) -> Polynomial:
        """Return the product with a number."""
        return _collect({monomial: factor * by for monomial, factor in self.terms})

    def names(self) -> set[str]:
        """Return all names, those inside floors too."""
        found: set[str] = set()
        for monomial, _ in self.terms:
            for atom, _power in monomial:
                found |= {atom} if isinstance(atom, str) else atom.numerator.names()
        return found


ZERO = Polynomial()


def constant(value: Number) -> Polynomial:
    """Return a number as a polynomial."""
    return _collect({(): value})


def symbol(atom: Atom) -> Polynomial:
    """Return a name or a floor as a polynomial."""
    return Polynomial(((((atom, 1),), 1),))


def floor_divide(polynomial: Polynomial, divisor: int) -> Polynomial:
    """Return the quotient by a number above zero, rounded down.

    The polynomial must stand for whole numbers.

    Raises:
        TooLargeError: when the result is nested too deeply.
    """
    # A polynomial that stands for whole numbers may have fractions as coefficients (`H/2`); they
    # go into the divisor.
    shared = polynomial.denominator
    whole, divisor = polynomial.scaled(shared), divisor * shared
    numerator, divisor = _open_floor(whole, divisor)
    common = gcd(divisor, *(int(factor) for monomial, factor in numerator.terms if monomial))
    outside: dict[Monomial, Number] = {}
    inside: dict[Monomial, Number] = {}
    for monomial, factor in numerator.terms:
        # floor((g p + c) / g k) = floor((p + floor(c / g)) / k)
        outside[monomial], inside[monomial] = divmod(int(factor) // common, divisor // common)
    rest = _collect(inside)
    if rest.is_constant:
        return _collect(outside)
    floor = Floor(rest, divisor // common)
    if floor.depth > MAX_DEPTH:
        raise TooLargeError
    return _collect(outside) + symbol(floor)


def ceil_divide(polynomial: Polynomial, divisor: int) -> Polynomial:
    """Return the quotient by a number above zero, rounded up; see `floor_divide`."""
    # Only for whole numbers is ceil(p / k) = floor((p + k - 1) / k).
    return floor_divide(polynomial + constant(divisor - 1), divisor)


def divide_exactly(dividend: Polynomial, divisor: Polynomial) -> Polynomial | None:
    """Return the quotient of two polynomials that leaves no rest, None if there is none."""
    if not divisor.terms:
        return None
    lead, factor = divisor.terms[0]
    quotient, rest = ZERO, dividend
    while rest.terms:
        monomial, coefficient = rest.terms[0]
        part = _part(monomial, lead)
        if part is None or len(quotient.terms) > MAX_TERMS:
            return None
        step = Polynomial(((part, _whole(Fraction(coefficient) / factor)),))
        quotient, rest = quotient + step, rest - step * divisor
    return quotient


def substitute(polynomial: Polynomial, values: Mapping[str, Polynomial]) -> Polynomial:
    """Return the polynomial with names replaced."""
    result = ZERO
    for monomial, factor in polynomial.terms:
        term = constant(factor)
        for atom, power in monomial:
            if isinstance(atom, str):
                value = values.get(atom, symbol(atom))
            else:
                value = floor_divide(substitute(atom.numerator, values), atom.divisor)
            for _ in range(power):
                term = term * value
        result = result + term
    return result


def value_of(polynomial: Polynomial, sizes: Mapping[str, int]) -> Number | None:
    """Return the polynomial with numbers for its names, None when a name has none."""
    total: Number = 0
    for monomial, factor in polynomial.terms:
        term = factor
        for atom, power in monomial:
            value = sizes.get(atom) if isinstance(atom, str) else _floor_value(atom, sizes)
            if value is None:
                return None
            term = term * value**power
        total = total + term
    return _whole(total)


def floors_of(polynomial: Polynomial) -> list[Floor]:
    """Return the outermost floors."""
    return [
        atom for monomial, _ in polynomial.terms for atom, _ in monomial if isinstance(atom, Floor)
    ]


def _floor_value(atom: Floor, sizes: Mapping[str, int]) -> int | None:
    value = value_of(atom.numerator, sizes)
    return None if value is None else int(value // atom.divisor)


def _open_floor(polynomial: Polynomial, divisor: int) -> tuple[Polynomial, int]:
    """Write floor((floor(a/m) + q) / k) as floor((a + m q) / m k)."""
    single = [
        (monomial, monomial[0][0])
        for monomial, factor in polynomial.terms
        if factor == 1 and len(monomial) == 1 and monomial[0][1] == 1
    ]
    inner = [(monomial, atom) for monomial, atom in single if isinstance(atom, Floor)]
    if len(inner) != 1:
        return polynomial, divisor
    monomial, floor = inner[0]
    rest = _collect({other: factor for other, factor in polynomial.terms if other != monomial})
    opened = floor.numerator + rest.scaled(floor.divisor)
    return _open_floor(opened, divisor * floor.divisor)


def _collect(sums: Mapping[Monomial, Number]) -> Polynomial:
    terms = [(monomial, _whole(factor)) for monomial, factor in sums.items() if factor]
    if len(terms) > MAX_TERMS:
        raise TooLargeError
    return Polynomial(tuple(sorted(terms, key=_term_order)))


def _whole(number: Number) -> Number:
    return number.numerator if number.denominator == 1 else number


def _join(one: Monomial, two: Monomial) -> Monomial:
    if not one or not two:
        return one or two
    powers = dict(one)
    for atom, power in two:
        powers[atom] = powers.get(atom, 0) + power
    return _sorted(powers.items())


def _part(monomial: Monomial, by: Monomial) -> Monomial | None:
    powers = dict(monomial)
    for atom, power in by:
        powers[atom] = powers.get(atom, 0) - power
    if min(powers.values(), default=0) < 0:
        return None
    return _sorted((atom, power) for atom, power in powers.items() if power)


def _sorted(powers: Iterable[tuple[Atom, int]]) -> Monomial:
    return tuple(sorted(powers, key=lambda pair: atom_order(pair[0])))


def atom_order(atom: Atom) -> tuple[object, ...]:
    """Return the place of an atom: the batch, other names by letter and number, floors last."""
    if isinstance(atom, str):
        return (0, atom[0] != "B", atom[0], int(atom[1:] or 0))
    inner = [_term_order(term) for term in atom.numerator.terms]
    return (1, inner, atom.divisor)


def _term_order(term: tuple[Monomial, Number]) -> tuple[object, ...]:
    monomial, factor = term
    degree = sum(power for _, power in monomial)
    return (-degree, [(atom_order(atom), -power) for atom, power in monomial], factor)
