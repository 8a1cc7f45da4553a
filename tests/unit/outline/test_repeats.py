"""Runs are folded only where that tells the truth about the flow of data."""

import pytest

from graphscope.analysis.outline import fold
from tests.support.graphs import graph
from tests.unit.outline.nets import sketch


def scopes(*names: str) -> str:
    return "; ".join(f"scope {name}:Block" for name in names) + "\n"


def tower(count: int, extra: str = "") -> str:
    """Scopes b_0, b_1, ... of two operations each, in a row."""
    before, lines = "x", []
    for i in range(count):
        lines.append(f"{before} -> b_{i}/mm=MatMul -> b_{i}/add=AddV2")
        before = f"b_{i}/add"
    return scopes(*(f"b_{i}" for i in range(count))) + "\n".join([*lines, extra])


def test_a_chain_of_three_scopes_is_a_repeat():
    assert sketch(fold(graph(tower(3)))) == ["x", "b x3 (6)"]
    assert sketch(fold(graph(tower(2)))) == ["x", "b_0 (2)", "b_1 (2)"]


def test_the_repeat_holds_its_members():
    outline = fold(graph(tower(3)))
    repeat = outline.items[outline.positions["repeat:b"]]
    assert (repeat.kind, repeat.count, repeat.leaves, repeat.subject) == ("repeat", 3, 6, None)
    assert sketch(outline, outline.positions["repeat:b"]) == ["b_0 (2)", "b_1 (2)", "b_2 (2)"]


def test_inputs_that_all_members_share_are_allowed():
    mask = "m -> b_0/add, b_1/add, b_2/add"
    assert sketch(fold(graph(tower(3, extra=mask)))) == ["x", "b x3 (6)", "m"]


def test_inputs_of_their_own_end_a_chain():
    own = "k -> b_0/add; l -> b_1/add; m -> b_2/add"
    assert "b x3 (6)" not in sketch(fold(graph(tower(3, extra=own))))


def test_results_that_all_members_hand_to_one_reader_are_allowed():
    collect = "b_0/add, b_1/add, b_2/add -> all=Pack"
    assert sketch(fold(graph(tower(3, extra=collect)))) == ["x", "b x3 (6)", "all"]


def test_a_result_that_only_one_member_hands_out_ends_a_chain():
    assert "b x4 (8)" not in sketch(fold(graph(tower(4, extra="b_1/add -> probe=Square"))))


def test_attention_projections_look_alike_and_are_not_folded():
    attention = (
        scopes("q", "k", "v", "out")
        + """
        x -> q/mm=MatMul, k/mm=MatMul, v/mm=MatMul
        q/mm, k/mm -> scores=BatchMatMul
        scores, v/mm -> context=BatchMatMul -> out/mm=MatMul
    """
    )
    lines = sketch(fold(graph(attention)))
    assert lines == ["x", "q (1)", "k (1)", "v (1)", "scores", "context", "out (1)"]


@pytest.mark.parametrize("count", [4, 9])
def test_parallel_twins_fold(count):
    names = [f"e_{i}/mm" for i in range(count)]
    experts = scopes(*(f"e_{i}" for i in range(count)))
    experts += f"x -> {', '.join(f'{name}=MatMul' for name in names)}; {', '.join(names)} -> y=AddN"
    assert sketch(fold(graph(experts))) == ["x", f"e x{count} ({count})", "y"]


def test_three_twins_are_shown():
    experts = scopes("a", "b", "c") + "x -> a/m=M, b/m=M, c/m=M; a/m, b/m, c/m -> y=AddN"
    assert len(sketch(fold(graph(experts)))) == 5


def test_twins_with_different_readers_are_shown():
    gates = (
        scopes("a", "b", "c", "d")
        + "x -> a/m=M, b/m=M, c/m=M, d/m=M; a/m, b/m -> y=AddN; c/m, d/m -> z=Mul"
    )
    assert len(sketch(fold(graph(gates)))) == 7


def test_members_of_different_shape_are_no_run():
    wide = (
        scopes("a", "b", "c", "d")
        + "x[B,8] -> a/m=M[B,8] -> b/m=M[B,8] -> c/m=M[B,4] -> d/m=M[B,4]"
    )
    assert [line for line in sketch(fold(graph(wide))) if " x" in line] == []


def test_settings_count_but_names_do_not():
    same = scopes("a", "b", "c") + 'x -> a/m=M{"k": 3} -> b/n=M{"k": 3} -> c/m=M{"k": 3}'
    assert sketch(fold(graph(same))) == ["x", "block x3 (3)"]
    other = same.replace('c/m=M{"k": 3}', 'c/m=M{"k": 5}')
    assert [line for line in sketch(fold(graph(other))) if " x" in line] == []


def test_experts_that_read_parts_of_one_split_and_add_up():
    lines = [scopes(*(f"e_{i}" for i in range(8))), "x -> split=Split; x -> start=ZerosLike"]
    before = "start"
    for i in range(8):
        lines.append(f"split.{i}, x -> e_{i}/mul=Mul -> e_{i}/add=AddV2")
        lines.append(f"{before} -> e_{i}/add")
        before = f"e_{i}/add"
    assert sketch(fold(graph("\n".join(lines))))[-1] == "e x8 (16)"
