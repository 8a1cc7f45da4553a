"""SARIF: what GitHub requires of it, and what it says."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from graphscope.doctor.findings import Edit, Fix, FixStatus, Place, Severity
from graphscope.doctor.reports.sarif import as_sarif
from tests.unit.doctor.report.examples import FOLDER, NETS, TRAIN, failed_report, two_lstms


def sarif(*diagnoses: Any, **options: Any) -> dict[str, Any]:
    told = as_sarif(failed_report(*diagnoses), version="1.2.3", **options)
    assert json.loads(json.dumps(told)) == told
    return told


def results(*diagnoses: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = sarif(*diagnoses)["runs"][0]["results"]
    return found


def test_it_has_every_field_that_github_requires() -> None:
    told = sarif(two_lstms(), two_lstms(rule="other-rule", severity=Severity.INFO))
    assert told["version"] == "2.1.0"
    assert told["$schema"].endswith("sarif-2.1.0.json")
    (run,) = told["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("graphscope", "1.2.3")
    for rule in driver["rules"]:
        assert rule["id"]
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
        assert rule["properties"]["precision"] in ("very-high", "high", "medium", "low")
        assert 0 < len(rule["shortDescription"]["text"]) <= 1024
    for result in run["results"]:
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["level"] in ("error", "warning", "note")
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert not physical["artifactLocation"]["uri"].startswith("/")
        region = physical["region"]
        assert region["startLine"] >= 1
        if "startColumn" in region:
            assert 1 <= region["startColumn"] < region["endColumn"]
        assert all(value for value in result["partialFingerprints"].values())
        ids = [each["id"] for each in result["relatedLocations"]]
        assert ids == list(range(1, len(ids) + 1))


def test_a_result_points_at_the_expression() -> None:
    (result,) = results()
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "lib/nets.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 7, "startColumn": 9, "endColumn": 24},
    }
    assert "32 <- LSTM(units=32)" in result["message"]["text"]


def test_paths_are_relative_to_the_repository() -> None:
    run = sarif(root="/home/ada")["runs"][0]
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location["uri"] == "project/lib/nets.py"
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == "file:///home/ada/"


def test_paths_are_quoted_and_a_file_elsewhere_is_absolute() -> None:
    odd = f"{FOLDER}/my nets/a#1.py"
    (result,) = results(two_lstms(places=(Place(odd, 1),)))
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert (uri, unquote(uri)) == ("my%20nets/a%231.py", "my nets/a#1.py")
    (result,) = results(two_lstms(places=(Place("/opt/a.py", 1),)))
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///opt/a.py"}


def test_a_finding_without_a_line_is_shown_on_the_checked_file() -> None:
    (result,) = results(two_lstms(places=(), node="dense"))
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "train.py"
    assert location["physicalLocation"]["region"] == {"startLine": 1}
    assert location["logicalLocations"][0]["fullyQualifiedName"] == "dense"


def test_fixes_replace_and_delete_lines() -> None:
    replaced, deleted = results()[0]["fixes"]
    (change,) = replaced["artifactChanges"]
    assert change["artifactLocation"]["uri"] == "lib/nets.py"
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 7, "startColumn": 1, "endLine": 7, "endColumn": 25},
            "insertedContent": {"text": "        layers.LSTM(32, return_sequences=True),"},
        }
    ]
    assert deleted["artifactChanges"][0]["replacements"] == [
        {"deletedRegion": {"startLine": 8, "startColumn": 1, "endLine": 9, "endColumn": 1}}
    ]


def test_rejected_fixes_and_fixes_of_unknown_files_are_left_out() -> None:
    rejected = Fix("No", (Edit(NETS, 7, "x"),), status=FixStatus.REJECTED)
    unknown = Fix("Where", (Edit("/opt/a.py", 1, "x"),))
    assert "fixes" not in results(two_lstms(fixes=(rejected, unknown)))[0]


def test_a_fingerprint_survives_lines_above_and_tells_findings_apart() -> None:
    def fingerprint(**changes: Any) -> str:
        return str(results(two_lstms(**changes))[0]["partialFingerprints"])

    assert fingerprint() == fingerprint(message="Other words.")
    assert fingerprint() != fingerprint(places=(Place(TRAIN, 4),))
    assert fingerprint() != fingerprint(rule="other-rule")


def test_known_rules_bring_their_description() -> None:
    (rule,) = sarif(two_lstms(rule="linear-stack"))["runs"][0]["tool"]["driver"]["rules"]
    assert rule["name"] == "LinearStack"
    assert "without an activation between them" in rule["fullDescription"]["text"]
    assert "graphscope: ignore[linear-stack]" in rule["help"]["markdown"]
