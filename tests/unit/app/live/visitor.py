"""A visitor of the live page without a browser."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from graphscope.app.live.page import LivePage

PATIENCE = 20.0


class Visitor:
    """Comes in by the page's link, and keeps the cookie."""

    def __init__(self, page: LivePage) -> None:
        self._port = page.address.port
        answer = self.ask(page.new_url().removeprefix(page.address.origin), cookie="")
        self.cookie = str(answer.headers["Set-Cookie"]).partition(";")[0]

    def ask(self, path: str, *, cookie: str | None = None, **query: Any) -> Any:
        """Return an answer; `data` is its body."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=40)
        asked = f"{path}?{urlencode(query)}" if query else path
        connection.request(
            "GET", asked, headers={"Cookie": self.cookie if cookie is None else cookie}
        )
        answer: Any = connection.getresponse()
        answer.data = answer.read()
        connection.close()
        return answer

    def json(self, path: str, **query: Any) -> Any:
        """Return an answer that must be JSON without NaN."""
        answer = self.ask(path, **query)
        assert answer.status == 200, (answer.status, answer.data)
        return json.loads(answer.data, parse_constant=_refuse)

    def state(self, **query: Any) -> Any:
        """Return what the page is told of all runs."""
        return self.json("/live/state.json", **query)

    def curves(self, **query: Any) -> dict[tuple[str, str], Any]:
        """Return curves by name of run and metric."""
        names = {run["key"]: run["name"] for run in self.state()["runs"]}
        found = self.json("/live/curves.json", **query)["curves"]
        return {(names[each["run"]], each["metric"]): each for each in found}

    def wait_for(self, is_so: Callable[[Any], Any], patience: float = PATIENCE) -> Any:
        """Return the first state of which something is true."""
        until = time.monotonic() + patience
        state = self.state()
        while not is_so(state):
            assert time.monotonic() < until, state
            answer = self.ask("/live/state.json", since=state["version"], wait=1)
            state = json.loads(answer.data) if answer.status == 200 else self.state()
        return state


def run_of(state: Any, name: str) -> Any:
    """Return a run of a state by its name; None when there is none."""
    return next((run for run in state["runs"] if run["name"] == name), None)


def _refuse(word: str) -> None:
    raise AssertionError(f"{word} is not JSON")
