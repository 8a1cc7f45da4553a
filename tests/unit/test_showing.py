"""`graphscope.show` in scripts, interactive sessions and notebooks, with a fake inspector."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from graphscope import showing
from graphscope.app.offline import InlinePage
from graphscope.errors import GraphscopeError
from tests.support.graphs import graph as draw


class FakeInspector:
    """Remembers what was done with it."""

    def __init__(self, graph: object, **settings: object) -> None:
        self.graph = graph
        self.settings = settings
        self.done: list[str] = []
        self.url = "http://127.0.0.1:1/?token=one"

    def start(self) -> FakeInspector:
        self.done.append("start")
        return self

    def new_url(self) -> str:
        return "http://127.0.0.1:1/?token=two"

    def wait(self) -> None:
        self.done.append("wait")

    def stop(self) -> None:
        self.done.append("stop")


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses that were opened in a browser, on a machine with a display."""
    addresses: list[str] = []
    monkeypatch.setattr(showing, "Inspector", FakeInspector)
    monkeypatch.setattr("webbrowser.open", addresses.append)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    for variable in ("WAYLAND_DISPLAY", "SSH_CONNECTION", "KUBERNETES_SERVICE_HOST", "VSCODE_PID"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv("BROWSER", raising=False)
    monkeypatch.setitem(sys.modules, "IPython", None)  # type: ignore[arg-type]
    return addresses


def show(**settings: Any) -> FakeInspector:
    return showing.show(draw("x -> y"), **settings)  # type: ignore[return-value]


def test_a_script_waits(opened: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    inspector = show(port=8050)
    assert inspector.done == ["start", "wait", "stop"]
    assert inspector.settings.items() >= {"port": 8050, "batch": 1}.items()
    assert capsys.readouterr().out == "http://127.0.0.1:1/?token=one\n"
    assert opened == ["http://127.0.0.1:1/?token=two"]


def test_an_interactive_session_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "ps1", ">>> ", raising=False)
    assert show().done == ["start"]
    assert show(wait=True).done == ["start", "wait", "stop"]


def test_a_script_may_go_on_too() -> None:
    assert show(wait=False).done == ["start"]


def test_a_notebook_shows_the_page_in_the_cell(
    opened: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ipython = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    inspector = show()
    assert inspector.done == ["start"]
    assert "http://localhost:*" in inspector.settings["embedders"]  # type: ignore[operator]
    assert opened == []
    assert capsys.readouterr().out == ""


def test_a_notebook_far_away_gets_the_whole_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ipython = ModuleType("IPython")
    ipython.get_ipython = lambda: SimpleNamespace(kernel=object())  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.7 51000 10.0.0.8 22")
    assert isinstance(show(), InlinePage)
    assert isinstance(show(offline=False), FakeInspector)
    from graphscope.app import painted

    monkeypatch.setattr(painted, "inspect_run", FakeInspector)
    (tmp_path / "rank0.jsonl").write_text("")
    assert isinstance(showing.show(tmp_path), FakeInspector), "a run needs the server"
    with pytest.raises(GraphscopeError, match="is a run"):
        showing.show(tmp_path, offline=True)


def test_a_page_without_a_server_on_demand(opened: list[str]) -> None:
    assert isinstance(show(offline=True), InlinePage)
    assert opened == []


def test_no_browser_without_a_display(opened: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    show(open_browser=False)
    monkeypatch.delenv("DISPLAY")
    show()
    assert opened == []
    monkeypatch.setenv("BROWSER", "lynx")
    show()
    assert len(opened) == 1


def test_a_run_is_shown_with_what_happened_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from graphscope.app import painted

    (tmp_path / "rank0.jsonl").write_text("")
    monkeypatch.setattr(painted, "inspect_run", FakeInspector)
    for run in (tmp_path, str(tmp_path)):
        inspector: Any = showing.show(run, wait=False)
        assert (inspector.graph, inspector.done) == (tmp_path, ["start"])
