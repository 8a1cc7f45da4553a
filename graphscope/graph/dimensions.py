"""Dimensions that depend on open sizes: how they are written, and how one calculates with them.

A dimension is a number, None when it is not known, or a text of this grammar:

    sum      = ["-"] product {("+" | "-") product}
    product  = factor {["*"] factor} ["/" number | "//" number]
    factor   = (number | name | rounded | "(" sum ")") ["^" number]
    rounded  = ("floor" | "ceil") "(" sum "/" number ")"
    name     = capital letter, digits

`B` is the batch, `T` a length, `D`, `H`, `W` depth, height and width; a further input's sizes are
called `T2`, `H2`. `128B`, `BT`, `T+T2`, `ceil(H/2)` and `64ceil(H/2)ceil(W/2)` are dimensions.
`H/2` is a division without rest: the model takes only even heights. `H//2` is `floor(H/2)`.

The functions here return canonical texts: the same size is the same text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import lcm

from graphscope.graph import polynomials
from graphscope.graph.dimension_text import parse_polynomial, print_polynomial
from graphscope.graph.polynomials import Polynomial, TooLargeError
from graphscope.graph.types import Dimension


def canonical(dimension: Dimension) -> Dimension:
    """Return a dimension as it is written; None if the text is no dimension.

    >>> [canonical(text) for text in ("T*B", "(H-2)//2", "B*(T+1)", "ceil(ceil(H/2)/2)", "words")]
    ['BT', 'floor(H/2)-1', 'B(T+1)', 'ceil(H/4)', None]
    """
    return _write(_read(dimension))


def evaluate(dimension: Dimension, sizes: Mapping[str, int]) -> int | None:
    """Return a dimension as a number.

    None when it is unknown, when a name has no number, and when no tensor has such a size: below
    zero, or a fraction.

    >>> [evaluate(size, {"B": 4, "H": 7}) for size in (7, "128B", "ceil(H/2)", "BH", "H/2", "T")]
    [7, 512, 4, 28, None, None]
    """
    if not isinstance(dimension, str):
        return dimension
    known = _read(dimension)
    value = None if known is None else polynomials.value_of(known, sizes)
    return value if isinstance(value, int) and value >= 0 else None


def names_in(dimension: Dimension) -> frozenset[str]:
    """Return the names that a dimension depends on.

    >>> sorted(names_in("B(T+1)")), names_in(7)
    (['B', 'T'], frozenset())
    """
    known = _read(dimension) if isinstance(dimension, str) else None
    return frozenset() if known is None else frozenset(known.names())


def divisor_of(dimension: Dimension) -> dict[str, int]:
    """Return what the names in quotients without a rest must be multiples of.

    >>> divisor_of("3H/8+T"), divisor_of("ceil(H/2)")
    ({'H': 8}, {})
    """
    known = _read(dimension) if isinstance(dimension, str) else None
    found: dict[str, int] = {}
    for monomial, factor in known.terms if known is not None else ():
        names = [atom for atom, _ in monomial if isinstance(atom, str)]
        # Which factor of a product is the multiple, the product does not say.
        if isinstance(factor, Fraction) and len(names) == 1:
            found[names[0]] = lcm(found.get(names[0], 1), factor.denominator)
    return found


def add(*dimensions: Dimension) -> Dimension:
    """Return the sum.

    >>> add("T", "T2", 1, 2), add("B", None)
    ('T+T2+3', None)
    """
    return _fold(dimensions, 0, Polynomial.__add__)


def subtract(first: Dimension, second: Dimension) -> Dimension:
    """Return the difference.

    >>> subtract("H", 2), subtract("T", "T")
    ('H-2', 0)
    """
    return _apply(Polynomial.__sub__, first, second)


def multiply(*dimensions: Dimension) -> Dimension:
    """Return the product.

    >>> multiply("B", "T", 8), multiply(2, "T+1"), multiply()
    ('8BT', '2T+2', 1)
    """
    return _fold(dimensions, 1, Polynomial.__mul__)


def floor_divide(dimension: Dimension, divisor: int) -> Dimension:
    """Return the quotient by a number above zero, rounded down.

    >>> floor_divide("H", 2), floor_divide("6T", 3), floor_divide("H-3", 4)
    ('floor(H/2)', '2T', 'floor((H+1)/4)-1')
    """
    return _round(polynomials.floor_divide, dimension, divisor)


def ceil_divide(dimension: Dimension, divisor: int) -> Dimension:
    """Return the quotient by a number above zero, rounded up.

    >>> ceil_divide("H", 2), ceil_divide(ceil_divide("H", 2), 2), ceil_divide(7, 2)
    ('ceil(H/2)', 'ceil(H/4)', 4)
    """
    return _round(polynomials.ceil_divide, dimension, divisor)


def divide(dividend: Dimension, divisor: Dimension) -> Dimension:
    """Return the quotient of two sizes where the first is known to be a multiple of the second.

    None where the quotient is no dimension.

    >>> divide("64BT", "8B"), divide("H", 2), divide("2T+2", "T+1"), divide("T", "B")
    ('8T', 'H/2', 2, None)
    """
    return _apply(polynomials.divide_exactly, dividend, divisor)


def substitute(dimension: Dimension, values: Mapping[str, Dimension | Fraction]) -> Dimension:
    """Return a dimension with other dimensions, or multiples of the name, in place of names.

    >>> substitute("ceil(H/2)", {"H": "2T"}), substitute("32H+1", {"H": Fraction(1, 64)})
    ('T', 'H/2+1')
    """
    known = _read(dimension)
    if known is None:
        return None
    read = {name: _value(name, value) for name, value in values.items()}
    given = {name: value for name, value in read.items() if value is not None}
    if len(given) < len(read) and any(name in known.names() for name in read if name not in given):
        return None
    try:
        return _write(polynomials.substitute(known, given))
    except TooLargeError:
        return None


def _value(name: str, value: Dimension | Fraction) -> Polynomial | None:
    if isinstance(value, Fraction):
        return polynomials.symbol(name).scaled(value)
    return _read(value)


def _fold(
    dimensions: Iterable[Dimension],
    start: int,
    combine: Callable[[Polynomial, Polynomial], Polynomial],
) -> Dimension:
    total: Dimension = start
    for dimension in dimensions:
        total = _apply(combine, total, dimension)
    return total


# A large graph calculates with a few sizes many times.
@lru_cache(maxsize=8192)
def _apply(
    combine: Callable[[Polynomial, Polynomial], Polynomial | None],
    first: Dimension,
    second: Dimension,
) -> Dimension:
    one, two = _read(first), _read(second)
    if one is None or two is None:
        return None
    try:
        return _write(combine(one, two))
    except TooLargeError:
        return None


@lru_cache(maxsize=8192)
def _round(
    divide: Callable[[Polynomial, int], Polynomial], dimension: Dimension, divisor: int
) -> Dimension:
    known = _read(dimension)
    if known is None or divisor < 1:
        return None
    try:
        return _write(divide(known, divisor))
    except TooLargeError:
        return None


@lru_cache(maxsize=8192)
def _read(dimension: Dimension) -> Polynomial | None:
    if isinstance(dimension, str):
        return parse_polynomial(dimension)
    return None if dimension is None else polynomials.constant(dimension)


@lru_cache(maxsize=8192)
def _write(polynomial: Polynomial | None) -> Dimension:
    if polynomial is None:
        return None
    if polynomial.is_constant:
        number = polynomial.constant
        return number if isinstance(number, int) else None
    return print_polynomial(polynomial)
