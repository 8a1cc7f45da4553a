"""Sizes that differed between two trials get the names that their operations give them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.graph import Dimension, Graph, TensorSpec, format_shape
from graphscope.graph.dimensions import evaluate
from graphscope.tracers.naming import Naming, attempts
from graphscope.tracers.settling import settle_sizes
from graphscope.tracers.symbols import Scale, Symbols
from tests.support.graphs import graph

NAMES = ("B", "T", "T2", "H", "W")


def _marked(drawn: Graph, symbols: Symbols) -> Graph:
    """Return the graph as a tracer makes it: with both numbers in place of names."""
    numbers = [{name: symbols.bind(name, trial) or 0 for name in NAMES} for trial in (0, 1)]

    def mark(size: Dimension) -> Dimension:
        first, second = (evaluate(size, sizes) for sizes in numbers)
        return None if first is None or second is None else symbols.mark(first, second)

    nodes = tuple(
        replace(
            node,
            outputs=tuple(
                TensorSpec(tuple(map(mark, spec.shape or ())), spec.dtype) for spec in node.outputs
            ),
        )
        for node in drawn.nodes
    )
    return replace(drawn, nodes=nodes)


def _settle(text: str, scale: Scale = Scale.ODD) -> dict[str, str]:
    symbols = Symbols(scale)
    settled = settle_sizes(_marked(graph(text), symbols), symbols)
    return {node.id: format_shape(node.outputs[0].shape) for node in settled.nodes}


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ("T", "T"),
        ("T+2", "(T+2)"),
        ("3T", "3T"),
        ("2T-1", "(2T-1)"),
        ("floor(T/2)", "⌊T/2⌋"),
        ("ceil(T/3)", "⌈T/3⌉"),
        ("BT", "BT"),
        ("4BT", "4BT"),
    ],
)
def test_one_input(size: str, shown: str) -> None:
    assert _settle(f"x[B,T,8] -> y=Odd[B,{size},8]")["y"] == f"B×{shown}×8"


def test_tensors_behind_each_other() -> None:
    shapes = _settle("x[B,T,8], z[B,T2,8], w[B,T,8] -> y=ConcatV2[B,T+T2+T,8]")
    assert shapes["y"] == "B×(2T+T2)×8"


POOL = '{"ksize": [1,3,3,1], "strides": [1,2,2,1], "padding": "SAME"}'


def test_a_rule_comes_before_a_guess() -> None:
    shapes = _settle(f"x[B,H,W,3] -> c=MaxPool[B,ceil(H/2),ceil(W/2),3]{POOL}")
    assert shapes["c"] == "B×⌈H/2⌉×⌈W/2⌉×3"


def test_a_wrong_rule_names_nothing_wrong() -> None:
    # The attributes say a step of 2, the trials that nothing was halved.
    assert _settle(f"x[B,H,W,3] -> c=MaxPool[B,H,W,3]{POOL}")["c"] == "B×H×W×3"


def test_halves_of_sizes_that_are_multiples() -> None:
    shapes = _settle("x[B,H,W,3] -> p=Odd[B,H/2,W/2,3] -> u=Odd[B,H,W/4,3]", Scale.ALIGNED)
    assert shapes == {"x": "B×H×W×3", "p": "B×H/2×W/2×3", "u": "B×H×W/4×3"}


def test_it_is_said_what_sizes_must_be_multiples_of() -> None:
    symbols = Symbols(Scale.ALIGNED)
    drawn = graph("x[B,H,W,3] -> p=Odd[B,H/2,W/4,3]")
    (note,) = settle_sizes(_marked(drawn, symbols), symbols).notes
    assert note.code == "sizes-are-multiples"
    assert note.message.endswith("where H is a multiple of 2, W is a multiple of 4.")


def test_what_cannot_be_known_is_unknown() -> None:
    symbols = Symbols()
    symbols.bind("T", 0)
    drawn = graph("x[B,8] -> y=Odd[B,8]")
    spec = TensorSpec((symbols.mark(17, 5),), "float32")
    odd = replace(drawn, nodes=(drawn.nodes[0], replace(drawn.nodes[1], outputs=(spec,))))
    assert settle_sizes(odd, symbols).nodes[1].outputs[0].shape == (None,)


def test_attributes_and_trips_are_settled() -> None:
    symbols = Symbols()
    first, second = (symbols.bind("T", trial) or 0 for trial in (0, 1))
    mark = symbols.mark(first, second)
    drawn = graph(
        f'scope w~While{{"trip_count": "{mark}"}} ; x -> w/r=view{{"size": [1, "{mark}"]}}'
    )
    settled = settle_sizes(drawn, symbols)
    assert settled.scope_by_id["w"].attributes["trip_count"] == "T"
    assert settled.node_by_id["w/r"].attributes["size"] == [1, "T"]


def test_attempts_end_where_the_program_depends_on_the_sizes() -> None:
    shapes = [(None, None, 4), (None, None, 4)]
    tried = [naming for naming, _ in attempts(shapes)]
    assert tried == [Naming.DISTINCT, Naming.SHARED] * len(Scale) + [Naming.BATCH_ONLY]
    few = []
    for naming, symbols in attempts(shapes):
        few.append(naming)
        symbols.unlike = True
    assert few == [Naming.DISTINCT, Naming.BATCH_ONLY]
    assert [naming for naming, _ in attempts([(None, 4)])] == [Naming.BATCH_ONLY]


@pytest.mark.parametrize("scale", Scale)
def test_numbers_of_a_scale_are_apart(scale: Scale) -> None:
    symbols = Symbols(scale)
    pairs = [
        tuple(symbols.bind(name, trial) for trial in (0, 1))
        for name in ("T", "T2", "T3", "H", "W", "D")
    ]
    assert len(set(pairs)) == len(pairs)
    for name, (low, high) in zip(("T", "T2", "T3", "H", "W", "D"), pairs, strict=True):
        # A sixteenth of an image still differs, and a quarter of a length.
        parts = 16 if name in "HWD" else 4
        assert low is not None
        assert high is not None
        assert -(-low // parts) != -(-high // parts)
