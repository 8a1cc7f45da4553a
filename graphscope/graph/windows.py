"""How many places a window has along one dimension."""

from __future__ import annotations

from graphscope.graph.dimensions import add, ceil_divide, floor_divide, multiply
from graphscope.graph.types import Dimension


def slide_same(size: Dimension, stride: int) -> Dimension:
    """Return the places of a window whose padding leaves a step of 1 without loss.

    >>> slide_same("H", 2), slide_same(7, 2)
    ('ceil(H/2)', 4)
    """
    return ceil_divide(size, stride)


def slide(
    size: Dimension, *, window: int, stride: int = 1, dilation: int = 1, padding: int = 0
) -> Dimension:
    """Return the places of a window that lies wholly inside.

    Args:
        size: extent of the dimension.
        window: extent of the window.
        stride: steps of the window.
        dilation: distance of the window's elements.
        padding: what is added to the dimension, before and after together.

    >>> slide("H", window=3), slide("H", window=3, stride=2), slide("T", window=2, stride=2)
    ('H-2', 'ceil(H/2)-1', 'floor(T/2)')
    """
    reach = (window - 1) * dilation + 1
    return add(floor_divide(add(size, padding - reach), stride), 1)


def spread(size: Dimension, *, stride: int, reach: int, padding: int = 0) -> Dimension:
    """Return the extent that a transposed window fills.

    >>> spread("H", stride=2, reach=3), spread("H", stride=2, reach=3, padding=1)
    ('2H+1', '2H')
    """
    return add(multiply(add(size, -1), stride), reach - padding)
