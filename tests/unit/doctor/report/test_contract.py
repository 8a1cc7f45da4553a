"""The JSON contract: its keys, its files and its lines."""

from __future__ import annotations

import json

from graphscope.doctor.findings import Edit, Fix, Place
from graphscope.doctor.reports import Report, as_contract
from tests.unit.doctor.report.examples import FOLDER, NETS, TRAIN, failed_report, two_lstms


def test_a_report_has_exactly_the_keys_of_the_contract() -> None:
    told = as_contract(failed_report())
    assert list(told) == [
        "failure",
        "diagnoses",
        "notes",
        "silenced",
        "seconds",
        "seconds_to_diagnosis",
        "seconds_to_fix",
    ]
    assert list(told["failure"]) == ["exception", "message", "stage", "frames", "node"]
    assert list(told["diagnoses"][0]) == [
        "rule",
        "severity",
        "confidence",
        "message",
        "places",
        "lines",
        "layer",
        "node",
        "evidence",
        "fixes",
        "symptom",
        "first_step",
    ]
    assert list(told["diagnoses"][0]["fixes"][0]) == [
        "title",
        "class",
        "status",
        "result",
        "edits",
        "diff",
    ]


def test_files_are_relative_to_the_folder_of_the_script() -> None:
    told = as_contract(failed_report())
    assert told["failure"]["frames"][0] == {
        "file": "lib/nets.py",
        "line": 5,
        "code": "return Sequential([",
    }
    found = told["diagnoses"][0]
    assert found["places"][0] == {"file": "lib/nets.py", "line": 7}
    assert found["evidence"][0]["file"] == "lib/nets.py"
    assert found["fixes"][0]["edits"][0]["file"] == "lib/nets.py"
    assert found["fixes"][1]["edits"][0]["replace_with"] is None


def test_a_file_elsewhere_keeps_its_path() -> None:
    told = as_contract(failed_report(two_lstms(places=(Place("/opt/lib.py", 3),))))
    assert told["diagnoses"][0]["places"] == [{"file": "/opt/lib.py", "line": 3}]


def test_lines_are_those_of_the_main_script_in_rank_order() -> None:
    places = (Place(TRAIN, 6), Place(NETS, 7), Place(TRAIN, 4), Place(TRAIN, 6))
    found = as_contract(failed_report(two_lstms(places=places)))["diagnoses"][0]
    assert found["lines"] == [6, 4]
    assert len(found["places"]) == 3


def test_a_diff_shows_the_edit() -> None:
    diff = as_contract(failed_report())["diagnoses"][0]["fixes"][0]["diff"]
    assert "-        layers.LSTM(32),\n" in diff
    assert "+        layers.LSTM(32, return_sequences=True),\n" in diff


def test_a_fix_in_an_unknown_file_has_no_diff() -> None:
    fix = Fix("Edit it", (Edit("/opt/lib.py", 1, "x"),))
    told = as_contract(failed_report(two_lstms(fixes=(fix,))))
    assert told["diagnoses"][0]["fixes"][0]["diff"] == ""


def test_a_healthy_program_has_no_failure() -> None:
    told = as_contract(Report(TRAIN, FOLDER))
    assert told["failure"] is None
    assert told["diagnoses"] == []


def test_it_is_json() -> None:
    told = as_contract(failed_report())
    assert json.loads(json.dumps(told)) == told
