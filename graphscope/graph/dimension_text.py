"""Polynomials as texts, and back; see `dimensions` for the grammar."""

from __future__ import annotations

import re
from fractions import Fraction
from math import gcd

from graphscope.graph.polynomials import (
    ZERO,
    Atom,
    Floor,
    Monomial,
    Number,
    Polynomial,
    TooLargeError,
    atom_order,
    ceil_divide,
    constant,
    divide_exactly,
    floor_divide,
    symbol,
)

MAX_LENGTH = 240
"""Characters of the longest text that is read: graphs may come from strangers."""

_MAX_POWER = 8
_MAX_NESTING = 20
_TOKEN = re.compile(r"[A-Z]\d{0,4}|\d{1,18}|floor|ceil|//|[-+*/^()]")


class _SyntaxError(ValueError):
    pass


def parse_polynomial(text: str) -> Polynomial | None:
    """Return what a text stands for, None if it is no dimension."""
    if len(text) > MAX_LENGTH:
        return None
    tokens = _TOKEN.findall(text)
    if not tokens or "".join(tokens) != text:
        return None
    parser = _Parser(tokens)
    try:
        found = parser.sum()
    except (_SyntaxError, TooLargeError):
        return None
    return found if parser.at_end else None


class _Parser:
    """Reads tokens from left to right, with one method for each rule of the grammar."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    @property
    def at_end(self) -> bool:
        """Whether all tokens were read."""
        return self._place == len(self._tokens)

    def sum(self) -> Polynomial:
        """Read a sum."""
        self._depth += 1
        if self._depth > _MAX_NESTING:
            raise _SyntaxError
        sign = -1 if self._take("-") else 1
        total = self._product().scaled(sign)
        while True:
            if self._take("+"):
                total = total + self._product()
            elif self._take("-"):
                total = total - self._product()
            else:
                self._depth -= 1
                return total

    def _product(self) -> Polynomial:
        product = self._factor()
        while self._take("*") or self._starts_factor():
            product = product * self._factor()
        if self._take("//"):
            return floor_divide(product, self._positive())
        if self._take("/"):
            return product.scaled(Fraction(1, self._positive()))
        return product

    def _factor(self) -> Polynomial:
        token = self._next()
        if token.isdecimal():
            base = constant(int(token))
        elif token[0].isupper():
            base = symbol(token)
        elif token == "(":
            base = self.sum()
            self._expect(")")
        elif token in ("floor", "ceil"):
            base = self._rounded(token)
        else:
            raise _SyntaxError
        return self._power(base) if self._take("^") else base

    def _rounded(self, token: str) -> Polynomial:
        self._expect("(")
        inside = self.sum()
        # The division was read as one without rest; the whole quotient is rounded.
        divisor = inside.denominator
        self._expect(")")
        whole = inside.scaled(divisor)
        return (floor_divide if token == "floor" else ceil_divide)(whole, divisor)

    def _power(self, base: Polynomial) -> Polynomial:
        count = self._positive()
        if count > _MAX_POWER:
            raise _SyntaxError
        result = constant(1)
        for _ in range(count):
            result = result * base
        return result

    def _positive(self) -> int:
        token = self._next()
        if not token.isdecimal() or int(token) == 0:
            raise _SyntaxError
        return int(token)

    def _starts_factor(self) -> bool:
        token = self._tokens[self._place] if not self.at_end else ""
        return token in ("(", "floor", "ceil") or token[:1].isalnum()

    def _take(self, token: str) -> bool:
        if not self.at_end and self._tokens[self._place] == token:
            self._place += 1
            return True
        return False

    def _next(self) -> str:
        if self.at_end:
            raise _SyntaxError
        self._place += 1
        return self._tokens[self._place - 1]

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise _SyntaxError


def print_polynomial(polynomial: Polynomial) -> str:
    """Return the text of a polynomial, as a product of sums where it is one."""
    factors, rest = _factorize(polynomial)
    if not rest.is_constant:
        factors.append(rest)
        rest = constant(1)
    if len(factors) == 1 and _is_one(rest):
        return _print_sum(factors[0])
    number = Fraction(rest.constant)
    powers: dict[Polynomial, int] = {}
    for factor in factors:
        shared, primitive = _take_number(factor)
        number *= shared
        powers[primitive] = powers.get(primitive, 0) + 1
    text = {1: "", -1: "-"}.get(number.numerator, str(number.numerator))
    text += "".join(_print_factor(each, power) for each, power in powers.items())
    return text if number.denominator == 1 else f"{text}/{number.denominator}"


def prettify(text: str) -> str:
    """Return the text of a dimension as it is shown to people.

    >>> prettify("64ceil(H/2)floor((W+1)/4)"), prettify("T^2"), prettify("ceil(H/2)-1")
    ('64⌈H/2⌉⌊(W+1)/4⌋', 'T²', '⌈H/2⌉-1')
    """
    brackets = {"floor(": "⌊⌋", "ceil(": "⌈⌉", "(": "()"}
    shown, closing = [], []
    for token in re.findall(r"floor\(|ceil\(|\^\d+|.", text):
        if token in brackets:
            shown.append(brackets[token][0])
            closing.append(brackets[token][1])
        elif token == ")" and closing:
            shown.append(closing.pop())
        elif token.startswith("^") and len(token) > 1:
            shown.append(token[1:].translate(_RAISED))
        else:
            shown.append(token)
    return "".join(shown)


def prettify_factor(text: str) -> str:
    """Return the text of a dimension as it is shown as a factor of a product.

    >>> prettify_factor("T+1"), prettify_factor("B(T+1)"), prettify_factor("128")
    ('(T+1)', 'B(T+1)', '128')
    """
    shown = prettify(text)
    return f"({shown})" if _SUM.search(re.sub(r"\([^()]*\)|⌊[^⌋]*⌋|⌈[^⌉]*⌉", "", shown)) else shown


_SUM = re.compile(r"[-+]")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _factorize(polynomial: Polynomial) -> tuple[list[Polynomial], Polynomial]:
    """Split off factors that hold one name or rounding each, in canonical order."""
    factors: list[Polynomial] = []
    rest = polynomial
    for atom in sorted(_atoms(polynomial), key=atom_order):
        while (factor := _factor_with(rest, atom)) is not None:
            quotient = divide_exactly(rest, factor)
            assert quotient is not None, "the factor was found by division"
            factors.append(factor)
            rest = quotient
    return factors, rest


def _factor_with(polynomial: Polynomial, atom: Atom) -> Polynomial | None:
    """Return the factor `x` or `x + b/a` of `a x + b`, None if there is none."""
    times: dict[Monomial, Number] = {}
    others: dict[Monomial, Number] = {}
    for monomial, factor in polynomial.terms:
        powers = dict(monomial)
        power = powers.pop(atom, 0)
        if power == 0:
            others[monomial] = factor
        elif power == 1:
            times[tuple(powers.items())] = factor
        else:
            return symbol(atom) if all(atom in dict(each) for each, _ in polynomial.terms) else None
    if not times:
        return None
    if not others:
        return symbol(atom)
    if len(polynomial.terms) == len(times) + 1 and len(times) == 1 and () in times:
        return None
    slope = Polynomial(tuple(times.items())) + ZERO
    quotient = divide_exactly(Polynomial(tuple(others.items())) + ZERO, slope)
    if quotient is None or quotient.denominator != 1:
        return None
    found = symbol(atom) + quotient
    return None if found.terms == polynomial.terms else found


def _take_number(polynomial: Polynomial) -> tuple[int, Polynomial]:
    """Split off the whole number that all terms share."""
    if polynomial.denominator != 1:
        return 1, polynomial
    shared = gcd(*(int(factor) for _, factor in polynomial.terms))
    return shared, polynomial.scaled(Fraction(1, shared))


def _is_one(polynomial: Polynomial) -> bool:
    return polynomial.terms == (((), 1),)


def _print_factor(polynomial: Polynomial, power: int) -> str:
    text = _print_sum(polynomial)
    text = text if len(polynomial.terms) == 1 else f"({text})"
    return text if power == 1 else f"{text}^{power}"


def _print_sum(polynomial: Polynomial) -> str:
    return "".join(
        _print_term(monomial, factor, is_first=index == 0)
        for index, (monomial, factor) in enumerate(polynomial.terms)
    )


def _print_term(monomial: Monomial, factor: Number, *, is_first: bool) -> str:
    sign = "-" if factor < 0 else "" if is_first else "+"
    size = abs(Fraction(factor))
    text = "".join(_print_power(atom, power) for atom, power in monomial)
    number = "" if size.numerator == 1 and text else str(size.numerator)
    rest = "" if size.denominator == 1 else f"/{size.denominator}"
    return f"{sign}{number}{text}{rest}"


def _print_power(atom: Atom, power: int) -> str:
    text = atom if isinstance(atom, str) else _print_floor(atom)
    return text if power == 1 else f"{text}^{power}"


def _print_floor(floor: Floor) -> str:
    # What is canonical inside is floor((p + k - 1) / k): shorter as a ceiling.
    is_ceiling = floor.numerator.constant == floor.divisor - 1
    inside = floor.numerator - constant(floor.numerator.constant if is_ceiling else 0)
    text = _print_sum(inside)
    if len(inside.terms) > 1:
        text = f"({text})"
    return f"{'ceil' if is_ceiling else 'floor'}({text}/{floor.divisor})"


def _atoms(polynomial: Polynomial) -> set[Atom]:
    return {atom for monomial, _ in polynomial.terms for atom, _ in monomial}
