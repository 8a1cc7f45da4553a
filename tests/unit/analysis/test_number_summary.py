"""Statistics of numbers that come in parts."""

from __future__ import annotations

import numpy as np
import pytest

from graphscope.analysis.number_summary import BINS, summarise

_KERNEL = np.arange(32, dtype=np.float32).reshape(8, 4)
_BIAS = np.array([0.0, np.nan, np.inf, 2.0], dtype=np.float32)


def test_everything_is_counted() -> None:
    summary = summarise([_KERNEL, _BIAS])
    assert (summary.count, summary.not_finite, summary.zeros) == (36, 2, 2)
    assert (summary.low, summary.high) == (0.0, 31.0)
    assert len(summary.bins) == BINS
    assert sum(summary.bins) == 34


@pytest.mark.parametrize(
    ("values", "bins"), [([], ()), ([np.nan], ()), ([3.0, 3.0], (2,)), ([-1.7e308, 1.7e308], (2,))]
)
def test_what_has_no_width(values: list[float], bins: tuple[int, ...]) -> None:
    assert summarise([np.array(values)]).bins == bins
