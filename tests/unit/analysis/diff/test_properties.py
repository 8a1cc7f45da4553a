"""A graph equals itself; the comparison the other way round is the mirror; nothing crashes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from graphscope.analysis.diff import Change, GraphDiff, compare_graphs
from graphscope.analysis.diff.sequences import align
from graphscope.graph import Graph, from_json, to_json
from tests.support.graphs import graph

TYPES = ("Dense", "ReLU", "Conv2D", "Add")


def draw(seed: int) -> Graph:
    """Return a random graph of layers, in blocks and side by side, with skips."""
    choice = random.Random(seed)
    made = ["x"]
    lines = ["x=Input[B,4]"]
    for number in range(choice.randrange(1, 14)):
        type_ = choice.choice(TYPES)
        name = choice.choice([f"{type_.lower()}_{number}", f"mine_{number % 5}_{number}"])
        path = f"{choice.choice(['', '', 'block/', 'block/inner/', 'other/'])}{name}"
        units = choice.choice([2, 4])
        weights = f"(k[4,{units}])" if type_ == "Dense" else ""
        settings = f'{{"units": {units}}}' if type_ == "Dense" else ""
        lines.append(f"{choice.choice(made[-3:])} -> {path}:{type_}{weights}[B,{units}]{settings}")
        if choice.random() < 0.3:
            lines.append(f"{choice.choice(made)} -> {path}")
        made.append(path)
    return graph("\n".join(lines), format="trace")


seeds = st.integers(0, 10_000)


@given(seeds)
def test_equal_graphs_do_not_differ(seed: int) -> None:
    first = draw(seed)
    found = compare_graphs(first, from_json(to_json(first)))
    assert not found, found.changes


@given(seeds, seeds)
def test_the_other_way_round_is_the_mirror(one: int, other: int) -> None:
    first, second = draw(one), draw(other)
    there, back = compare_graphs(first, second), compare_graphs(second, first)
    assert _rows(there.changes) == _rows(change.reversed() for change in back.changes)
    assert (there.before, there.after, there.same) == (back.after, back.before, back.same)
    assert bool(there) == bool(back)
    assert len(there.wires) == len(back.wires)
    assert len(there.weights) == len(back.weights)


@given(seeds, seeds)
def test_every_call_is_told_once(one: int, other: int) -> None:
    first, second = draw(one), draw(other)
    found = compare_graphs(first, second)
    gone = sum(change.before.calls for change in found.removed if change.before)
    come = sum(change.after.calls for change in found.added if change.after)
    # What moved out of a removed block counts with the block too.
    assert gone + len(found.changed) + found.same >= _count(first)
    assert come + len(found.changed) + found.same >= _count(second)


def _count(drawn: Graph) -> int:
    return len(drawn.nodes) + len(drawn.scopes)


def _rows(changes: Iterable[Change]) -> list[str]:
    return sorted(repr((c.verdict, c.before, c.after, c.facts)) for c in changes)


@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)))
def test_an_alignment_pairs_equals_in_order(before: list[int], after: list[int]) -> None:
    pairs = align(before, after)
    assert all(before[one] == after[other] for one, other in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert len(align(before, before)) == len(before)


def test_long_lists_that_differ_throughout_are_still_aligned() -> None:
    choice = random.Random(0)
    before = [choice.randrange(3) for _ in range(3_000)]
    after = [choice.randrange(3) for _ in range(3_000)]
    assert len(align(before, after)) > 1_000


def test_the_document_is_plain() -> None:
    found: GraphDiff = compare_graphs(draw(1), draw(2))
    document = found.as_dict()
    assert document["format"] == "graphscope-diff"
    assert document["summary"]["added"] == len(found.added)
