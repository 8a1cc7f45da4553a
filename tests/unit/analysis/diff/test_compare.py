"""Graphs that differ in one thing are told to differ in that thing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis.diff import Change, GraphDiff, compare_graphs
from graphscope.graph import Graph, Port
from tests.support import mutations
from tests.support.graphs import graph

CHAIN = """
x=Input[B,8] -> first:Dense(kernel[8,4])[B,4]{"units": 4}
first -> act:Activation[B,4]{"activation": "relu"}
act -> second:Dense(kernel[4,4])[B,4]{"units": 4} -> third:Dense(kernel[4,2])[B,2]{"units": 2}
"""


def chain(text: str = CHAIN) -> Graph:
    return graph(text, format="trace", backend="tensorflow")


def facts(change: Change) -> dict[str, tuple[object, object]]:
    return {fact.name: (fact.before, fact.after) for fact in change.facts}


def only(changes: tuple[Change, ...]) -> Change:
    (change,) = changes
    return change


def ids(changes: tuple[Change, ...]) -> list[str]:
    return [change.shown.id for change in changes]


def verdicts(found: GraphDiff) -> tuple[list[str], list[str], list[str]]:
    return ids(found.added), ids(found.removed), ids(found.changed)


def test_a_graph_does_not_differ_from_itself() -> None:
    found = compare_graphs(chain(), chain())
    assert not found
    assert (found.same, found.level) == (6, "layers")
    assert repr(found) == "<GraphDiff 'model' = 'model'>"


def test_a_renamed_layer_is_not_a_new_one() -> None:
    found = compare_graphs(chain(), mutations.rename(chain(), "second", "hidden"))
    assert verdicts(found) == ([], [], ["hidden"])
    assert facts(only(found.changed)) == {"name": ("second", "hidden")}
    assert not compare_graphs(
        chain(), mutations.rename(chain(), "second", "hidden"), ignore=["name"]
    )


def test_numbers_that_keras_made_up_are_no_names() -> None:
    first = "x=Input -> dense_1:Dense -> dense_2:Dense"
    second = "x=Input -> dense_7:Dense -> dense_8:Dense"
    assert not compare_graphs(graph(first), graph(second))


def test_a_setting_that_changed() -> None:
    found = compare_graphs(chain(), mutations.configure(chain(), "act", activation="gelu"))
    assert verdicts(found) == ([], [], ["act"])
    assert facts(only(found.changed)) == {
        "activation": ("relu", "gelu"),
        "FLOPs": (4, 20),
    }


def test_a_layer_put_in_between() -> None:
    found = compare_graphs(chain(), mutations.insert_after(chain(), "act", "norm"))
    assert verdicts(found) == (["norm"], [], ["second"])
    assert facts(only(found.changed)) == {"reads": (["act"], ["norm"])}
    assert only(found.added).shown.parameters == 4
    assert [(weight.verdict, weight.after) for weight in found.weights] == [
        ("added", "weight:norm/gamma")
    ]


def test_a_layer_taken_out() -> None:
    found = compare_graphs(chain(), mutations.remove(chain(), "act"))
    assert verdicts(found) == ([], ["act"], ["second"])


def test_an_unnumbered_insertion_does_not_shift_what_follows() -> None:
    before = graph(
        'x=Input[B,4] -> dense:Dense[B,4]{"units": 8} -> dense_1:Dense[B,4]{"units": 16}'
        ' -> dense_2:Dense[B,4]{"units": 32}'
    )
    after = graph(
        'x=Input[B,4] -> dense:Dense[B,4]{"units": 8} -> dense_1:Dense[B,4]{"units": 64}'
        ' -> dense_2:Dense[B,4]{"units": 16} -> dense_3:Dense[B,4]{"units": 32}'
    )
    assert verdicts(compare_graphs(before, after)) == (["dense_1"], [], ["dense_2"])


def test_a_wider_weight_counts_its_parameters() -> None:
    found = compare_graphs(chain(), mutations.widen(chain(), "weight:third/kernel"))
    assert facts(only(found.changed)) == {
        "kernel": ("4×2 float32", "4×4 float32"),
        "parameters": (8, 16),
    }
    assert (found.before.parameters, found.after.parameters) == (56, 64)


def test_a_frozen_layer() -> None:
    found = compare_graphs(chain(), mutations.freeze(chain(), "layer:first"))
    assert facts(only(found.changed)) == {"trainable": (True, False)}


def test_two_layers_that_changed_places() -> None:
    before = chain('x=Input -> a:Dense{"units": 1} -> b:ReLU -> c:Dense{"units": 2}')
    found = compare_graphs(before, mutations.swap(before, "a", "b"))
    assert verdicts(found) == ([], [], ["a", "b", "c"])
    assert {fact.topic for change in found.changed for fact in change.facts} == {"wiring"}
    assert len(found.wires) == 6


def test_another_class_in_the_same_place() -> None:
    before = chain("x=Input[B,8,8,3] -> pool:MaxPooling2D[B,4,4,3] -> d:Dense")
    after = chain("x=Input[B,8,8,3] -> pool:AveragePooling2D[B,4,4,3] -> d:Dense")
    found = compare_graphs(before, after)
    assert facts(only(found.changed)) == {"type": ("MaxPooling2D", "AveragePooling2D")}


def test_the_order_of_operands() -> None:
    before = chain("x=Input -> a:Dense; x -> b:Dense; a -> s:Subtract; b -> s")
    after = chain("x=Input -> a:Dense; x -> b:Dense; b -> s:Subtract; a -> s")
    found = compare_graphs(before, after)
    assert facts(only(found.changed)) == {"order of inputs": (["a", "b"], ["b", "a"])}


BLOCKS = "\n".join(
    f"{before} -> block_{i}/dense:Dense(k[4,4])[B,4]"
    f" -> block_{i}/norm:LayerNormalization(g[4])[B,4]"
    for i, before in enumerate(["x=Input[B,4]", "block_0/norm", "block_1/norm"])
)


def test_a_block_more() -> None:
    more = BLOCKS + (
        "\nblock_2/norm -> block_3/dense:Dense(k[4,4])[B,4]"
        " -> block_3/norm:LayerNormalization(g[4])[B,4]"
    )
    found = compare_graphs(chain(BLOCKS), chain(more))
    assert verdicts(found) == (["block_3"], [], [])
    added = only(found.added).shown
    assert (added.calls, added.parameters) == (3, 20)
    assert added.inside == ("block_3/dense", "block_3/norm")


def test_a_change_inside_a_block_is_told_there() -> None:
    found = compare_graphs(chain(BLOCKS), mutations.widen(chain(BLOCKS), "weight:block_1/dense/k"))
    change = only(found.changed)
    assert (change.shown.id, change.path) == ("block_1/dense", ("/", "block_1"))


def test_layers_that_were_put_into_a_block_have_moved() -> None:
    before = chain("x=Input[B,4] -> a:Dense(k[4,4])[B,4] -> r:ReLU[B,4] -> b:Dense(k[4,3])[B,3]")
    after = chain(
        "x=Input[B,4] -> body/a:Dense(k[4,4])[B,4] -> body/r:ReLU[B,4] -> b:Dense(k[4,3])[B,3]"
    )
    found = compare_graphs(before, after)
    assert verdicts(found) == (["body"], [], ["body/a", "body/r"])
    assert all(facts(change) == {"in": ("/", "body")} for change in found.changed)


def test_a_layer_that_is_no_longer_called() -> None:
    before = chain("x=Input -> a:Dense -> b:Dense(k[4,4])")
    after = chain("x=Input -> a:Dense; layer b:Dense(k[4,4])")
    found = compare_graphs(before, after)
    assert facts(found.changed[-1])["is called"] == (True, False)


def test_operations_inside_a_call_are_compared() -> None:
    before = chain("x=Input -> d/mm=MatMul(k[4,4]) -> d/act=Relu -> e/act=Tanh")
    after = chain("x=Input -> d/mm=MatMul(k[4,4]) -> d/act=Gelu -> e/act=Tanh")
    found = compare_graphs(before, after)
    assert found.level == "ops"
    assert facts(only(found.changed)) == {
        "Relu": (1, 0),
        "Gelu": (0, 1),
        "FLOPs": (3, 7),
    }


def test_attributes_of_operations_are_compared() -> None:
    before = chain('x=Input -> d/pool=MaxPool{"ksize": [2, 2]} -> e/act=Tanh')
    after = chain('x=Input -> d/pool=MaxPool{"ksize": [3, 3]} -> e/act=Tanh')
    assert facts(only(compare_graphs(before, after).changed)) == {
        "MaxPool.ksize": ([2, 2], [3, 3]),
        "FLOPs": (4, 9),
    }


def test_wiring_inside_a_call_is_compared() -> None:
    before = chain("x=Input -> d/a=Relu -> d/b=Tanh -> d/c=AddV2; d/a -> d/c")
    after = chain("x=Input -> d/a=Relu -> d/b=Tanh -> d/c=AddV2; d/b -> d/c")
    assert [fact.name for fact in only(compare_graphs(before, after).changed).facts] == [
        "wiring inside"
    ]


def test_operations_against_layers_compare_on_layers() -> None:
    layers = chain('x=Input[B,4] -> d:Dense(k[4,4])[B,4]{"units": 4}')
    ops = chain("x=Input[B,4] -> d/mm=MatMul(k[4,4])[B,4] -> d/out=Relu[B,4]")
    ops = replace(
        ops,
        layers=tuple(replace(each, class_name="Dense", config={"units": 4}) for each in ops.layers),
        scopes=tuple(
            replace(each, type="Dense") if each.id == "d" else each for each in ops.scopes
        ),
    )
    found = compare_graphs(layers, replace(ops, metadata={"format": "keras"}))
    assert (found.level, bool(found)) == ("layers", False)
    assert found.notes == ("Only one graph has single operations: layers are compared.",)


def test_a_call_that_only_one_graph_opens() -> None:
    shut = graph("x=Input[B,4] -> b:Block(d/k[4,4])[B,4] -> h:Dense", format="keras")
    opened = graph("x=Input[B,4] -> b/d:Dense(k[4,4])[B,4] -> h:Dense", format="trace")
    opened = replace(
        opened,
        scopes=tuple(
            replace(each, type="Block") if each.id == "b" else each for each in opened.scopes
        ),
    )
    found = compare_graphs(shut, opened)
    assert not found.changes, found.changes
    assert "1 call is opened by one of the graphs only ('b')" in found.notes[0]


def test_backends_are_compared_on_layers() -> None:
    before = graph("x=Input -> d/mm=MatMul", backend="tensorflow")
    after = graph("x=Input -> d/mm=dot_general -> d/add=add", backend="jax")
    found = compare_graphs(before, after)
    assert (found.level, bool(found)) == ("layers", False)


def test_models_whose_calls_are_not_known_are_compared_by_weights() -> None:
    before = graph("layer a:Dense(k[4,4]); layer b:Dense(k[4,2])")
    after = graph("layer a:Dense(k[4,8]); layer b:Dense(k[4,2])")
    found = compare_graphs(before, after)
    assert found.level == "weights"
    assert facts(only(found.changed))["k"] == ("4×4 float32", "4×8 float32")
    assert (found.weights[0].shape_before, found.weights[0].shape_after) == ((4, 4), (4, 8))


@pytest.mark.parametrize("topic", ["weights", "parameters"])
def test_what_is_ignored_is_no_difference(topic: str) -> None:
    widened = mutations.widen(chain(), "weight:third/kernel")
    rest = compare_graphs(chain(), widened, ignore=[topic]).changes  # type: ignore[list-item]
    assert topic not in {fact.topic for change in rest for fact in change.facts}
    assert not compare_graphs(chain(), widened, ignore=["weights", "parameters"])


def test_an_edge_that_comes_from_elsewhere() -> None:
    before = chain("x=Input -> a:Dense -> b:ReLU -> c:Add; a -> c")
    found = compare_graphs(before, mutations.rewire(before, 3, Port("x")))
    assert facts(only(found.changed)) == {"reads": (["a"], ["x"])}
    assert [(wire.verdict, wire.source, wire.target) for wire in found.wires] == [
        ("removed", "a", "c"),
        ("added", "x", "c"),
    ]
