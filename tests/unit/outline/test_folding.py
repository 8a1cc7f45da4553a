"""The parts of folding by themselves."""

import numpy as np
import pytest

from graphscope.analysis.folding.names import is_made_up, share_prefix, tokenise
from graphscope.analysis.folding.order import linearise
from graphscope.analysis.folding.parts import Part, join_interfaces
from graphscope.analysis.folding.tandem import Tandem, find_tandems
from graphscope.analysis.folding.widths import count_boundary, find_followers, measure_flow
from graphscope.analysis.settings import Interner, canonical


def parts(*rows: tuple[str, list[int], list[int]]) -> list[Part]:
    """Parts from (name, tensors read, tensors made); a tensor is made once and read as written."""
    reads = [tensor for _, inputs, _ in rows for tensor in inputs]
    return [
        Part(
            subject=name,
            name=name,
            type="Op",
            kind="input" if name.startswith("in") else "op",
            rank=rank,
            inputs={tensor: inputs.count(tensor) for tensor in inputs},
            outputs={tensor: reads.count(tensor) for tensor in outputs},
        )
        for rank, (name, inputs, outputs) in enumerate(rows)
    ]


def names(ordered: list[Part] | None) -> str:
    assert ordered is not None
    return " ".join(part.name for part in ordered)


@pytest.mark.parametrize(
    ("name", "type_", "answer"),
    [
        ("conv2d", "Conv2D", True),
        ("conv2d_12", "Conv2D", True),
        ("batch_normalization_3", "BatchNormalization", True),
        ("re_lu", "ReLU", True),
        ("MatMul_1", "MatMul", True),
        ("BatchMatMulV2", "BatchMatMulV2", True),
        ("conv1", "Conv2D", False),
        ("conv2_block1_out", "Activation", False),
        ("dense", "Embedding", False),
        ("", "Dense", False),
    ],
)
def test_names_that_keras_made_up(name, type_, answer):
    assert is_made_up(name, type_) is answer


def test_tokens_of_hostile_names():
    assert tokenise("A__b-12.c/é\u0663") == ("a", "b", "12", "c", "é", "\u0663")
    assert tokenise("💥<script>") == ("script",)
    assert len("".join(tokenise("x1" * 10_000))) == 200


@pytest.mark.parametrize(
    ("given", "shared"),
    [
        (["block_0", "block_47"], "block"),
        (["conv2_block1_bn", "conv2_block10_bn"], "conv2_block"),
        (["conv1", "conv12"], "conv"),
        (["query", "quark"], ""),
        (["only"], "only"),
        ([], ""),
    ],
)
def test_shared_beginnings_end_with_a_token(given, shared):
    assert share_prefix(given) == shared


def test_order_keeps_branches_together():
    # Program order is by depth, as Keras stores functional models.
    rows = parts(
        ("in", [], [0]),
        ("a1", [0], [1]),
        ("b1", [0], [2]),
        ("a2", [1], [3]),
        ("b2", [2], [4]),
        ("add", [3, 4], [5]),
    )
    assert names(linearise(rows)) == "in a1 a2 b1 b2 add"


def test_order_puts_loose_ends_behind_what_they_read():
    rows = parts(
        ("in", [], [0]),
        ("a", [0], [1]),
        ("b", [1], [2]),
        ("c", [2], [3]),
        ("end_a", [1], []),
        ("end_of_end", [0, 1], []),
        ("end_b", [2], []),
    )
    assert names(linearise(rows)) == "in a end_a end_of_end b end_b c"


def test_order_of_a_circle_is_none():
    assert linearise(parts(("a", [1], [0]), ("b", [0], [1]))) is None


def test_interfaces_compose():
    inputs, outputs = join_interfaces(parts(("a", [7], [0]), ("b", [0, 7], [1]), ("c", [1], [2])))
    assert inputs == {7: 2}
    assert outputs == {}


def test_widths_boundaries_and_followers():
    rows = parts(("a", [9], [0]), ("b", [0], [1]), ("c", [1], [2]), ("add", [0, 2], [3]))
    flow = measure_flow(rows)
    assert flow.widths.tolist() == [1, 2, 2]
    assert flow.forks.tolist() == [True, False, False, False]
    unit = np.array([0, 1, 1, 1])
    assert count_boundary(flow, unit).tolist() == [2, 1]
    assert find_followers(flow, unit).tolist() == [True, True]


def test_tandems_take_the_shortest_period_and_the_best_start():
    row = [0, 1, 2, 1, 2, 1, 2, 1, 2, 5]
    penalty = np.ones(10, dtype=np.int64)
    assert find_tandems(row, [1] * 10, penalty) == [Tandem(1, 2, 4)]
    shifted = [9, 2, 1, 2, 1, 2, 1, 2, 8]
    penalty[[2, 4, 6]] = 0
    assert find_tandems(shifted, [1] * 9, penalty[:9]) == [Tandem(2, 2, 3)]


def test_keys_of_configs_ignore_names_and_order():
    one = {"units": 4, "name": "a", "inner": {"name": "b", "rate": 0.5}}
    other = {"inner": {"rate": 0.5, "name": "c"}, "units": 4, "name": "d"}
    assert canonical(one) == canonical(other)
    assert canonical({"x": True}) != canonical({"x": 1})


def test_deep_configs_do_not_overflow():
    deep: dict[str, object] = {}
    for _ in range(5_000):
        deep = {"k": deep}
    assert canonical(deep) == canonical(deep)


def test_interner_counts_from_one():
    interner = Interner()
    assert [interner.number(key) for key in ("a", "b", "a")] == [1, 2, 1]


def test_order_makes_what_many_read_before_its_first_reader():
    rows = parts(
        ("in", [], [0]),
        ("a", [0], [1]),
        ("mask_0", [0], [2]),
        ("mask", [2], [3]),
        ("b", [1, 3], [4]),
        ("c", [4, 3], [5]),
        ("d", [5, 3], [6]),
    )
    assert names(linearise(rows)) == "in mask_0 mask a b c d"


def test_tandems_leave_whole_pieces_before_them():
    # Two good places in every piece, as after attention and after the feed-forward part; the row
    # begins with one whole piece that is a little different.
    piece = list(range(12))
    row = [50, *piece[:5], 60, *piece[5:], *piece * 3, 70]
    penalty = np.full(len(row), 9, dtype=np.int64)
    for start in (1, 14, 26, 38):
        penalty[start] = penalty[start + 7] = 1
    assert find_tandems(row, [1] * len(row), penalty) == [Tandem(14, 12, 3)]
