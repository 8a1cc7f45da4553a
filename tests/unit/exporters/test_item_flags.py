"""The columns that only queries read: weights and ownership."""

from dataclasses import replace

from graphscope.exporters.drawing import make_drawing
from graphscope.exporters.item_flags import FROZEN, TRAINED, UNOWNED
from graphscope.graph import Graph
from tests.support.graphs import graph

TEXT = """
    x[B,4] -> encoder/dense:Dense(kernel[4,8], bias[8])[B,8] -> encoder/relu=Relu[B,8]
    encoder/relu -> head:Dense(kernel[8,2])[B,2] -> stray=Identity
"""


def freeze(found: Graph, layer: str) -> Graph:
    weights = [
        replace(weight, trainable=weight.trainable and weight.layer != layer)
        for weight in found.weights
    ]
    return replace(found, weights=tuple(weights))


def columns(found: Graph) -> dict[str, tuple[int, str]]:
    document = make_drawing(found)
    text, items = document["strings"], document["items"]
    ids = [text[number] for number in items["id"]]
    weights = [text[number] for number in items["weights"]]
    return dict(zip(ids, zip(items["flags"], weights, strict=True), strict=True))


def test_weights_are_named_and_told_to_the_scopes_around():
    found = columns(graph(TEXT))
    assert found["encoder/dense"] == (TRAINED, "kernel, bias")
    assert found["encoder"] == (TRAINED, "")
    assert found["encoder/relu"] == (0, "")


def test_frozen_weights_are_told_apart():
    model = graph(TEXT)
    found = columns(freeze(model, model.node_by_id["head"].layer or ""))
    assert found["head"] == (FROZEN, "kernel")
    assert found["encoder"] == (TRAINED, "")
    assert found["/"][0] == TRAINED | FROZEN


def test_an_operation_of_no_layer_is_flagged_itself_and_not_what_is_around_it():
    model = graph(TEXT)
    nodes = [
        replace(node, attributes={"unowned": True}) if node.id == "stray" else node
        for node in model.nodes
    ]
    found = columns(replace(model, nodes=tuple(nodes)))
    assert found["stray"] == (UNOWNED, "")
    assert found["/"][0] == TRAINED
