"""The drawing document: its columns, its values, its bytes."""

import gzip
import json
import zlib
from dataclasses import replace
from math import inf, nan

import pytest

from graphscope.exporters.drawing import KINDS, encode_drawing, make_drawing, make_safe
from graphscope.exporters.families import FAMILIES, family_of
from graphscope.exporters.item_values import to_number
from graphscope.graph import Graph, Note
from tests.support.graphs import graph
from tests.unit.outline.nets import resnet

SMALL = """
    x[B,4] -> encoder/dense:Dense(kernel[4,8], bias[8])[B,8] -> encoder/relu=Relu[B,8]
    encoder/relu -> head:Dense(kernel[8,2])[B,2]
    x -mask> head
"""


def column(document: dict, name: str) -> list:
    """One column of the items with strings looked up."""
    values = document["items"][name]
    is_text = name in ("id", "name", "type", "shape", "dtype")
    return [document["strings"][value] for value in values] if is_text else values


def by_id(document: dict, values: list) -> dict:
    return dict(zip(column(document, "id"), values, strict=True))


def test_items_stand_in_preorder_with_all_columns():
    document = make_drawing(graph(SMALL, producer="keras 3.15.1", backend="tensorflow"))
    assert (document["format"], document["version"]) == ("graphscope-drawing", 1)
    assert (document["name"], document["subtitle"]) == ("model", "keras 3.15.1 · tensorflow")
    assert document["strings"][0] == ""
    assert column(document, "id") == [
        "/",
        "x",
        "encoder",
        "encoder/dense",
        "encoder/relu",
        "head",
    ]
    assert column(document, "parent") == [-1, 0, 0, 2, 2, 0]
    assert [KINDS[kind] for kind in column(document, "kind")] == [
        "root",
        "input",
        "layer",
        "node_layer",
        "op",
        "node_layer",
    ]
    assert column(document, "shape")[1:] == ["B×4", "B×8", "B×8", "B×8", "B×2"]
    assert column(document, "dtype")[1:] == ["float32"] * 5
    assert column(document, "leaves") == [4, 1, 2, 1, 1, 1]
    assert {len(values) for values in document["items"].values()} == {6}


def test_families_and_roles():
    document = make_drawing(graph(SMALL))
    families = [FAMILIES[family] for family in column(document, "family")]
    assert families == ["other", "input", "other", "matmul", "activation", "matmul"]
    roles = by_id(document, [document["roles"][role] for role in column(document, "role")])
    assert (roles["x"], roles["head"], roles["/"]) == ("input", "output", "")
    assert roles["encoder/dense"] == "hidden"


def test_edges_lie_between_leaves():
    document = make_drawing(graph(SMALL))
    ids, edges = column(document, "id"), document["edges"]
    assert [
        (ids[source], ids[target], kind, document["strings"][shape])
        for source, target, kind, shape in zip(
            edges["source"], edges["target"], edges["kind"], edges["shape"], strict=True
        )
    ] == [
        ("x", "encoder/dense", 0, "B×4"),
        ("encoder/dense", "encoder/relu", 0, "B×8"),
        ("encoder/relu", "head", 0, "B×8"),
        ("x", "head", 1, "B×4"),
    ]
    assert [ids[item] for item in document["outputs"]] == ["head"]


def test_parameters_of_scopes_count_shared_weights_once():
    shared = "x -> a/d:Dense@d(k[4,4]); a/d -> b/d:Dense@d(k[4,4]); b/d -> c/d:Dense@d(k[4,4])"
    document = make_drawing(graph(shared))
    parameters = by_id(document, document["values"]["parameters"])
    assert (parameters["a"], parameters["b/d"], parameters["/"]) == (16, 16, 16)


def test_values_of_blocks_and_repeats_are_sums():
    document = make_drawing(resnet(depths=(3, 6)))
    flops = by_id(document, document["values"]["output_bytes"])
    members = [flops[key] for key in flops if "/repeat:conv3_block/" in key and "block" in key]
    assert flops["block:conv3/repeat:conv3_block"] == sum(members)
    assert all(value is not None for value in flops.values())


def test_values_that_nobody_knows_are_null():
    document = make_drawing(graph("x[B,?] -> y=Relu[B,?]"))
    assert by_id(document, document["values"]["flops"])["y"] is None


def test_several_outputs_show_in_the_shape():
    document = make_drawing(graph("x[B,4] -> s=Split[B,2][B,2]; s.1 -> y"))
    assert by_id(document, column(document, "shape"))["s"] == "B×2 +1"
    assert document["edges"]["port"] == [0, 1]


def test_synthetic_operations_and_constants_are_not_drawn():
    marked = 'x, c=Const -> a/mm=M -> a/mark=Identity{"synthetic": true} -> y'
    document = make_drawing(graph(marked))
    assert column(document, "id") == ["/", "x", "a", "a/mm", "y"]
    ids, edges = column(document, "id"), document["edges"]
    assert [ids[source] for source in edges["source"]] == ["x", "a/mm"]


def test_notes_point_at_items():
    noted = replace(
        graph("x -> d:Dense"),
        notes=(Note("a", "one", "d"), Note("b", "two", "layer:d"), Note("c", "three", "gone")),
    )
    assert [note["item"] for note in make_drawing(noted)["notes"]][:3] == [2, 2, -1]


def test_totals_agree_with_the_graph():
    totals = make_drawing(graph(SMALL))["totals"]
    assert totals["nodes"] == 4
    assert totals["parameters"] == 4 * 8 + 8 + 8 * 2
    assert totals["layer_calls"] == 3


def test_totals_of_which_nothing_is_known_are_no_numbers():
    drawn = graph("a:Own -> b:Own")
    lacking = [replace(layer, has_unknown_weights=True) for layer in drawn.layers]
    totals = make_drawing(replace(drawn, layers=tuple(lacking)))["totals"]
    assert (totals["flops"], totals["unknown_flops"]) == (None, 2)
    assert (totals["parameters"], totals["trainable_parameters"]) == (None, None)


def test_parameters_that_are_not_known_have_no_value():
    drawn = graph("x -> known/d:Dense(kernel[4,8]) -> known/own:Own -> alone/own:Own -> relu:ReLU")
    lacking = [
        replace(layer, has_unknown_weights=layer.class_name == "Own") for layer in drawn.layers
    ]
    document = make_drawing(replace(drawn, layers=tuple(lacking)))
    told = dict(zip(column(document, "id"), document["values"]["parameters"], strict=True))
    assert told["known/d"] == told["known"] == 32
    assert (told["known/own"], told["alone/own"], told["alone"]) == (None, None, None)
    assert told["relu"] == 0


def test_bytes_are_the_same_twice_and_carry_no_time():
    first, second = encode_drawing(resnet()), encode_drawing(resnet())
    assert first == second
    assert first[4:8] == b"\0\0\0\0"
    assert json.loads(gzip.decompress(first)) == make_drawing(resnet())


def hostile() -> Graph:
    drawn = graph("x -> y")
    nodes = [replace(node, name=f"{node.name}\ud800</script>") for node in drawn.nodes]
    return replace(drawn, name="\udfffmodel", nodes=tuple(nodes))


def test_lone_surrogates_never_reach_the_bytes():
    text = gzip.decompress(encode_drawing(hostile())).decode("utf-8")
    assert "\\\\ud800" in text
    assert json.loads(text)["name"] == "\\udfffmodel"


@pytest.mark.parametrize("value", [nan, inf, -inf, 10**400, None])
def test_numbers_that_json_cannot_hold_are_null(value):
    assert to_number(value) is None


def test_huge_weights_do_not_break_the_document():
    huge = graph("x -> d:Dense(k[" + ",".join(["1000000000000"] * 30) + "])")
    parameters = make_drawing(huge)["values"]["parameters"]
    assert parameters == [None, 0, None]
    encode_drawing(huge)


def test_an_empty_graph_can_be_drawn():
    document = make_drawing(graph(""))
    assert column(document, "id") == ["/"]
    assert document["edges"]["source"] == []


def test_packing_pays():
    document = encode_drawing(resnet(depths=(20, 20, 20)))
    assert len(document) < len(zlib.decompress(document, wbits=31)) / 4


@pytest.mark.parametrize(
    ("type_", "family"),
    [
        ("Conv2DTranspose", "matmul"),
        ("MatMul", "matmul"),
        ("AddV2", "elementwise"),
        ("Log1p", "elementwise"),
        ("GlobalAveragePooling2D", "reduction"),
        ("L2Loss", "reduction"),
        ("Relu6", "activation"),
        ("FusedBatchNormV3", "normalization"),
        ("GatherV2", "movement"),
        ("Embedding", "embedding"),
        ("SpatialDropout1D", "regularization"),
        ("LSTM", "recurrent"),
        ("StatelessWhile", "control"),
        ("TransformerBlock", "other"),
        ("", "other"),
    ],
)
def test_families_of_types(type_, family):
    assert family_of(type_) == family


def test_safe_text_keeps_ordinary_text():
    assert make_safe("naïve ×48 💥") == "naïve ×48 💥"
