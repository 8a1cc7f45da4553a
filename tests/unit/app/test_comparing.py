"""The comparison as the page gets it: documents, list of changes, routes."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from graphscope import showing
from graphscope.app.comparing import ComparingInspector, name_sides
from graphscope.app.comparing.site import make_compare_app
from graphscope.app.services import Services
from graphscope.errors import GraphscopeError
from graphscope.graph import Graph
from tests.support.graphs import graph

BEFORE = """
x=Input[B,8] -> enc/a:Dense(kernel[8,4])[B,4]{"units": 4}
enc/a -> enc/old:Dropout[B,4]{"rate": 0.5}
enc/old -> head:Dense(kernel[4,2], bias[2])[B,2]{"units": 2}
"""
AFTER = """
x=Input[B,8] -> enc/fresh:LayerNormalization(gamma[8])[B,8]{"epsilon": 0.1}
enc/fresh -> enc/a:Dense(kernel[8,4])[B,4]{"units": 4}
enc/a -> head:Dense(kernel[4,3], bias[3])[B,3]{"units": 3}
"""


def drawn(text: str, name: str) -> Graph:
    return graph(text, name=name, format="trace", backend="tensorflow")


@pytest.fixture
def client() -> FlaskClient:
    sides = (Services(drawn(BEFORE, "old")), Services(drawn(AFTER, "new")))
    return make_compare_app(*sides).test_client()


def fetch(client: FlaskClient, name: str) -> dict[str, Any]:
    response = client.get(f"/{name}.json")
    assert response.headers["Content-Encoding"] == "gzip"
    found: dict[str, Any] = json.loads(gzip.decompress(response.data))
    return found


def states(document: dict[str, Any]) -> dict[str, str]:
    words, items = document["strings"], document["items"]
    rows = zip(items["id"], items["change"], strict=True)
    return {words[id_]: document["changes"][state] for id_, state in rows if state}


def test_the_merged_document_knows_what_became_of_everything(client: FlaskClient) -> None:
    document = fetch(client, "merged")
    assert states(document) == {
        "enc/old": "removed",
        "enc/fresh": "added",
        "enc/a": "changed",
        "head": "changed",
    }
    assert sorted(document["edges"]["change"]) == [1, 1, 1, 2, 2, 2]
    assert document["subtitle"] == "1 added, 1 removed, 3 changed"


def test_each_side_marks_what_is_in_it(client: FlaskClient) -> None:
    assert states(fetch(client, "before")) == {
        "enc/old": "removed",
        "enc/a": "changed",
        "head": "changed",
    }
    assert "enc/old" not in states(fetch(client, "after"))


def test_the_list_of_changes_has_facts_and_places(client: FlaskClient) -> None:
    told = fetch(client, "comparison")
    assert (told["before"], told["after"]) == ("old", "new")
    groups = {group["title"]: group for group in told["groups"]}
    assert ["name", "old", "new", ""] in groups["new"]["facts"]
    assert groups["enc/old"]["verdict"] == "removed"
    assert groups["enc/old"]["members"] == [
        {"name": "enc/old", "item": "enc/old", "before": "enc/old", "after": None}
    ]
    assert ["units", "2", "3", ""] in groups["head"]["facts"]
    assert ["parameters", "10", "15", "+5"] in groups["head"]["facts"]
    assert ["enc/a", "enc/a"] in told["pairs"]
    assert ["Parameters", "42", "55", "+13 (+31.0%)"] in told["totals"]


def test_sums_that_leave_something_out_are_lower_bounds() -> None:
    sides = (drawn(BEFORE, "old"), drawn(AFTER, "new"))
    lacking = [
        replace(side, layers=tuple(replace(each, has_unknown_weights=True) for each in side.layers))
        for side in sides
    ]
    told = fetch(make_compare_app(*map(Services, lacking)).test_client(), "comparison")
    assert told["totals"][0][:3] == ["Parameters", "≥ 42", "≥ 55"]


def test_what_is_ignored_is_no_change() -> None:
    sides = (Services(drawn(BEFORE, "net")), Services(drawn(BEFORE.replace("0.5", "0.1"), "net")))
    told = fetch(make_compare_app(*sides, ignore=["config"]).test_client(), "comparison")
    assert told["groups"] == []


def test_the_page_and_its_files_are_served_below_any_prefix(client: FlaskClient) -> None:
    page = client.get("/").text
    assert 'src="/' not in page
    assert 'href="/' not in page
    for name in ("bundle/compare.mjs", "bundle/worker.mjs", "compare/compare.css"):
        assert client.get(f"/assets/{name}").status_code == 200
    assert client.get("/other.json").status_code == 404


def test_the_same_document_is_not_sent_twice(client: FlaskClient) -> None:
    etag = client.get("/merged.json").headers["ETag"]
    assert client.get("/merged.json", headers={"If-None-Match": etag}).status_code == 304


def test_models_of_one_name_are_called_as_they_were_asked_for() -> None:
    same = (drawn(BEFORE, "net"), drawn(AFTER, "net"))
    assert name_sides(same, ("old.keras", "new.keras")) == ("old.keras", "new.keras")
    assert name_sides(same, ("", "new.keras")) == ("net", "net")


def test_show_compares_two_models(capsys: pytest.CaptureFixture[str]) -> None:
    one, other = drawn(BEFORE, "old"), drawn(AFTER, "new")
    page = showing.show(one, compare=other, open_browser=False, wait=False)
    assert isinstance(page, ComparingInspector)
    page.stop()
    assert capsys.readouterr().out == f"{page.url}\n"
    assert "old and new" in page._repr_html_()


def test_a_comparison_needs_its_server() -> None:
    with pytest.raises(GraphscopeError, match="no page without a server"):
        showing.show(drawn(BEFORE, "old"), compare=drawn(AFTER, "new"), offline=True)
