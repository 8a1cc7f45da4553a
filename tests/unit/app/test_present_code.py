"""The card of a layer with code: what it is, what Keras would do, and its listing."""

from __future__ import annotations

from dataclasses import replace

from graphscope.app.facts import Facts
from graphscope.app.offline.cards import to_plain
from graphscope.app.panels.cards import make_card
from graphscope.app.present import present_item, present_model
from graphscope.app.present.card import Card, Link, Listing, Message, Row
from graphscope.graph import Note
from graphscope.graph.code import Code, CodeKind, to_rows
from tests.support.graphs import graph

LAMBDA = Code(
    CodeKind.BYTECODE,
    "a Python function as bytecode",
    "a",
    place="function",
    effect="Keras runs it.",
    text="# Python 3.11\n  0  <script>alert(1)</script>",
)
OWN = Code(CodeKind.CUSTOM, "the class 'mine>A'", "b", registered_name="mine>A", effect="Found.")


def facts(*pieces: Code) -> Facts:
    notes = (Note("contains-code", "Layer 'a' holds code.", "a"), Note("other", "Kept.", "a"))
    made = replace(graph("x -> a -> b"), metadata={"code": to_rows(pieces)}, notes=notes)
    return Facts(made)


def section(card: Card, title: str) -> tuple[object, ...]:
    return next(section.entries for section in card.sections if section.title == title)


def test_a_layer_shows_its_code_and_warns() -> None:
    card = present_item(facts(LAMBDA), "a")
    assert card.warnings == ("Contains code",)
    assert section(card, "Bytecode") == (
        Message("note", "Keras runs it.", title="A Python function as bytecode"),
        Row("Stands in", "function", is_code=True, hint="function"),
        Listing("Instructions", LAMBDA.text),
    )


def test_the_note_about_code_is_left_out_beside_the_code() -> None:
    assert section(present_item(facts(LAMBDA), "a"), "") != ()
    messages = [
        entry.text
        for part in present_item(facts(LAMBDA), "a").sections
        for entry in part.entries
        if isinstance(entry, Message)
    ]
    assert messages == ["Kept.", "Keras runs it."]


def test_a_class_of_its_users_own_is_a_quiet_badge() -> None:
    card = present_item(facts(OWN), "b")
    assert (card.warnings, card.badges[-1]) == ((), "Contains code by name")
    assert section(card, "Own class")[0] == Message("plain", "Found.", title="The class 'mine>A'")


def test_the_model_lists_where_code_is_and_shows_its_own() -> None:
    loss = replace(LAMBDA, subject=None, place="compile_config.loss")
    card = present_model(facts(LAMBDA, OWN, loss))
    assert card.warnings == ("Contains code",)
    assert section(card, "Code")[1:] == (
        Row("Bytecode", "", links=(Link("a", "a"),)),
        Row("Own class", "", links=(Link("b", "b"),)),
    )
    assert Listing("Instructions", LAMBDA.text) in section(card, "Bytecode")


def test_many_pieces_do_not_make_an_endless_card() -> None:
    card = present_item(facts(*[LAMBDA] * 100), "a")
    assert sum(part.title == "Bytecode" for part in card.sections) == 20
    assert Row("", "and 80 more") in [entry for part in card.sections for entry in part.entries]


def test_a_listing_is_text_on_both_pages() -> None:
    card = present_item(facts(LAMBDA), "a")
    markup = str(make_card(card).to_plotly_json())
    assert "Pre(children='# Python 3.11" in markup
    plain = to_plain(card)
    assert plain["warnings"] == ["Contains code"]
    assert {"is": "Listing", "title": "Instructions", "lines": LAMBDA.text} in [
        entry for part in plain["sections"] for entry in part["entries"]
    ]
