"""The report of the consistency check as the page shows it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphscope.analysis import check_consistency
from graphscope.app.facts import Facts
from graphscope.app.present.consistency import CHECKS, present_consistency
from graphscope.app.services import Services
from graphscope.app.site import make_app
from graphscope.graph import Graph
from tests.support.graphs import graph

_GOOD = "x=Input[B,8] -> dense/matmul=MatMul(kernel[8,4])[B,4] -> dense/relu=Relu[B,4]"


def damaged() -> Graph:
    """A graph in which a scope does not say that it took what an operation inside consumes."""
    drawn = graph(_GOOD)
    scopes = [replace(scope, inputs=()) if scope.id == "dense" else scope for scope in drawn.scopes]
    return replace(drawn, scopes=tuple(scopes))


def report_of(drawn: Graph) -> dict[str, Any]:
    return present_consistency(Facts(drawn))


def test_every_check_tells_what_it_compared() -> None:
    report = report_of(graph(_GOOD))
    assert report["ok"]
    assert [check["title"] for check in report["checks"]] == [check.title for check in CHECKS]
    counts = {check["title"]: check["count"] for check in report["checks"]}
    assert counts["Operations and operands"] == 2
    assert counts["Weights"] == 1
    assert all(check["differences"] == 0 for check in report["checks"])


def test_differences_stand_at_their_check_and_name_the_node() -> None:
    drawn = damaged()
    assert not check_consistency(drawn).ok
    report = report_of(drawn)
    found = [check for check in report["checks"] if check["differences"]]
    assert [check["title"] for check in found] == ["Edges between layers"]
    assert found[0]["listed"][0]["code"] == "hidden flow"
    known = set(drawn.node_by_id) | set(drawn.scope_by_id)
    assert found[0]["listed"][0]["subject"] in known


def test_no_difference_is_lost_between_the_checks() -> None:
    violations = check_consistency(damaged()).violations
    report = report_of(damaged())
    assert sum(check["differences"] for check in report["checks"]) == len(violations)


def test_a_recorded_run_is_compared_with_nothing() -> None:
    drawn = graph("x -> relu", producer="recorded run")
    assert not report_of(drawn)["is_compared"]


def test_the_route_answers() -> None:
    answer = make_app(Services(damaged())).server.test_client().get("/consistency.json")
    assert answer.json["ok"] is False
