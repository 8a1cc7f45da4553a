"""Receptive fields along one axis and through layers, against counting and published figures."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.analysis.structure import ReceptiveField, find_receptive_fields
from graphscope.analysis.structure.fields import Field, pad_same, shift, slide, spread
from graphscope.graph import Graph
from tests.support.graphs import graph


def field(drawn: Graph, call: str) -> ReceptiveField:
    return next(each for each in find_receptive_fields(drawn) if each.call == call)


windows = st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2))


@given(st.lists(windows, max_size=5))
def test_windows_see_what_counting_says(layers: list[tuple[int, int, int, int]]) -> None:
    known, seen = Field(), {0: {0}, 1: {1}}
    for kernel, stride, dilation, left in layers:
        known = slide(known, kernel=kernel, stride=stride, dilation=dilation, left=left)
    for place in (0, 1):
        places = {place}
        for kernel, stride, dilation, left in reversed(layers):
            places = {p * stride - left + k * dilation for p in places for k in range(kernel)}
        seen[place] = places
    for place in (0, 1):
        start = known.start + place * known.jump
        assert (min(seen[place]), max(seen[place])) == (start, start + known.size - 1)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2))
def test_transposed_windows_see_what_counting_says(times: int, stride: int, left: int) -> None:
    kernel = times * stride  # elsewhere neighbours see fields of different sizes
    known = spread(Field(), kernel=kernel, stride=stride, left=left)
    reads = {i for i in range(-20, 20) for t in range(kernel) if i * stride + t - left == 0}
    assert (min(reads), len(reads)) == (known.start, known.size)
    assert known.jump == Fraction(1, stride)


def test_padding_moves_the_field() -> None:
    assert shift(Field(jump=Fraction(4)), left=3).start == -12
    assert pad_same(224, kernel=7, stride=2, dilation=1) == 2
    assert pad_same(None, kernel=5, stride=1, dilation=2) == 4


CONV = '{"kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "dilation_rate": [1, 1]}'


def test_a_skip_sees_what_its_branches_see() -> None:
    drawn = graph(
        f"x=Input[B,32,32,3] -> a:Conv2D[B,32,32,8]{CONV} -> b:Conv2D[B,32,32,8]{CONV}"
        " -> add:Add[B,32,32,8]; a -> add"
    )
    found = field(drawn, "add")
    assert found.sizes == (5.0, 5.0)
    assert found.fields is not None
    assert all(axis.start == -2 and axis.is_aligned for axis in found.fields)


def test_what_sees_everything() -> None:
    drawn = graph(
        f"x=Input[B,32,32,3] -> a:Conv2D[B,32,32,8]{CONV} -> p:GlobalAveragePooling2D[B,8]"
        " -> d:Dense[B,2]"
    )
    assert field(drawn, "a").sizes == (3.0, 3.0)
    assert (field(drawn, "p").fields, field(drawn, "d").fields) == (None, None)
    assert field(drawn, "p").as_dict() == {"call": "p", "input": "x", "whole": True}


def test_what_no_rule_knows_is_said() -> None:
    drawn = graph(
        f"x=Input[B,32,32,3] -> a:Own[B,32,32,8] -> b:Conv2D[B,32,32,8]{CONV}", name="own"
    )
    assert field(drawn, "a").unknown == field(drawn, "b").unknown == "no rule for Own"


def test_dense_layers_on_images_work_place_by_place() -> None:
    drawn = graph(f"x=Input[B,8,8,3] -> a:Conv2D[B,8,8,8]{CONV} -> d:Dense[B,8,8,2]")
    assert field(drawn, "d").sizes == (3.0, 3.0)


def test_causal_windows_see_the_past() -> None:
    setting = '{"kernel_size": 3, "padding": "causal", "dilation_rate": 4}'
    found = field(graph(f"x=Input[B,T,2] -> c:Conv1D[B,T,4]{setting}"), "c")
    assert found.fields is not None
    (axis,) = found.fields
    assert (axis.size, axis.start) == (9, -8)


def test_figures_have_no_field() -> None:
    assert find_receptive_fields(graph("x=Input[B,7] -> d:Dense[B,2]")) == ()


@pytest.mark.parametrize("bad", ['{"kernel_size": "wide"}', '{"kernel_size": [3, 3, 3]}'])
def test_settings_that_make_no_sense_are_said(bad: str) -> None:
    found = field(graph(f"x=Input[B,8,8,3] -> c:Conv2D[B,8,8,4]{bad}"), "c")
    assert "settings that cannot be read" in found.unknown
