"""Cards in the language of the visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from graphscope.app.facts import Facts
from graphscope.app.language import COOKIE, language_of_visit, say, translate_card
from graphscope.app.language_zh import TEMPLATES, WORDS
from graphscope.app.panels.cards import make_card
from graphscope.app.present import present_item, present_model
from graphscope.app.present.card import Card, Message, Row, Section, Table
from graphscope.graph import Graph
from tests.support.graphs import graph
from tests.support.languages import module_path, write_module

_VALUES = re.compile(r"\{\w+\}")


@pytest.fixture
def chinese() -> Iterator[None]:
    with Flask("test").test_request_context(headers={"Cookie": f"{COOKIE}=zh"}):
        yield


@pytest.fixture
def digits() -> Graph:
    return graph(
        """
        image=Input[B,28,28,1] -> encoder/conv:Conv2D(kernel[3,3,1,32])[B,26,26,32]{"a": null}
        encoder/conv -> encoder/pool:MaxPooling2D[B,13,13,32] -> head:Dense[B,10]
        encoder/conv -> again:Dense@head
        layer batch:BatchNormalization(!mean[4])
        """,
        name="Input",
    )


def test_the_cookie_chooses_the_language() -> None:
    assert language_of_visit() == "en"
    for value, language in [("zh", "zh"), ("en", "en"), ("<script>", "en"), ("", "en")]:
        with Flask("test").test_request_context(headers={"Cookie": f"{COOKIE}={value}"}):
            assert language_of_visit() == language


def test_texts_are_said_with_their_values(chinese: None) -> None:
    assert say("and {n} more", n="1,200") == "另有 1,200 项"
    assert say("They agree") == "两者一致"
    assert say("Nobody translated {n}", n=3) == "Nobody translated 3"


def test_english_cards_stay_as_they_are(digits: Graph) -> None:
    card = present_model(Facts(digits))
    assert translate_card(card) is card


def test_a_card_is_translated_and_names_are_not(chinese: None, digits: Graph) -> None:
    card = translate_card(present_model(Facts(digits)))
    assert card.kind == "模型"
    assert card.title == "Input"  # a name, even where it is a word of ours
    assert {"输入", "输出", "FLOPs 最多"} <= {section.title for section in card.sections}
    message = next(
        entry for section in card.sections for entry in section.entries if type(entry) is Message
    )
    assert message.title == "两者一致"
    assert "条边" in message.text


def test_nothing_of_our_own_stays_english(chinese: None, digits: Graph) -> None:
    facts = Facts(digits)
    cards = [present_model(facts), *(present_item(facts, item.id) for item in facts.outline.items)]
    left = {text for card in cards for text in _own_words(translate_card(card))}
    assert {text for text in left if re.search("[A-Za-z]{2}", text)} <= {"FLOPs", "FLOPs 最多"}


def _own_words(card: Card) -> Iterator[str]:
    """Yield what presenters word: neither names nor settings nor sizes."""
    yield card.kind
    yield from card.badges
    for section in card.sections:
        yield section.title
        if section.title.startswith(("设置", "属性", "全部")):
            continue
        for entry in section.entries:
            match entry:
                case Row():
                    yield from (entry.key, entry.hint)
                case Table():
                    yield from entry.head
                case Message():
                    yield from (entry.title, _without_quotes(entry.text))


def _without_quotes(text: str) -> str:
    return re.sub(r"没有计算规则：[^）]*", "", text).replace("FLOPs", "")


def test_settings_keep_their_words(chinese: None) -> None:
    row = Row("name", "a nodes in b", is_code=True)
    card = translate_card(Card("Layer", "d", sections=(Section("Settings", (row,)),)))
    assert card.sections[0].entries == (row,)


def test_the_panel_is_drawn_in_the_language(chinese: None, digits: Graph) -> None:
    text = str(make_card(present_item(Facts(digits), "head")).to_plotly_json())
    assert "层: head" in text
    assert "所在的作用域" in text


@pytest.mark.parametrize("texts", [WORDS, TEMPLATES])
def test_translations_keep_values(texts: Any) -> None:
    for text, translation in texts.items():
        assert sorted(_VALUES.findall(text)) == sorted(_VALUES.findall(translation)), text


def test_the_page_has_the_same_dictionary() -> None:
    assert module_path().read_text(encoding="utf-8") == write_module()
