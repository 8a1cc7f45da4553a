"""The diagnosis panel as plain values, and the marks in the picture."""

from __future__ import annotations

from typing import Any

from graphscope.analysis.outline import fold
from graphscope.app.debugging import Findings
from graphscope.app.present.diagnosis import DiagnosisView, present_diagnosis
from graphscope.app.present.diagnosis_marks import present_marks
from graphscope.app.services import Services
from graphscope.app.site import make_app
from graphscope.doctor.failure_graph import FailureGraph, Path
from graphscope.doctor.findings import (
    Diagnosis,
    Edit,
    Evidence,
    Fix,
    FixStatus,
    Place,
    RepairClass,
    Severity,
)
from graphscope.doctor.reports import FailureReport, Report
from tests.support.graphs import graph

FILE, HELPER = "/home/user/train.py", "/home/user/lib/blocks.py"
SOURCE = "\nimport keras\n\nunits = 10\nhead = Dense(units)\n\nmodel.fit(x, y)\n"
GRAPH = graph("x -> block/a:Dense -> b:Dense -> c:Dense")
FIX = Fix(
    "Give the head 7 units",
    (Edit(FILE, 4, "units = 7"),),
    RepairClass.B,
    FixStatus.VERIFIED,
    result="ran to the end",
)


def diagnosis(**fields: Any) -> Diagnosis:
    message = "The head makes 10 values; the targets have 7.\nSet units = 7."
    return Diagnosis("units-against-classes", Severity.ERROR, 0.95, message, **fields)


def report(*diagnoses: Diagnosis, **fields: Any) -> Report:
    fields = {"sources": {FILE: SOURCE}, "command": "graphscope debug train.py --fast", **fields}
    return Report(FILE, "/home/user", diagnoses=diagnoses, **fields)


def present(found: Report, number: int = 0, culprit: str | None = "c") -> DiagnosisView:
    lines = {"b": (Place(FILE, 5),), "c": (Place(HELPER, 31),)}
    findings = Findings(found, FailureGraph(GRAPH, culprit, lines))
    return present_diagnosis(found, findings.failure_graph, findings.paths, number)


def test_the_first_line_is_the_headline() -> None:
    view = present(report(diagnosis()))
    assert view.headline == "The head makes 10 values; the targets have 7."
    assert view.body == ("Set units = 7.",)
    assert view.badges == ("units-against-classes", "certain")
    assert [link.target for link in view.links] == ["c"]


def test_source_is_shown_around_the_first_place_and_alone_for_others() -> None:
    places = (Place(FILE, 5), Place(FILE, 4), Place(FILE, 7), Place(HELPER, 31))
    first, second = present(report(diagnosis(places=places))).excerpts
    assert (first.place, first.target) == ("train.py:5", "b")
    assert [(row.number, row.is_marked, row.is_other) for row in first.rows] == [
        (4, False, True), (5, True, False), (6, False, False), (7, False, True),
    ]  # fmt: skip
    assert (second.place, second.rows, second.target) == ("lib/blocks.py:31", (), "c")


def test_a_chain_of_origins_is_told_in_steps_with_their_nodes() -> None:
    evidence = (
        Evidence("origin", "10 <- Dense(units) train.py:5", Place(FILE, 5)),
        Evidence("origin", "units = 10 train.py:4", Place(FILE, 4)),
        Evidence("origin", "7 <- y.shape[1] train.py:7", Place(FILE, 7)),
        Evidence("shape", "the targets have shape (None, 7)"),
    )
    view = present(report(diagnosis(evidence=evidence)))
    told = [[(step.text, step.place, step.target) for step in c.steps] for c in view.chains]
    assert told == [
        [("10", "", ""), ("Dense(units)", "train.py:5", "b"), ("units = 10", "train.py:4", "")],
        [("7", "", ""), ("y.shape[1]", "train.py:7", "")],
    ]
    assert [fact.text for fact in view.facts] == ["the targets have shape (None, 7)"]


def test_fixes_carry_their_diff_their_status_and_the_command_that_applies_them() -> None:
    rejected = Fix("No", (Edit(FILE, 5, None),), status=FixStatus.REJECTED)
    other = diagnosis(fixes=(FIX,))
    no, yes = present(report(other, diagnosis(fixes=(rejected, FIX))), 1).fixes
    assert (no.status, no.command) == ("rejected", "")
    assert yes.command == "graphscope debug --apply 2 train.py --fast"
    assert yes.result == "Ran to the end."
    assert [(row.sign, row.text) for row in yes.diff] == [
        ("@", "train.py:3"), (" ", ""), ("-", "units = 10"), ("+", "units = 7"),
        (" ", "head = Dense(units)"),
    ]  # fmt: skip


def test_several_diagnoses_can_be_chosen_from() -> None:
    found = report(diagnosis(), diagnosis(node="b"))
    view = present(found, 1)
    assert [choice.is_chosen for choice in view.choices] == [False, True]
    assert [link.target for link in view.links] == ["b", "c"]
    assert present(found, 7).choices[0].is_chosen


def test_a_failure_without_a_diagnosis_still_shows_what_python_said() -> None:
    failure = FailureReport("ValueError", "no such thing", "fit", traceback="Traceback ...")
    view = present(report(failure=failure))
    assert view.headline == "The program failed, and no rule knows why."
    assert (view.failure, view.raised) == ("ValueError in fit()", "no such thing")
    assert present(report()).headline == "Nothing was found."


def test_marks_point_at_positions_of_the_outline() -> None:
    outline = fold(GRAPH)
    path = Path("block/a", "c", ("block/a", "b"), (("block/a", "b"), ("b", "c")))
    (mark,) = present_marks([path], outline, has_failed=True)
    ids = [item.id for item in outline.items]
    assert [(ids[point["item"]], point["label"]) for point in mark["points"]] == [
        ("c", "fails here"), ("block/a", "look here"),
    ]  # fmt: skip
    assert [ids[item] for item in mark["items"]] == ["block/a", "b"]
    assert [[ids[end] for end in edge] for edge in mark["edges"]] == [["block/a", "b"], ["b", "c"]]


def test_a_silent_finding_is_looked_at_and_the_whole_picture_is_never_marked() -> None:
    outline = fold(GRAPH)
    (mark,) = present_marks([Path("b")], outline, has_failed=False)
    assert [point["label"] for point in mark["points"]] == ["look here"]
    assert present_marks([Path("/")], outline, has_failed=True)[0]["points"] == []


def test_names_of_strangers_and_foreign_values_do_no_harm() -> None:
    evil = SOURCE.replace("10", "'\udcff'")
    found = report(diagnosis(places=(Place(FILE, 5),)), sources={FILE: evil})
    services = Services(GRAPH, findings=Findings(found, FailureGraph(GRAPH)))
    client = make_app(services).server.test_client()
    answer = client.post(
        "/_dash-update-component",
        json={
            "output": "diagnosis-content.children",
            "outputs": {"id": "diagnosis-content", "property": "children"},
            "inputs": [{"id": "diagnosis", "property": "data", "value": "<b>"}],
            "changedPropIds": ["diagnosis.data"],
        },
    )
    assert answer.status_code == 200
    assert "units = '\\\\udcff'" in answer.text
    assert "cannot be shown" not in answer.text


def test_a_page_without_findings_has_no_diagnosis() -> None:
    services = Services(GRAPH)
    layout = make_app(services).server.test_client().get("/_dash-layout").text
    assert "diagnosis" not in layout
