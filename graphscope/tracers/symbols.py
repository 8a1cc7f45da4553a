"""Open sizes under a name, found by trying two numbers for each.

Shapes are inferred twice, with different numbers for the open sizes. A size that comes out the
same does not depend on them. One that differs is marked with both numbers (`Symbols.mark`), and
`settling` finds out, when the graph is complete, which expression of the open sizes gives both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from itertools import combinations
from math import prod

from graphscope.graph import BATCH, Dimension
from graphscope.graph.dimensions import add, evaluate, multiply, substitute

TRIALS = 2

Pair = tuple[int, int]
"""What a size is in the two trials."""

_BATCH_PAIR = (1009, 1013)


@dataclass(frozen=True)
class _Table:
    sequences: tuple[Pair, ...]
    spaces: tuple[Pair, ...]
    multiples: Pair = (1, 1)
    """What lengths, and what heights and widths, are multiples of."""


# Sizes travel through backends as 32-bit integers, so products of batch, height and width must
# stay far below 2**31. The two numbers of a pair are far enough apart that an eighth or a
# sixteenth of them still differs.
class Scale(Enum):
    """How large the numbers are, and what divides them; models do not admit all sizes."""

    ODD = _Table(
        # Shorter than the tables of positions of most models. One more than a multiple of 4 and
        # 64: a backend that pads as much as a window with steps needs then pads k - 1, which is
        # the formula that holds for all sizes.
        sequences=((29, 61), (37, 53), (41, 73), (17, 89), (47, 71), (59, 79)),
        spaces=((193, 577), (449, 641), (257, 1153), (321, 1601), (769, 833)),
    )
    ALIGNED = _Table(
        # Networks that halve an image and double it again, to be joined with what they had.
        sequences=((3, 5), (7, 11), (13, 17), (19, 23), (29, 31)),
        spaces=((3, 5), (7, 9), (4, 11), (13, 15), (10, 17)),
        multiples=(16, 64),
    )
    SMALL = _Table(
        # Models with short tables.
        sequences=((5, 13), (7, 11), (9, 15), (3, 14)),
        spaces=((33, 65), (49, 97), (81, 113), (41, 73)),
    )
    LARGE = _Table(
        # Windows over raw sound, and large windows over images.
        sequences=((12289, 40961), (13313, 61441), (18433, 37889)),
        spaces=((577, 1153), (769, 1217), (1409, 1601)),
    )


MAX_REST = 64
"""Largest c in `kB+c`; what is further away from a multiple is no shifted multiple."""


class Symbols:
    """The names of one graph's open sizes and the pairs of numbers that stand for them.

    A tracer calls `bind` for the open sizes of its inputs, `mark` for every size that it inferred
    in both trials (those in attributes and trip counts too), and `settling.settle_sizes` when the
    graph is complete; `document.finish(symbols=...)` does so. `read` names a size at once, by its
    numbers alone.

    Attributes:
        unlike: set by a tracer when the model did something else in the second trial.
    """

    def __init__(self, scale: Scale = Scale.ODD) -> None:
        self.unlike = False
        self._table = scale.value
        self._units: dict[str, Pair] = {BATCH: _BATCH_PAIR}
        self._sequences = iter(self._table.sequences)
        self._spaces = iter(self._table.spaces)

    def bind(self, name: str, trial: int) -> int | None:
        """Return what stands for a name in one of the two trials, None when pairs run out."""
        if name not in self._units:
            pair = next(self._sequences if name.startswith("T") else self._spaces, None)
            if pair is None:
                return None
            self._units[name] = pair
        return self._units[name][trial] * self._multiple(name)

    def mark(self, first: int, second: int) -> Dimension:
        """Return the size that came out as `first` and `second`, to be settled later.

        >>> Symbols().mark(7, 7), read_mark(Symbols().mark(193, 577))
        (7, (193, 577))
        """
        return first if first == second else f"?{first}:{second}"

    def bases(self) -> dict[Pair, Dimension]:
        """Return the open sizes themselves, by their numbers."""
        return {
            (first * times, second * times): multiply(times, name)
            for name, (first, second) in self._units.items()
            for times in (self._multiple(name),)
        }

    def pair_of(self, dimension: Dimension) -> Pair | None:
        """Return what a settled, unreleased size comes to in the two trials."""
        values = [
            evaluate(dimension, {name: pair[trial] for name, pair in self._units.items()})
            for trial in range(TRIALS)
        ]
        return None if values[0] is None or values[1] is None else (values[0], values[1])

    def release(self, dimension: Dimension) -> Dimension:
        """Return a settled size with names for whole open sizes.

        While sizes are settled, a name stands for its number divided by what all tried numbers
        are multiples of, so that halves are whole.
        """
        if not isinstance(dimension, str) or self._table.multiples == (1, 1):
            return dimension
        parts = {name: Fraction(1, self._multiple(name)) for name in self._units if name != BATCH}
        return substitute(dimension, parts)

    def read(self, first: int, second: int) -> Dimension:
        """Return the size that came out as `first` and `second` in the two trials.

        By the numbers alone: multiples, products and shifted multiples have names, None is all
        the rest.

        >>> symbols = Symbols()
        >>> batch, time = [[symbols.bind(name, trial) for trial in (0, 1)] for name in "BT"]
        >>> [symbols.read(size, size) for size in (1, 12)]
        [1, 12]
        >>> [symbols.read(*[128 * size for size in batch]), symbols.read(*[t + 1 for t in time])]
        ['128B', 'T+1']
        >>> symbols.read(*[2 * b * t for b, t in zip(batch, time)])
        '2BT'
        >>> symbols.read(*[size // 2 for size in batch]) is None
        True
        """
        found = first if first == second else self.read_marked((first, second))
        return self.release(found)

    def read_marked(self, pair: Pair) -> Dimension:
        """Return an unreleased size by its numbers alone; see `read`."""
        return self._read_product(pair) or self._read_multiple(pair)

    def _multiple(self, name: str) -> int:
        if name == BATCH:
            return 1
        lengths, spaces = self._table.multiples
        return lengths if name.startswith("T") else spaces

    def _read_product(self, pair: Pair) -> Dimension:
        for count in range(min(3, len(self._units)), 0, -1):
            for names in combinations(self._units, count):
                units = [
                    prod(self._units[name][trial] for name in names) for trial in range(TRIALS)
                ]
                factor, rest = divmod(pair[0], units[0])
                if rest == 0 and factor > 0 and factor * units[1] == pair[1]:
                    return multiply(factor, *names)
        return None

    def _read_multiple(self, pair: Pair) -> Dimension:
        shifted: dict[int, Dimension] = {}
        for name, unit in self._units.items():
            found = shifted_multiple(pair, unit)
            if found is not None:
                factor, rest = found
                shifted.setdefault(abs(rest), add(multiply(factor, name), rest))
        return shifted[min(shifted)] if shifted else None


_MARK = re.compile(r"\?(-?\d+):(-?\d+)")


def read_mark(dimension: object) -> Pair | None:
    """Return the two numbers of a size that is to be settled, None for anything else."""
    found = _MARK.fullmatch(dimension) if isinstance(dimension, str) else None
    return None if found is None else (int(found[1]), int(found[2]))


def shifted_multiple(pair: Pair, unit: Pair) -> tuple[int, int] | None:
    """Return the k and c with which both numbers are k times the unit's plus c.

    >>> shifted_multiple((31, 63), (29, 61)), shifted_multiple((14, 30), (29, 61))
    ((1, 2), None)
    """
    grown = unit[1] - unit[0]
    if grown == 0:
        return None
    factor, remainder = divmod(pair[1] - pair[0], grown)
    rest = pair[0] - factor * unit[0]
    return (factor, rest) if remainder == 0 and factor > 0 and abs(rest) <= MAX_REST else None
