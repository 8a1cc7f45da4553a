"""Which parts of a large array to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

PART_BYTES = 1 << 20


def spread(shape: Sequence[int], item_bytes: int, limit: int) -> Iterator[tuple[slice, ...]]:
    """Yield slices of an array, evenly spread over its longest axis, of at most `limit` bytes.

    An array within the limit is covered whole, in parts of about a megabyte.

    >>> list(spread((4, 2), 4, 100))
    [(slice(0, 4, None), slice(None, None, None))]
    """
    if not shape:
        yield ()
        return
    axis = max(range(len(shape)), key=lambda each: shape[each])
    length, total = shape[axis], item_bytes
    for extent in shape:
        total *= extent
    if not total:
        return
    row = max(1, total // length)
    rows = max(1, min(length, PART_BYTES // row))
    wanted = max(1, min(-(-length // rows), limit // (rows * row)))
    before = [slice(None)] * axis
    after = [slice(None)] * (len(shape) - axis - 1)
    covers_all = wanted * rows >= length
    for number in range(wanted):
        start = number * rows if covers_all else number * length // wanted
        yield (*before, slice(start, min(start + rows, length)), *after)
