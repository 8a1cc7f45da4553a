"""Bytes of many tensors at once are those of each alone."""

from __future__ import annotations

import pytest

from graphscope.analysis.costs.sizes import OpenSizes, count_bytes
from graphscope.analysis.memory.spec_sizes import SpecSizes
from graphscope.graph import TensorSpec

SPECS = [
    TensorSpec(shape, dtype)
    for shape in [(), (3,), ("B", 7), ("B", "T", 3), ("ceil(H/2)", 5, "B"), ("B", None), None]
    for dtype in ("float32", "int4", "bool", "complex64", "mystery")
]


@pytest.mark.parametrize(
    "sizes", [{}, {"B": 3}, {"B": 2, "T": 5, "H": 9}, {"B": 10**20, "T": 0, "H": 1}]
)
def test_bytes_at_any_sizes(sizes: dict[str, int]) -> None:
    numbers = OpenSizes(sizes.get("B", 1), sizes)
    assert SpecSizes(SPECS).count(numbers) == [count_bytes(spec, numbers) for spec in SPECS]


def test_handles_have_no_bytes_whatever_their_shape() -> None:
    assert SpecSizes([TensorSpec(None, "variant"), TensorSpec((3,), "string")]).count(
        OpenSizes()
    ) == [0, 0]
