"""Expressions of given sizes that come to two tried numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from math import prod

from graphscope.graph import Dimension
from graphscope.graph.dimensions import add, ceil_divide, divide, floor_divide, multiply
from graphscope.tracers.symbols import Pair, Symbols, shifted_multiple

MAX_DIVISOR = 64
"""Largest divisor that is looked for when no rule names one."""


@dataclass(frozen=True)
class Sized:
    """A settled shape and its sizes in both trials; None where they are not known."""

    shape: tuple[Dimension, ...]
    pairs: tuple[Pair | None, ...]


class Relations:
    """Finds what a size is, from the sizes that an operation takes.

    Args:
        symbols: the open sizes and their numbers.
    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._bases = symbols.bases()
        self._seen: dict[Pair, Dimension] = dict(self._bases)
        self._found: dict[object, Dimension] = {}
        self.measure = cache(self._measure)

    def _measure(self, shape: tuple[Dimension, ...]) -> Sized:
        """Return a shape with the numbers of its sizes."""
        return Sized(shape, tuple(map(self._symbols.pair_of, shape)))

    def find(
        self, pair: Pair, axis: int, inputs: Sequence[Sized], proposal: Dimension
    ) -> Dimension:
        """Return the size that comes to `pair`.

        Args:
            pair: the size in both trials.
            axis: its place in the shape.
            inputs: the shapes that the operation takes.
            proposal: what a rule says it is; None if there is none.
        """
        if pair in self._bases:
            return self._bases[pair]
        key = (pair, axis, tuple(each.shape for each in inputs), proposal)
        if key not in self._found:
            self._found[key] = self._search(pair, axis, inputs, proposal)
        return self._found[key]

    def find_anywhere(self, pair: Pair) -> Dimension:
        """Return the size that comes to `pair`, looking at all sizes found so far."""
        found = self._seen.get(pair)
        if found is None:
            found = self._symbols.read_marked(pair)
        if found is None:
            bases = Sized(tuple(self._bases.values()), tuple(self._bases))
            found = _find_quotient(pair, [bases])
        return found

    def _search(
        self, pair: Pair, axis: int, inputs: Sequence[Sized], proposal: Dimension
    ) -> Dimension:
        found = proposal if self._symbols.pair_of(proposal) == pair else None
        for look in (_find_equal, _find_sum, _find_shifted):
            found = look(pair, axis, inputs) if found is None else found
        for relate in (_find_product, _find_quotient, _find_part):
            found = relate(pair, inputs) if found is None else found
        if found is None:
            return self.find_anywhere(pair)
        self._seen.setdefault(pair, found)
        return found


def _find_equal(pair: Pair, axis: int, inputs: Sequence[Sized]) -> Dimension:
    """Return a size that an input has, best at the same axis."""
    for each in inputs:
        if axis < len(each.pairs) and each.pairs[axis] == pair:
            return each.shape[axis]
    for each in inputs:
        if pair in each.pairs:
            return each.shape[each.pairs.index(pair)]
    return None


def _find_sum(pair: Pair, axis: int, inputs: Sequence[Sized]) -> Dimension:
    """Return the sum over all inputs that have this axis: tensors behind each other."""
    parts = [each for each in inputs if axis < len(each.pairs)]
    pairs = [each.pairs[axis] for each in parts]
    known = [each for each in pairs if each is not None]
    if len(known) < 2 or len(known) < len(pairs):
        return None
    if (sum(first for first, _ in known), sum(second for _, second in known)) != pair:
        return None
    return add(*(each.shape[axis] for each in parts))


def _find_shifted(pair: Pair, axis: int, inputs: Sequence[Sized]) -> Dimension:
    """Return a multiple of the size at the same axis, with something added or cut off."""
    found: dict[tuple[int, int], Dimension] = {}
    for each in inputs:
        unit = each.pairs[axis] if axis < len(each.pairs) else None
        relation = None if unit is None else shifted_multiple(pair, unit)
        if relation is not None:
            factor, rest = relation
            size = add(multiply(factor, each.shape[axis]), rest)
            found.setdefault((abs(rest), factor), size)
    return found[min(found)] if found else None


def _find_product(pair: Pair, inputs: Sequence[Sized]) -> Dimension:
    """Return a multiple of a product of neighbouring sizes of one input."""
    for each in inputs:
        for part, numbers in _runs(each):
            first = Fraction(pair[0], prod(size for size, _ in numbers))
            second = Fraction(pair[1], prod(size for _, size in numbers))
            if first == second and first.denominator == 1:
                return multiply(first.numerator, *part)
    return None


def _find_part(pair: Pair, inputs: Sequence[Sized]) -> Dimension:
    """Return a product of neighbouring sizes divided by a number, which leaves no rest."""
    for each in inputs:
        for part, numbers in _runs(each):
            first = Fraction(pair[0], prod(size for size, _ in numbers))
            second = Fraction(pair[1], prod(size for _, size in numbers))
            if first == second and not any(set("+-") & set(str(size)) for size in part):
                return divide(multiply(first.numerator, *part), first.denominator)
    return None


def _runs(sized: Sized) -> Iterator[tuple[list[Dimension], list[Pair]]]:
    """Yield runs of neighbouring open sizes, long ones first; numbers between them do not count."""
    opened = [
        (size, pair)
        for size, pair in zip(sized.shape, sized.pairs, strict=True)
        if isinstance(size, str) and pair is not None and 0 not in pair
    ]
    for length in range(len(opened), 0, -1):
        for start in range(len(opened) - length + 1):
            part = opened[start : start + length]
            yield [size for size, _ in part], [pair for _, pair in part]


def _find_quotient(pair: Pair, inputs: Sequence[Sized]) -> Dimension:
    """Return the rounded quotient of an open size, if there is only one that fits."""
    found: set[Dimension] = set()
    for each in inputs:
        for size, unit in zip(each.shape, each.pairs, strict=True):
            if isinstance(size, str) and unit is not None:
                found |= set(_quotients(pair, size, unit))
    return found.pop() if len(found) == 1 else None


def _quotients(pair: Pair, size: Dimension, unit: Pair) -> Iterator[Dimension]:
    for divisor in range(2, MAX_DIVISOR + 1):
        if (unit[0] // divisor, unit[1] // divisor) == pair:
            yield floor_divide(size, divisor)
        if (-(-unit[0] // divisor), -(-unit[1] // divisor)) == pair:
            yield ceil_divide(size, divisor)
