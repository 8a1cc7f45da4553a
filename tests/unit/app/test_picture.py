"""The route that makes files of what a page shows."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from graphscope.app.picture_request import read_request
from graphscope.app.services import Services
from graphscope.app.site import make_app
from graphscope.errors import ExportError
from graphscope.exporters.snapshot import FORMATS
from tests.support.graphs import graph

MODEL = graph("x=Input[B,4] -> net/dense:Dense(kernel[4,8])[B,8] -> net/relu[B,8]", name="a<b")
VIEW: dict[str, Any] = {"theme": "light", "direction": "down", "overlay": "type", "items": [2]}


@pytest.fixture(scope="module")
def client() -> Any:
    return make_app(Services(MODEL)).server.test_client()


def ask(client: Any, **choices: Any) -> Any:
    return client.post("/picture", json={"format": "svg", **VIEW, **choices})


def words(answer: Any) -> set[str]:
    return {text.strip() for text in ET.fromstring(answer.data).itertext()}


@pytest.mark.parametrize(("form", "mimetype"), FORMATS.items())
def test_every_format(client: Any, form: str, mimetype: str) -> None:
    answer = ask(client, format=form)
    assert answer.status_code == 200
    assert answer.mimetype == mimetype
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(answer.data) > 100


def test_open_scopes_are_those_of_the_page(client: Any) -> None:
    assert "relu" in words(ask(client))
    assert "relu" not in words(ask(client, items=[]))


def test_values_that_the_page_alone_knows(client: Any) -> None:
    spec = {"name": "heat", "label": "Heat", "unit": ""}
    values = [None, 1, 2, 3, None]
    answer = ask(client, overlay="heat", overlaySpec=spec, values=values)
    assert any(text.startswith("Heat") for text in words(answer))
    refused = ask(client, overlay="heat")
    assert refused.status_code == 400
    assert "overlay 'heat' is unknown" in refused.json["message"]


def test_a_colour_that_is_none_is_told(client: Any) -> None:
    spec = {"name": "heat", "label": "Heat", "fills": ["red"] * 5}
    answer = ask(client, format="pdf", overlay="heat", overlaySpec=spec, values=[1] * 5)
    assert answer.status_code in (200, 400)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("items", [99]),
        ("items", ["1"]),
        ("items", [True]),
        ("items", 3),
        ("region", [0, 0, 0, 10]),
        ("region", [0, 0, 10]),
        ("region", "all"),
        ("kept", "01"),
        ("kept", "01x10"),
        ("width", "85"),
        ("width", float("inf")),
        ("legend", "no"),
        ("theme", 3),
        ("values", [1]),
        ("values", ["a"] * 5),
        ("overlaySpec", []),
        ("scaleMode", "cubic"),
    ],
)
def test_fields_are_checked(field: str, value: Any) -> None:
    with pytest.raises(ExportError, match=f"'{field}'"):
        read_request({"format": "svg", **VIEW, field: value}, count=5, batch=1)


@pytest.mark.parametrize("body", [None, [], "svg", {}, {"format": "exe"}])
def test_what_is_no_request_is_refused(client: Any, body: Any) -> None:
    answer = client.post("/picture", data=json.dumps(body), content_type="application/json")
    assert answer.status_code == 400
    assert answer.json["message"]


def test_it_changes_nothing_and_is_not_read_by_get(client: Any) -> None:
    before = client.get("/graph.json").data
    ask(client, overlay="heat", overlaySpec={"label": "Heat"}, values=[1] * 5)
    assert client.get("/graph.json").data == before
    assert client.get("/picture").status_code in (404, 405)
