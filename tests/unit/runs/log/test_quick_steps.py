"""Steps, which are written while training waits, say the same as any other way of writing them."""

from __future__ import annotations

import math

import orjson
import pytest

from graphscope.runs.codec import decode, encode
from graphscope.runs.records import Step

VALUES = (0.1234567891, 0.0, 5.0, 1e-30, 1.2e9, 123456789.0, 3.4e38, 1e300, 0.001)


@pytest.mark.parametrize("values", [VALUES, (), (1.0,), (*VALUES, math.inf), (math.nan, -math.inf)])
def test_seven_digits_and_valid_json(values: tuple[float, ...]) -> None:
    line = encode(Step(12, 1_700_000_000.12345, 3, values))

    assert orjson.loads(line)["k"] == "s"
    assert line.endswith(b"}\n")
    found = decode(line)
    assert isinstance(found, Step)
    assert (found.step, found.columns, found.time) == (12, 3, 1_700_000_000.123)
    assert repr(found.values) == repr(
        tuple(float(f"{v:.7g}") if math.isfinite(v) else v for v in values)
    )
