"""Cards as plain values: what the details panel says, without Dash and without a browser."""

from __future__ import annotations

from dataclasses import replace

from graphscope.app.facts import Facts
from graphscope.app.present import present_item, present_model
from graphscope.app.present.card import Bar, Card, Link, Message, Row, Table, Tensor, clean
from graphscope.graph import Graph, GraphBuilder, NodeKind, Note, SourceLine
from tests.support.graphs import graph

TRACED = """
x=Input[B,4]
x -> net/dense/mm=MatMul(kernel[4,8])[B,8] -> net/dense/add=BiasAdd(bias[8])[B,8]
net/dense/add -> net/relu=Relu[B,8] -> head/mm=MatMul(kernel[8,2])[B,2]
net/relu -> aside=Sum[B]
"""


def entries(card: Card, title: str) -> tuple[object, ...]:
    return next(section.entries for section in card.sections if section.title == title)


def values(card: Card) -> dict[str, str]:
    rows = (entry for section in card.sections for entry in section.entries)
    return {row.key: row.value for row in rows if isinstance(row, Row)}


def describe(text: str, item: str) -> Card:
    return present_item(Facts(graph(text)), item)


def test_an_operation() -> None:
    card = describe(TRACED, "net/dense/mm")
    assert (card.kind, card.title, card.type) == ("Operation", "mm", "MatMul")
    assert card.path == (Link("model", "/"), Link("net", "net"), Link("dense", "net/dense"))
    assert entries(card, "Inputs") == (Tensor("B×4", "float32", ends=(Link("x", "x"),)),)
    out = Tensor("B×8", "float32", ends=(Link("add", "net/dense/add"),))
    assert entries(card, "Outputs") == (out,)
    assert entries(card, "Weights") == (
        Table(("Name", "Shape", "Type", "Size"), (("kernel", "4×8", "float32", "32"),)),
    )
    assert values(card)["FLOPs"] == "64"


def test_an_operation_names_the_operation_at_the_other_end() -> None:
    (source,) = entries(describe(TRACED, "head/mm"), "Inputs")
    assert isinstance(source, Tensor)
    assert source.ends == (Link("net/relu", "net/relu"),)


def test_a_layer_names_the_layer_at_the_other_end() -> None:
    card = describe(TRACED, "net")
    (out,) = entries(card, "Outputs")
    assert isinstance(out, Tensor)
    assert out.ends == (Link("head", "head"), Link("aside", "aside"))
    assert values(card)["Inside"] == "3 nodes"
    assert values(card)["Parameters"] == "40"


def test_outputs_of_the_model_have_the_names_that_its_callers_know() -> None:
    found = graph("x -> relu[B,4]")
    named = replace(found, metadata={**found.metadata, "output_names": ["scores"]})
    (out,) = entries(present_model(Facts(named)), "Outputs")
    assert isinstance(out, Tensor)
    assert out.label == "scores"


def test_roles_are_badges_of_calls_and_not_of_what_is_inside() -> None:
    text = "x -> a:Dense(kernel[4]) -> b:Relu -> c:Dense(kernel[4])"
    badges = {id_: describe(text, id_).badges for id_ in ("x", "a", "b", "c")}
    assert badges == {
        "x": ("Input",),
        "a": ("Hidden",),
        "b": ("Intermediate",),
        "c": ("Output",),
    }
    assert describe(TRACED, "net/dense/mm").badges == ()


def test_the_calls_of_a_shared_layer_know_each_other() -> None:
    card = describe("x -> a:Dense(kernel[4]) -> b:Relu -> a#2:Dense@a", "a#2")
    assert "Call 2 of 2" in card.badges
    rows = [row for row in card.sections[0].entries if isinstance(row, Row)]
    assert [row.links for row in rows if row.key == "Also called at"] == [(Link("a", "a"),)]


def test_a_mask_and_a_model_output_are_labelled() -> None:
    text = "x -> embed:Embedding -> lstm:LSTM; embed -mask> lstm"
    card = describe(text, "lstm")
    # One row for each tensor; here both edges carry the same one.
    assert [entry.label for entry in entries(card, "Outputs")] == ["model output"]  # type: ignore[attr-defined]
    masked = describe("x -> embed:Embedding; m -mask> embed", "embed")
    assert [entry.label for entry in entries(masked, "Inputs")] == ["", "mask"]  # type: ignore[attr-defined]


def test_many_consumers_are_counted() -> None:
    consumers = ", ".join(f"c{index}" for index in range(9))
    (out,) = entries(describe(f"x -> a -> {consumers}", "a"), "Outputs")
    assert isinstance(out, Tensor)
    assert [link.text for link in out.ends] == ["c0", "c1", "c2", "c3", "c4", "c5"]
    assert out.more == 3


def test_lists_do_not_grow_with_the_model() -> None:
    sources = ", ".join(f"x{index}" for index in range(100))
    inputs = entries(describe(f"{sources} -> concat", "concat"), "Inputs")
    assert len(inputs) == 41
    assert inputs[-1] == Row("", "and 60 more")
    weights = ", ".join(f"w{index}[2]" for index in range(100))
    table, rest = entries(describe(f"x -> d:Dense({weights})", "d"), "Weights")
    assert isinstance(table, Table)
    assert (len(table.rows), rest) == (60, Row("", "and 40 more"))


def test_texts_hold_no_lone_surrogates() -> None:
    card = Card("Layer", "a\ud800", path=(Link("\udfff", "\udfff"),), badges=("ok",))
    assert clean(card) == Card(
        "Layer", "a\\ud800", path=(Link("\\udfff", "\\udfff"),), badges=("ok",)
    )


def test_the_page_may_name_an_item_without_its_surrogates() -> None:
    builder = GraphBuilder("odd")
    builder.add_node("a\ud800", "Relu", NodeKind.OP)
    tree = Facts(builder.build()).tree
    assert tree.find("a\\ud800") == "a\ud800"
    assert tree.find("b") == "b"


def test_a_constant_is_no_link_because_the_outline_leaves_it_out() -> None:
    inputs = entries(describe("x, c=Const[4] -> add", "add"), "Inputs")
    assert Link("c", "") in [link for tensor in inputs for link in tensor.ends]  # type: ignore[attr-defined]


def test_settings_that_switch_something_on_come_first() -> None:
    card = describe('x -> d:Dense{"units": 8, "name": "d", "seed": null}', "d")
    assert entries(card, "Settings") == (Row("units", "8", is_code=True),)
    folded = next(section for section in card.sections if section.is_folded)
    assert folded.title == "All settings (3)"
    assert [row.key for row in folded.entries] == ["units", "name", "seed"]  # type: ignore[union-attr]


def test_the_source_line_is_short_and_whole_on_hover() -> None:
    drawn = graph("x -> relu")
    node = drawn.node_by_id["relu"]
    source = SourceLine("/home/me/nets/train.py", 42, "call")
    changed = _replace_node(drawn, node.id, source=source)
    rows = present_item(Facts(changed), "relu").sections[0].entries
    assert Row("Source", "train.py:42 in call", True, "/home/me/nets/train.py:42") in rows


def test_notes_about_the_layer_stand_first() -> None:
    from dataclasses import replace

    drawn = replace(
        graph("x -> d:Dense"), notes=(Note("opaque", "Its code is not known.", "layer:d"),)
    )
    card = present_item(Facts(drawn), "d")
    assert card.sections[0].entries == (Message("note", "Its code is not known."),)


def test_what_is_not_there_is_said() -> None:
    assert describe("x -> y", "z").kind == "Not found"


def test_a_repeat_has_a_card() -> None:
    steps = " -> ".join(f"s{i}/a=Sin[B,8] -> s{i}/b=Tanh[B,8]" for i in range(6))
    types = "; ".join(f"scope s{i}:Step" for i in range(6))
    facts = Facts(graph(f"{types}; x[B,8] -> {steps} -> out=Sum[B]"))
    repeat = next(item.id for item in facts.tree.within("/") if item.kind == "repeat")
    card = present_item(facts, repeat)
    assert card.kind == "Repeat"
    assert card.badges == ("× 6",)
    (source,) = entries(card, "Inputs")
    assert isinstance(source, Tensor)
    assert source.ends == (Link("x", "x"),)


def test_the_model_card_counts_and_ranks() -> None:
    card = present_model(Facts(graph(TRACED, name="net", producer="keras 3.15.1")))
    assert (card.kind, card.title, card.type) == ("Model", "net", "keras 3.15.1")
    assert values(card)["Parameters"] == "56"
    assert entries(card, "Inputs") == (Tensor("B×4", "float32", ends=(Link("x", "x"),)),)
    bars = [bar for bar in entries(card, "Most FLOPs") if isinstance(bar, Bar)]
    assert bars[0].share == 1.0
    assert all(0 < bar.share <= 1 for bar in bars)


def test_the_model_card_names_the_calls_that_make_its_outputs() -> None:
    card = present_model(Facts(graph(TRACED)))
    links = [tensor.ends for tensor in entries(card, "Outputs")]  # type: ignore[attr-defined]
    assert links == [(Link("head", "head"),), (Link("aside", "aside"),)]


def test_equal_layers_rank_together() -> None:
    layers = " -> ".join(f"d{i}:Dense(k{i}[4,4])[B,4]" + '{"units": 4}' for i in range(3))
    (bar,) = entries(present_model(Facts(graph(f"x=Input[B,4] -> {layers}"))), "Most FLOPs")
    assert bar == Bar(Link("d0 × 3", "d0"), "108", 1.0)


def test_the_model_card_says_when_the_projections_disagree() -> None:
    card = present_model(Facts(graph(TRACED + "takes head x")))
    messages = entries(card, "Data flow and computation")
    assert isinstance(messages[0], Message)
    assert (messages[0].tone, messages[0].title) == ("bad", "They disagree")
    assert len(messages) > 1


def test_one_edge_is_counted_as_one() -> None:
    (message,) = entries(
        present_model(Facts(graph("x=Input[B,4] -> d:Dense(kernel[4,8])[B,8]"))),
        "Data flow and computation",
    )
    assert isinstance(message, Message)
    assert message.text == (
        "1 edge between layers is the one that the model declares. No operations were traced."
    )


def _replace_node(drawn: Graph, id_: str, **changes: object) -> Graph:
    from dataclasses import replace

    nodes = tuple(
        replace(node, **changes) if node.id == id_ else node  # type: ignore[arg-type]
        for node in drawn.nodes
    )
    return replace(drawn, nodes=nodes)


def test_a_sum_that_leaves_operations_out_says_so() -> None:
    card = present_model(Facts(graph("x=Input[B,4] -> d:Dense(kernel[4,8])[B,8] -> o:Own[B,8]")))
    assert values(card)["FLOPs"] == "≥ 72"


def test_a_sum_that_leaves_everything_out_is_not_zero() -> None:
    facts = Facts(graph("x=Input[B,T,4] -> relu:Relu[B,T,4] -> sum:Relu[B,T,4]"))
    assert values(present_model(facts))["FLOPs"] == "unknown"


def test_parameters_that_are_not_known_are_not_zero() -> None:
    drawn = graph(TRACED)
    unknown = [replace(layer, has_unknown_weights=layer.name == "net") for layer in drawn.layers]
    facts = Facts(replace(drawn, layers=tuple(unknown)))
    assert values(present_model(facts))["Parameters"] == "≥ 56"
    bare = Facts(replace(drawn, layers=tuple(unknown), weights=()))
    assert values(present_model(bare))["Parameters"] == "unknown"
    assert values(present_item(bare, "net"))["Parameters"] == "unknown"
    assert "Parameters" not in values(present_item(bare, "head"))
