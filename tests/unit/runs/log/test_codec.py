"""Records become lines and come back the same."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.runs import (
    Columns,
    End,
    Epoch,
    Event,
    Histogram,
    LayerInfo,
    Start,
    Statistics,
    Step,
)
from graphscope.runs.blocks import StepBlock, Unreadable, decode_lines
from graphscope.runs.codec import decode, encode, plain

TIME = 1_795_679_963.634

_SPREAD = {"d": {"weight": Histogram((0.0, 1.0), (4,))}}

EXAMPLES = [
    Start(
        "exp1", "w", TIME, 2, {"optimizer": {"class": "Adam"}}, {"keras": "3.15"},
        (LayerInfo("net/dense", "dense", "Dense", "dense", 12, 12, "relu", "/a.py", 7),),
        "graph.json",
    ),
    Columns(3, ("loss", "time/wait")),
    Step(7, TIME, 3, (0.25, 1e-9)),
    Epoch(0, 10, TIME, {"loss": 0.5, "val_loss": 0.75}),
    Statistics(5, TIME, {"d": {"gradient_norm": 2.5}}, _SPREAD),
    Event(5, TIME, "nonfinite", "log of 0", "error", {"inputs": [{"min": 0}]}),
    End(10, TIME, "failed", "KeyboardInterrupt"),
]  # fmt: skip


@pytest.mark.parametrize("record", EXAMPLES, ids=lambda each: type(each).__name__)
def test_a_record_comes_back_as_it_was(record: Any) -> None:
    line = encode(record)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line) == record


@given(st.lists(st.floats(width=32), min_size=1, max_size=5))
def test_numbers_keep_what_float32_can_tell(values: list[float]) -> None:
    line = encode(Step(1, TIME, 0, tuple(values)))
    json.loads(line, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    back = decode(line)
    assert isinstance(back, Step)
    for value, again in zip(values, back.values, strict=True):
        assert (math.isnan(value) and math.isnan(again)) or math.isclose(value, again, rel_tol=1e-6)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
        | st.just("\ud800"),
        lambda each: st.lists(each) | st.dictionaries(st.text() | st.integers(), each),
    )
)  # fmt: skip
def test_whatever_is_in_a_configuration_can_be_written(value: Any) -> None:
    assert decode(encode(Event(0, TIME, "x", "y", details={"given": value}))) is not None
    assert plain(object()) == "<object>"


def test_steps_are_read_in_blocks_that_keep_their_columns() -> None:
    steps = [Step(i, TIME, i // 300, (float(i), math.nan)[: 2 - i // 300]) for i in range(600)]
    blocks = list(decode_lines(map(encode, steps)))
    assert all(isinstance(each, StepBlock) for each in blocks)
    again = [step for each in blocks if isinstance(each, StepBlock) for step in each.records()]
    assert [repr(each) for each in again] == [repr(each) for each in steps]


def test_a_damaged_line_costs_only_itself() -> None:
    lines = [encode(Step(i, TIME, 0, (float(i),))) for i in range(100)]
    lines[40] = b'{"k":"s","c":0,"s":40,"t'
    lines[60] = b'{"k":"s","c":0,"s":60,"t":1,"v":["many"]}'
    lines[70] = b'{"k":"s","c":0,"s":70,"t":1,"v":[1,2]}'
    lines[80] = b'{"k":"s","c":0,"s":1e300,"t":1,"v":[1]}'
    found = list(decode_lines(lines))
    steps = [s.step for each in found if isinstance(each, StepBlock) for s in each.records()]
    assert steps == [i for i in range(100) if i not in (40, 60, 80)]
    assert sum(isinstance(each, Unreadable) for each in found) == 3


@pytest.mark.parametrize(
    "line", [b"[]", b"3", b'{"k":"start"}', b"{", b"", b"\xff\xfe", b'{"k":[]}']
)
def test_what_is_no_record_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        decode(line)


def test_a_kind_of_a_later_version_is_passed_over() -> None:
    assert decode(b'{"k":"picture","s":1}') is None
