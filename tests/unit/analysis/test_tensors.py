"""Producers and consumers of a tensor."""

from __future__ import annotations

import pytest

from graphscope.analysis import consumers_of, producer_of
from graphscope.errors import GraphscopeError
from graphscope.graph import Port
from tests.support.graphs import graph

DRAWN = graph("x -> a/split=Split[B][B] -> a/relu; a/split.1 -> b/mul, b/add, c:L; a/split -> c")


def test_producer() -> None:
    assert producer_of(DRAWN, Port("a/split", 1)) == "a"
    assert producer_of(DRAWN, Port("a/split", 1), "ops") == "a/split"


def test_consumers() -> None:
    assert consumers_of(DRAWN, Port("a/split", 1)) == ("b", "c")
    assert consumers_of(DRAWN, Port("a/split", 1), "ops") == ("b/mul", "b/add", "c")


def test_consumers_inside_the_producing_call_do_not_show() -> None:
    assert consumers_of(DRAWN, Port("a/split")) == ("c",)
    assert consumers_of(DRAWN, Port("a/relu")) == ()


@pytest.mark.parametrize("tensor", [Port("nowhere"), Port("x", 1), Port("x", -1)])
def test_a_tensor_that_does_not_exist(tensor: Port) -> None:
    with pytest.raises(GraphscopeError, match="has no output"):
        producer_of(DRAWN, tensor)
