"""The two projections agree on sound graphs, and the check sees when they do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from graphscope.analysis import Consistency, check_consistency
from graphscope.graph import DeclaredEdge, Graph, Port
from tests.support.graphs import graph, moved, without_edge

MODEL = """
scope block:Block
x[B,8] -> block/dense/mm=MatMul(k[8,8])[B,8] -> block/dense/bias=BiasAdd(b[8])[B,8]
block/dense/bias -> block/drop:Dropout[B,8] -> block/add/sum=AddV2[B,8]
x -> block/add/sum -> head/mm=MatMul(k[8,2])[B,2] -> head/softmax=Softmax[B,2]
scope block/add=Add
declare block -> head
declare block/dense -> block/drop -> block/add
"""


def sound(text: str = MODEL) -> Graph:
    return graph(text, format="trace", backend="tensorflow")


def codes(result: Consistency) -> list[str]:
    return [violation.code for violation in result.violations]


def messages(drawn: Graph) -> str:
    return "\n".join(violation.message for violation in check_consistency(drawn).violations)


def test_a_sound_graph() -> None:
    result = check_consistency(sound())
    # x to dense, dense to drop, drop to add, x to add, add to head
    assert (result.ok, result.explicit_edges, result.implicit_edges) == (True, 5, 0)
    assert (result.violations, result.unused) == ((), ())


def test_nothing_to_check() -> None:
    assert check_consistency(graph("x -> y")).as_dict() == {
        "ok": True,
        "explicit_edges": 0,
        "implicit_edges": 0,
        "violations": [],
        "unused_arguments": [],
    }


EDGES = [(edge.source, edge.target) for edge in sound().edges]


@pytest.mark.parametrize(("source", "target"), EDGES)
def test_every_single_cut_is_seen(source: str, target: str) -> None:
    assert not check_consistency(without_edge(sound(), source, target)).ok


OWNERS = [
    (node.id, scope.id)
    for node in sound().nodes
    for scope in sound().scopes
    if scope.id != node.scope and node.id not in ("x",)
]


@pytest.mark.parametrize(("node", "scope"), OWNERS)
def test_every_wrong_owner_is_seen(node: str, scope: str) -> None:
    assert not check_consistency(moved(sound(), node, scope)).ok


@pytest.mark.parametrize("index", range(len(sound().declared)))
def test_every_missing_declaration_is_seen(index: int) -> None:
    drawn = sound()
    rest = [edge for position, edge in enumerate(drawn.declared) if position != index]
    damaged = replace(drawn, declared=tuple(rest))
    # The last declaration of a scope leaves nothing to compare with.
    remains = any(
        edge.source.count("/") == drawn.declared[index].source.count("/") for edge in rest
    )
    assert check_consistency(damaged).ok is not remains


def test_a_cut_operand() -> None:
    assert "'head/softmax' (Softmax) takes 1 operands but has 0." in messages(
        without_edge(sound(), "head/mm", "head/softmax")
    )


def test_hidden_flow_names_both_ends_and_the_calls_between() -> None:
    drawn = graph(MODEL + "block/dense/mm -> head/mul=Mul")
    drawn = _with_ports(drawn, "block", lambda ports: ports[:1], "outputs")
    drawn = _with_ports(drawn, "block/dense", lambda ports: ports[:1], "outputs")
    assert messages(drawn).startswith(
        "A tensor goes from 'block/dense/mm' to 'head/mul' past the calls around them: "
    )


def test_a_tensor_that_is_not_returned() -> None:
    drawn = _with_ports(sound("x -> a/one -> b/two"), "a", lambda _ports: (), "outputs")
    result = check_consistency(drawn)
    assert codes(result) == ["hidden flow"]
    assert "'a' does not return it." in result.violations[0].message
    assert result.explicit_edges == 1


def test_a_tensor_that_is_not_taken() -> None:
    drawn = _with_ports(sound("x -> a/b/one"), "a", lambda _ports: (), "inputs")
    assert "from 'x' to 'a/b/one' past the calls around them: 'a' does not take it." in messages(
        drawn
    )


def test_a_foreign_result() -> None:
    drawn = sound("x -> a/one -> c; x -> b/two -> c; returns b b/two, a/one")
    assert messages(drawn) == (
        "'b' returns output 0 of 'a/one', which is made outside of it and is none of its arguments."
    )


def test_an_argument_may_be_handed_through() -> None:
    result = check_consistency(sound("x -> a/one -> c; takes a x, y; y -> c; returns a a/one, y"))
    assert (result.ok, result.unused) == (True, ())


def test_an_unknown_tensor() -> None:
    assert codes(check_consistency(sound("x -> a/one; returns a a/one, nowhere"))) == [
        "unknown tensor"
    ]
    assert codes(check_consistency(sound("x -> a/one; returns a a/one.3"))) == ["unknown tensor"]


def test_an_unused_argument_is_no_violation() -> None:
    result = check_consistency(sound("x -> a/one; takes a x, z; z -> b/two"))
    assert result.ok
    assert [str(argument) for argument in result.unused] == [
        "'a' takes output 0 of 'z' and does not use it."
    ]


def test_masks_states_and_side_channels_may_be_implicit() -> None:
    base = "x -> a/one -> b/two; {} ; takes b a/one; returns a a/one"
    for extra in ("a/one -> a/m=Equal[B]bool -mask> b/two", "a/one -> a/m -state> b/two"):
        result = check_consistency(graph(base.format(extra)))
        assert (result.ok, result.explicit_edges, result.implicit_edges) == (True, 2, 1)
    hidden = base.format("a/one -> a/m -> b/two")
    assert codes(check_consistency(graph(hidden))) == ["hidden flow"]
    flagged = 'scope b:B{"side_channel": true}; ' + hidden
    assert check_consistency(graph(flagged)).implicit_edges == 1


def test_constants_are_set_aside() -> None:
    assert check_consistency(graph("c=Const -> a/one; x -> a/one; c -> b/two")).ok


def test_a_mask_that_went_through_arguments_is_explicit() -> None:
    drawn = graph("x -> a/m=Equal[B]bool -mask> b/two; takes b a/m; returns a a/m")
    assert check_consistency(drawn).explicit_edges == 2


def test_loop_bodies_are_transparent() -> None:
    drawn = graph("scope rnn/loop~While; x -> rnn/loop/cell/mm -> rnn/loop/add -> rnn/stack -> y:L")
    result = check_consistency(drawn)
    # x to the cell, the cell to its loop, the call to y
    assert (result.ok, result.explicit_edges) == (True, 3)


def test_edges_between_layer_nodes_count() -> None:
    assert check_consistency(graph("x -> a:L -> b:L -> add=Add")).explicit_edges == 3


def test_shared_layers() -> None:
    text = """
    scope one:Encoder@enc
    scope two:Encoder@enc
    a -> one/mm=MatMul(k[2,2]) -> sub/diff=Sub; b -> two/mm=MatMul(k[2,2]@enc) -> sub/diff
    declare one -> sub; declare two -> sub
    """
    drawn = sound(text)
    assert check_consistency(drawn).explicit_edges == 4
    assert check_consistency(drawn).ok
    swapped = moved(moved(drawn, "one/mm", "two"), "two/mm", "one")
    assert not check_consistency(swapped).ok


def test_unowned_operations() -> None:
    drawn = graph('x -> odd=Mul{"unowned": true} -> a:L')
    assert messages(drawn) == "The operation 'odd' was made by no call."


@pytest.mark.parametrize(
    "text",
    [
        'a -> y=Pack{"N": 2}',
        'a, b -> y=ConcatV2{"N": 2}',
        'a -> y=Einsum{"equation": "a,a->a"}',
        "a -> y=AddV2; z=Neg -state> y",
        "a -> y=StridedSlice",
    ],
)
def test_operands_that_depend(text: str) -> None:
    assert "missing operand" in codes(check_consistency(sound(text)))


def test_enough_operands() -> None:
    text = 'a, b -> y=Pack{"N": 2}; a, b, y -> z=ConcatV2{"N": 2}; a -> m=MatMul(k[2,2]); x=Pack'
    assert check_consistency(sound(text)).ok


def test_operands_are_checked_in_tensorflow_traces_only() -> None:
    text = "x -> y=AddV2"
    assert codes(check_consistency(sound(text))) == ["missing operand"]
    assert check_consistency(graph(text, format="keras archive")).ok


class TestDeclared:
    """Keras's own edges."""

    def test_inputs_need_no_declaration(self) -> None:
        assert check_consistency(graph("x -> a:L -> b:L; declare a -> b")).ok

    def test_declared_inputs_are_compared(self) -> None:
        drawn = graph("x, z -> a:L -> b:L; declare x -> a -> b")
        assert codes(check_consistency(drawn)) == []
        drawn = graph("x -> a:L -> b:L; x -> b; declare x -> a -> b")
        assert messages(drawn) == "A tensor goes from 'x' to 'b', which Keras does not declare."

    def test_a_declared_edge_that_no_tensor_takes(self) -> None:
        drawn = graph("x -> a:L -> b:L; x -> c:L; declare a -> b; declare a -> c")
        assert messages(drawn) == (
            "Keras declares an edge from 'a' to 'c', but no tensor goes there."
        )

    def test_masks_may_be_declared_or_not(self) -> None:
        text = "x -> a:L -> b:L; scope m=NotEqual; x -> m/eq[B]bool -mask> b; declare a -> b"
        assert check_consistency(graph(text)).ok
        assert check_consistency(graph(f"{text}; declare m -> b")).ok

    def test_a_call_may_ignore_what_is_declared(self) -> None:
        text = "x -> a:L -> b/one; x -> c:L; declare a -> b; declare c -> b; takes b a, c"
        result = check_consistency(graph(text))
        assert (result.ok, len(result.unused)) == (True, 1)

    def test_casts_between_calls_are_looked_through(self) -> None:
        drawn = graph("x -> a:L -> cast=Cast -> more=Cast -> b:L; declare a -> b")
        assert check_consistency(drawn).ok

    def test_ends_in_different_scopes(self) -> None:
        drawn = replace(sound(), declared=(DeclaredEdge("block/dense", "head"),))
        assert "which are not calls in one scope" in messages(drawn)

    def test_ends_that_do_not_exist(self) -> None:
        drawn = replace(sound(), declared=(DeclaredEdge("nowhere", "head"),))
        assert codes(check_consistency(drawn))[0] == "missing edge"


def _with_ports(
    drawn: Graph, scope: str, change: Callable[[tuple[Port, ...]], tuple[Port, ...]], side: str
) -> Graph:
    scopes = [
        replace(each, **{side: change(getattr(each, side))}) if each.id == scope else each
        for each in drawn.scopes
    ]
    return replace(drawn, scopes=tuple(scopes))
