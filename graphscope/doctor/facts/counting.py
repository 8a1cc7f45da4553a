"""The arithmetic of reshaping: counts of elements, factors, and sizes that fit."""

from __future__ import annotations

import math
from collections.abc import Sequence

Sizes = Sequence[int | None]


def count(sizes: Sizes) -> int:
    """Return how many elements a shape has, leaving out open axes and -1.

    >>> count((None, 28, 28)), count((-1, 16))
    (784, 16)
    """
    return math.prod(size for size in sizes if size is not None and size >= 0)


def product(sizes: Sizes) -> str:
    """Return a count with its factors: `28 * 28 = 784`.

    >>> product((600, 28, 28)), product((28,)), product(())
    ('600 * 28 * 28 = 470400', '28', '1')
    """
    known = [size for size in sizes if size is not None and size >= 0]
    if len(known) < 2:
        return str(count(sizes))
    return f"{' * '.join(map(str, known))} = {count(known)}"


def fitting_size(total: int, target: Sequence[int], axis: int) -> int | None:
    """Return the size of one axis with which a shape has a total; None when there is none.

    >>> fitting_size(784, (28, 30), 1), fitting_size(784, (30, 28), 1)
    (28, None)
    """
    others = count([size for index, size in enumerate(target) if index != axis])
    return total // others if others and total % others == 0 else None


def neighbours(size: int, divisor: int) -> tuple[int, ...]:
    """Return the multiples of a divisor around a size, the nearest first.

    >>> neighbours(28, 16), neighbours(5, 16)
    ((32, 16), (16,))
    """
    if divisor <= 0:
        return ()
    below = size // divisor * divisor
    both = [each for each in (below + divisor, below) if each > 0]
    return tuple(sorted(both, key=lambda each: (abs(each - size), -each)))


def divisors_near(total: int, size: int) -> tuple[int, ...]:
    """Return the divisors of a total around a size: at most two, the nearest first.

    >>> divisors_near(28, 16), divisors_near(1416, 12)
    ((14, 7), (12, 8))
    """
    found = [each for low in range(1, math.isqrt(total) + 1) if total % low == 0
             for each in (low, total // low)]  # fmt: skip
    return tuple(sorted(set(found), key=lambda each: (abs(each - size), each))[:2])


def compared(have: int, need: int) -> str:
    """Say how two counts differ: by a factor where there is one.

    >>> compared(784, 21952), compared(21952, 784), compared(10, 12)
    ('28 times too many', '28 times too few', '2 too many')
    """
    if have and need % have == 0:
        return f"{need // have} times too many"
    if need and have % need == 0:
        return f"{have // need} times too few"
    return f"{need - have} too many" if need > have else f"{have - need} too few"
