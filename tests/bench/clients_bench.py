"""How the page's server stands many visitors: errors, and how long answers take.

Run `python -m tests.bench.clients_bench [TARGET]`. Visitors are threads of two other processes,
each with a cookie and a connection of its own, who do over and over what a page does: load it and
its graph, ask for the details of a layer by a callback of Dash, look for news. All answers are
read whole. Goal: with 64 visitors no error, and 99 % of the answers within a second, on 2 cores.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from graphscope.app import Inspector
from graphscope.session import as_graph

VISITORS = (1, 16, 64)
ROUNDS = 20
PROCESSES = 2

Request = tuple[str, str, str | None]
"""Method, path, body."""


@dataclass(frozen=True)
class Visit:
    """What one visitor met: seconds of each answer, and what went wrong."""

    seconds: list[float]
    errors: list[str]


def make_requests(node: str) -> list[Request]:
    """Return what a page asks for in one round."""
    asked = {
        "output": "details-content.children",
        "outputs": {"id": "details-content", "property": "children"},
        "inputs": [{"id": "selection", "property": "data", "value": node}],
        "changedPropIds": ["selection.data"],
    }
    return [
        ("GET", "/", None),
        ("GET", "/graph.json", None),
        ("POST", "/_dash-update-component", json.dumps(asked)),
        ("GET", "/workspace/state.json", None),
        ("POST", "/_dash-update-component", json.dumps(asked)),
    ]


def visit(port: int, cookie: str, requests: list[Request]) -> Visit:
    """Do as many rounds as one visitor does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    seconds: list[float] = []
    errors: list[str] = []
    headers = {"Cookie": cookie, "Content-Type": "application/json"}
    for method, path, body in requests * ROUNDS:
        begin = time.perf_counter()
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                errors.append(f"{path} {answer.status}")
        except (OSError, http.client.HTTPException) as error:
            errors.append(f"{path} {type(error).__name__}: {error}")
            connection.close()
        seconds.append(time.perf_counter() - begin)
    connection.close()
    return Visit(seconds, errors)


def visit_side_by_side(port: int, cookies: list[str], requests: list[Request]) -> list[Visit]:
    """Let some visitors come at the same time; called in a process of its own."""
    with ThreadPoolExecutor(max(1, len(cookies))) as pool:
        return list(pool.map(lambda cookie: visit(port, cookie, requests), cookies))


def admit(inspector: Inspector) -> str:
    """Return the cookie of a new visitor."""
    connection = http.client.HTTPConnection("127.0.0.1", inspector.address.port, timeout=60)
    connection.request("GET", inspector.new_url().removeprefix(inspector.address.origin))
    cookie = connection.getresponse().headers["Set-Cookie"].partition(";")[0]
    connection.close()
    return cookie


def measure(inspector: Inspector, count: int, requests: list[Request]) -> dict[str, float]:
    """Return what so many visitors met."""
    cookies = [admit(inspector) for _ in range(count)]
    shares = [cookies[first::PROCESSES] for first in range(PROCESSES)]
    begin = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        port = inspector.address.port
        futures = [pool.submit(visit_side_by_side, port, share, requests) for share in shares]
        visits = [each for future in futures for each in future.result()]
    taken = time.perf_counter() - begin
    seconds = sorted(value for each in visits for value in each.seconds)
    errors = [error for each in visits for error in each.errors]
    for error in sorted(set(errors))[:5]:
        print(f"  {error}")  # noqa: T201
    return {
        "visitors": count,
        "requests": len(seconds),
        "errors": len(errors),
        "p50_ms": 1000 * seconds[len(seconds) // 2],
        "p99_ms": 1000 * seconds[len(seconds) * 99 // 100],
        "max_ms": 1000 * seconds[-1],
        "per_second": len(seconds) / taken,
    }


def main(target: str) -> None:
    """Measure a target and print the table."""
    graph = as_graph(target)
    requests = make_requests(graph.nodes[len(graph.nodes) // 2].id)
    rows = []
    with Inspector(graph) as inspector:
        for count in VISITORS:
            rows.append(row := measure(inspector, count, requests))
            print("  ".join(f"{name} {value:,.0f}" for name, value in row.items()))  # noqa: T201
    print(json.dumps(rows))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "sample:tiny_gpt")
