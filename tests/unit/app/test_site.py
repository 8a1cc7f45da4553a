"""The app behind the guard: what it serves, and what it does not."""

from __future__ import annotations

import gzip
import json
import re
from typing import Any

import pytest

from graphscope.app.panels import details
from graphscope.app.services import Services
from graphscope.app.site import make_app
from tests.support.graphs import graph

SERVICES = Services(graph("x=Input[B,4] -> dense:Dense(kernel[4,8])[B,8] -> relu[B,8]", name="a<b"))


@pytest.fixture(scope="module")
def client() -> Any:
    return make_app(SERVICES).server.test_client()


def test_the_page_is_ours_with_an_escaped_title(client: Any) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "<title>a&lt;b · graphscope</title>" in answer.text
    assert '<nav class="outline"' in answer.text


def test_every_script_of_the_page_is_ours_or_dashs(client: Any) -> None:
    sources = re.findall(r'(?:src|href)="([^"]+)"', client.get("/").text)
    assert all(source.startswith(("/", "#")) for source in sources)
    assert not any("plotly" in source for source in sources)
    for source in sources:
        if not source.startswith("#"):
            assert client.get(source).status_code == 200, source


def test_the_graph_has_a_route_of_its_own(client: Any) -> None:
    answer = client.get("/graph.json")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(gzip.decompress(answer.data))["name"] == "a<b"


def test_an_unchanged_graph_does_not_travel_twice(client: Any) -> None:
    tag = client.get("/graph.json").headers["ETag"]
    assert client.get("/graph.json", headers={"If-None-Match": tag}).status_code == 304
    other = make_app(Services(graph("x -> y"))).server.test_client()
    assert other.get("/graph.json").headers["ETag"] != tag


def test_modules_and_styles_have_types_that_browsers_accept(client: Any) -> None:
    types = {"page/worker.mjs": "text/javascript", "graphscope.css": "text/css"}
    for name, mimetype in types.items():
        answer = client.get(f"/assets/{name}")
        assert answer.mimetype == mimetype
        assert answer.headers["Cache-Control"] == "no-cache"
        tag = answer.headers["ETag"]
        again = client.get(f"/assets/{name}", headers={"If-None-Match": tag})
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/anything",
        "/index.html",
        "/assets",
        "/assets/",
        "/assets/nothing.css",
        "/assets/page",
        "/assets/../pyproject.toml",
        "/assets/%2e%2e/pyproject.toml",
        "/assets/..%2fpyproject.toml",
        "/assets/page/../../pyproject.toml",
        "/assets/....//pyproject.toml",
        "/assets/..\\pyproject.toml",
        "/assets//etc/hostname",
        "/dash-assets/graphscope.css",
        "/dash-assets/../pyproject.toml",
        "/_dash-component-suites/os/os.py",
        "/_dash-component-suites/dash/../dash.py",
        "/_mcp",
        "/_dash_mcp",
    ],
)
def test_there_is_nothing_else(client: Any, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert b"requires-python" not in answer.data


def test_the_environment_switches_nothing_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASH_MCP_ENABLED", "true")
    monkeypatch.setenv("DASH_REQUESTS_PATHNAME_PREFIX", "/elsewhere/")
    monkeypatch.setenv("DASH_ASSETS_EXTERNAL_PATH", "https://evil.example/")
    client = make_app(SERVICES).server.test_client()
    assert client.get("/_mcp").status_code == 404
    assert "elsewhere" not in client.get("/").text
    assert "evil.example" not in client.get("/").text


def test_the_selection_is_answered_with_a_card(client: Any) -> None:
    assert "Dense" in select(client, "dense").get_data(as_text=True)
    assert "nothing of this name" in select(client, "no/such").get_data(as_text=True)
    assert "They agree" in select(client, None).get_data(as_text=True)


def test_a_panel_that_fails_says_so(
    client: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(details, "present_item", lambda *_: 1 / 0)
    text = select(client, "dense").get_data(as_text=True)
    assert "ZeroDivisionError: division by zero" in text
    assert "The details panel failed." in caplog.text


def select(client: Any, item: str | None) -> Any:
    return client.post(
        "/_dash-update-component",
        json={
            "output": "details-content.children",
            "outputs": {"id": "details-content", "property": "children"},
            "inputs": [{"id": "selection", "property": "data", "value": item}],
            "changedPropIds": ["selection.data"],
        },
    )
