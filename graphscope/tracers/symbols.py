"""Open sizes under a name, found by trying two values for each.

Shape inference runs twice, with different primes for the open sizes. A size that comes out the
same does not depend on them; one that grows by 128 times what `B` grew by is `128B`; the product
of `B` and `T` is `BT`. What depends on them in another way (half an image height) has no name.
"""

from __future__ import annotations

from itertools import combinations
from math import prod

from graphscope.graph import BATCH, Dimension

TRIALS = 2

# Sizes travel through TensorFlow as 32-bit integers, so products of batch, height and width must
# stay far below 2**31. Sequences must be shorter than the shortest table of positions, images
# large enough to be halved many times.
_BATCH_PAIR = (1009, 1013)
_SEQUENCE_PAIRS = ((53, 59), (47, 61), (43, 67), (41, 71))
_SPACE_PAIRS = ((211, 223), (227, 241), (251, 269), (277, 293), (307, 331), (337, 367))

MAX_REST = 64
"""Largest c in `kB+c`; what is further away from a multiple is no shifted multiple."""


class Symbols:
    """The names of one graph's open sizes and the pairs of primes that stand for them."""

    def __init__(self) -> None:
        self._pairs = {BATCH: _BATCH_PAIR}
        self._sequences = iter(_SEQUENCE_PAIRS)
        self._spaces = iter(_SPACE_PAIRS)

    def bind(self, name: str, trial: int) -> int | None:
        """Return what stands for a name in one of the two trials, None when primes run out."""
        if name not in self._pairs:
            pair = next(self._sequences if name.startswith("T") else self._spaces, None)
            if pair is None:
                return None
            self._pairs[name] = pair
        return self._pairs[name][trial]

    def read(self, first: int, second: int) -> Dimension:
        """Return the size that came out as `first` and `second` in the two trials.

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
        if first == second:
            return first
        return self._read_product(first, second) or self._read_multiple(first, second)

    def _read_product(self, first: int, second: int) -> str | None:
        for count in range(len(self._pairs), 0, -1):
            for names in combinations(self._pairs, count):
                units = [prod(self._pairs[name][trial] for name in names) for trial in (0, 1)]
                factor, rest = divmod(first, units[0])
                if rest == 0 and factor > 0 and factor * units[1] == second:
                    return _times(factor, "".join(names))
        return None

    def _read_multiple(self, first: int, second: int) -> str | None:
        shifted: dict[int, str] = {}
        for name, (low, high) in self._pairs.items():
            factor, remainder = divmod(second - first, high - low)
            rest = first - factor * low
            if remainder == 0 and factor > 0 and 0 < abs(rest) <= MAX_REST:
                shifted.setdefault(abs(rest), f"{_times(factor, name)}{rest:+d}")
        return shifted[min(shifted)] if shifted else None


def _times(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor}{name}"
