"""Bytes of many tensors at any sizes: what does not depend on them is worked out once."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from graphscope.analysis.costs.sizes import OpenSizes, count_bytes
from graphscope.graph import TensorSpec

_WITHOUT_BYTES = frozenset({"variant", "resource", "string"})
"""Handles; what they stand for is counted where it is made."""

_EIGHT = (8,)
"""The bytes of eight elements are the bits of one."""


class SpecSizes:
    """Counts the bytes of tensors.

    Args:
        specs: their shapes and dtypes.
    """

    def __init__(self, specs: Sequence[TensorSpec]) -> None:
        self._opens: dict[tuple[str, ...], int] = {(): 0}
        """The open sizes of a shape, each combination once."""
        self._bits: dict[str, int | None] = {}
        self._parts = [self._split(spec) for spec in specs]

    def count(self, sizes: OpenSizes) -> list[int | None]:
        """Return the bytes of each tensor; None for those that are not known.

        Args:
            sizes: numbers for open sizes.
        """
        values = [_multiply(names, sizes) for names in self._opens]
        return [
            None if fixed is None or (value := values[place]) is None else (fixed * value + 7) // 8
            for fixed, place in self._parts
        ]

    def _split(self, spec: TensorSpec) -> tuple[int | None, int]:
        """Return the bits of a tensor without its open sizes, and the place of these."""
        if spec.dtype in _WITHOUT_BYTES:
            return 0, 0
        if spec.dtype not in self._bits:
            self._bits[spec.dtype] = count_bytes(TensorSpec(_EIGHT, spec.dtype), 1)
        bits = self._bits[spec.dtype]
        if spec.shape is None or None in spec.shape or bits is None:
            return None, 0
        names = tuple([size for size in spec.shape if isinstance(size, str)])
        fixed = prod([size for size in spec.shape if isinstance(size, int)])
        return fixed * bits, self._opens.setdefault(names, len(self._opens))


def _multiply(names: tuple[str, ...], sizes: OpenSizes) -> int | None:
    product = 1
    for name in names:
        size = sizes.get_number(name)
        if size is None:
            return None
        product *= size
    return product
