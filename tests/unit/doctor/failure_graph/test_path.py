"""The evidence path, and the node a diagnosis is about."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.failure_graph import FailureGraph, attach_nodes, find_path
from graphscope.doctor.findings import Diagnosis, Evidence, Place, Severity
from tests.support.graphs import graph

FILE = "/home/user/train.py"
RESIDUAL = "x -> stem:Conv2D -> a:Conv2D -> b:Conv2D -> add:Add -> after; stem -> add"


def diagnosis(**fields: Any) -> Diagnosis:
    return Diagnosis("rule", Severity.ERROR, 0.9, "message", **fields)


def lines(**lines: int) -> dict[str, tuple[Place, ...]]:
    return {node: (Place(FILE, line),) for node, line in lines.items()}


def test_both_branches_of_a_merge_back_to_where_they_part() -> None:
    path = find_path(FailureGraph(graph(RESIDUAL), "add"))
    assert path.nodes == ("stem", "a", "b")
    assert set(path.edges) == {("stem", "a"), ("a", "b"), ("b", "add"), ("stem", "add")}
    assert (path.culprit, path.failed) == ("add", None)


def test_towers_that_never_part_are_shown_whole() -> None:
    found = graph("u -> a:Dense -> add:Add; v -> b:Dense -> add")
    assert find_path(FailureGraph(found, "add")).nodes == ("u", "a", "v", "b")


def test_targets_do_not_drag_the_whole_model_in() -> None:
    found = graph("x -> a:Dense -> b:Dense -> loss; y=Input -> loss")
    assert find_path(FailureGraph(found, "loss")).nodes == ("b", "y")


def test_a_single_input_is_followed_to_the_lines_of_the_evidence() -> None:
    chain = graph("x -> a:Dense -> b:Dense -> c:Dense -> d:Dense")
    found = FailureGraph(chain, "d", lines(a=3, b=4, c=5))
    evidence = (Evidence("origin", "10 <- units", Place(FILE, 4)),)
    assert find_path(found).nodes == ("c",)
    assert find_path(found, diagnosis(evidence=evidence)).nodes == ("b", "c")


def test_of_several_calls_on_a_line_the_nearest_counts() -> None:
    chain = graph("x -> a:Dense -> b:Dense -> c:Dense -> d:Dense")
    found = FailureGraph(chain, "d", lines(a=3, b=3))
    assert find_path(found, diagnosis(places=(Place(FILE, 3),))).nodes == ("b", "c")


def test_what_is_blamed_and_what_failed_are_told_apart() -> None:
    chain = graph("x -> a:LSTM -> b:Dropout -> c:LSTM")
    path = find_path(FailureGraph(chain, "c"), diagnosis(node="a"))
    assert (path.culprit, path.failed, path.nodes) == ("a", "c", ("a", "b"))


def test_what_fails_inside_of_what_is_blamed_tells_more() -> None:
    found = FailureGraph(graph("x -> block/a:Dense -> block/b:Dense"), "block/b")
    assert find_path(found, diagnosis(node="block")).culprit == "block/b"


def test_a_diagnosis_about_something_else_leaves_the_failure_alone() -> None:
    found = FailureGraph(graph("x -> a:Dense -> b:Dense; a -> aside:Dense"), "b")
    path = find_path(found, diagnosis(node="aside"))
    assert (path.culprit, path.failed, path.nodes) == ("aside", None, ("a",))


def test_a_scope_may_be_the_culprit() -> None:
    found = graph("x -> a:Dense -> block/b:Dense -> block/c:Dense")
    path = find_path(FailureGraph(found, "block"))
    assert (path.nodes, path.edges) == (("a",), (("a", "block/b"),))


def test_nothing_failed_and_nothing_is_blamed() -> None:
    assert find_path(FailureGraph(graph("x -> y")), diagnosis()).nodes == ()


def attach(found: FailureGraph, **fields: Any) -> str | None:
    return attach_nodes([diagnosis(**fields)], found)[0].node


def test_diagnoses_find_their_node_by_name_class_and_line() -> None:
    chain = graph("x -> a:LSTM -> b:LSTM -> c:Dense")
    found = FailureGraph(chain, "b", lines(a=3, b=4, c=5))
    assert attach(found, layer="a") == "a"
    assert attach(found, layer="LSTM") == "b"
    assert attach(found, layer="LSTM", places=(Place(FILE, 3),)) == "a"
    assert attach(found, layer="Conv2D") is None
    assert attach(found, layer="Dense", node="a") == "a"
    assert attach(found, layer="Dense", node="gone") == "c"


def test_a_diagnosis_of_data_has_no_node_but_that_of_the_loss_that_failed() -> None:
    assert attach(FailureGraph(graph("x -> a:Dense"), "a")) is None
    assert attach(FailureGraph(graph("x -> l=Loss"), "l")) == "l"
