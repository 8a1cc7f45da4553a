"""The page in one file: what lies in it, and what must not."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

import graphscope
from graphscope.app.facts import Facts
from graphscope.app.offline import InlinePage, cards, export, make_offline_page
from graphscope.app.offline.cards import pack_cards
from graphscope.errors import ExportError
from graphscope.exporters.options import ExportOptions
from tests.support.graphs import graph as draw

MODEL = "x -> encoder/dense:Dense(kernel[8,4]) -> encoder/relu -> out"


def blocks_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<script type="text/plain" id="([\w-]+)">(.*?)</script>', page, re.S))


def unpack(block: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(block)))


def test_the_file_asks_nothing_of_any_network() -> None:
    page = make_offline_page(draw(MODEL))
    outside_scripts = re.sub(r"<script.*?</script>", "", page, flags=re.S)
    attributes = re.findall(r'\s(?:src|href|srcset|action)="([^"]*)"', outside_scripts)
    assert {address.partition(":")[0] for address in attributes if address[0] != "#"} == {"data"}
    assert set(re.findall(r'url\("(\w+):', page)) == {"data"}
    assert "/assets/" not in re.sub(r"(?m)^\s*//.*$|\* .*$", "", outside_scripts)


def test_only_the_scripts_of_the_file_may_run() -> None:
    page = make_offline_page(draw(MODEL))
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found is not None
    policy = unescape(found[1])
    scripts = re.findall(r'<script(?: type="module" id="page-script")?>(.*?)</script>', page, re.S)
    assert len(scripts) == 2
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "connect-src" not in policy, "the default is meant: to nowhere"
    assert page.index("Content-Security-Policy") < page.index("<script")


def test_the_document_and_the_cards_lie_in_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "CARDS_PER_BLOCK", 2)
    blocks = blocks_of(make_offline_page(draw(MODEL)))
    document = unpack(blocks["offline-document"])
    assert document["format"] == "graphscope-drawing"
    told = [card for n in range(3) for card in unpack(blocks[f"offline-cards-{n}"])]
    names = [document["strings"][at] for at in document["items"]["name"]]
    assert told[0]["kind"] == "Model"
    assert [card["title"] for card in told[1:]] == names[1:]
    assert {"is": "Row", "key": "Parameters"}.items() <= told[2]["sections"][0]["entries"][
        1
    ].items()
    assert blocks["worker-script"].count("LayoutEngine") > 0


def test_a_large_graph_has_no_more_cards_than_a_file_can_hold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cards, "MOST_CARDS", 3)
    assert [len(unpack(block)) for block in pack_cards(Facts(draw(MODEL)))] == [3]


def test_a_card_that_fails_tells_it_and_the_others_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("strange config")

    monkeypatch.setattr(cards, "present_item", fail)
    model, *others = unpack(pack_cards(Facts(draw(MODEL)))[0])
    assert model["kind"] == "Model"
    assert others[0]["sections"][0]["entries"][0]["text"] == "RuntimeError: strange config"


def test_names_of_the_model_stay_names() -> None:
    hostile = draw(MODEL, name="</title><script>alert(1)</script>{%metas%}\ud800")
    page = make_offline_page(hostile)
    assert "alert(1)" not in page.replace("&lt;script&gt;alert(1)", "")
    assert page.count("Content-Security-Policy") == 1
    page.encode()


def test_the_first_view_is_that_of_the_options() -> None:
    options = ExportOptions(overlay="flops", theme="dark", direction="right", depth=1)
    found = re.search(r'data-view="([^"]*)"', make_offline_page(draw(MODEL), options))
    assert found is not None
    assert parse_qs(unescape(found[1])) == {
        "overlay": ["flops"],
        "theme": ["dark"],
        "direction": ["right"],
        "open": ["encoder"],
    }
    assert 'data-view="open=%2F"' in make_offline_page(draw(MODEL), ExportOptions(depth=0))
    with pytest.raises(ExportError, match="overlay 'nothing'"):
        make_offline_page(draw(MODEL), ExportOptions(overlay="nothing"))


def test_the_same_graph_gives_the_same_file(tmp_path: Path) -> None:
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    export(draw(MODEL), first, ExportOptions())
    export(draw(MODEL), second, ExportOptions())
    assert first.read_bytes() == second.read_bytes()


def test_a_cell_of_a_notebook_holds_the_page(tmp_path: Path) -> None:
    shown = InlinePage(draw(MODEL, name='a "b" & <c>'))
    cell = shown._repr_html_()
    frame = re.fullmatch(
        r'<iframe srcdoc="([^"]*)" sandbox="([^"]*)" title="([^"]*)"[^>]*>.*', cell
    )
    assert frame is not None
    assert unescape(frame[1]) == shown.html
    assert "allow-same-origin" not in frame[2].split()
    assert unescape(frame[3]) == 'graphscope: a "b" & <c>'
    assert "4 nodes" in repr(shown)
    shown.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == shown.html


def test_values_that_a_user_brings_are_in_the_file(tmp_path: Path) -> None:
    scores = {"name": "Score", "values": {"encoder/dense": 0.5, "encoder/relu": 0.25}}
    path = tmp_path / "scores.html"
    graphscope.export(draw(MODEL), path, overlays=[scores])
    page = path.read_text(encoding="utf-8")
    document = unpack(blocks_of(page)["offline-document"])
    assert document["node_data"][0]["data"]["values"] == scores["values"]
    (name,) = document["node_data"][0]["names"]
    assert parse_qs(unescape(re.findall(r'data-view="([^"]*)"', page)[0])) == {"overlay": [name]}


def test_nothing_is_left_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphscope.exporters.drawing.QUICK", 0)
    document = unpack(blocks_of(make_offline_page(draw(MODEL)))["offline-document"])
    assert [each["name"] for each in document["overlays"] if each.get("later")] == []
