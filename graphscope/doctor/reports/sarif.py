"""The report as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graphscope.doctor.catalogue import RuleInfo, list_rules
from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Place, Severity
from graphscope.doctor.reports.report import Report
from graphscope.doctor.reports.span import find_span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PRECISIONS = ((0.9, "very-high"), (0.75, "high"), (0.5, "medium"), (0.0, "low"))


def as_sarif(report: Report, *, version: str, root: str | None = None) -> dict[str, Any]:
    """Return a report as a SARIF log, as JSON values.

    Args:
        report: what was found.
        version: of graphscope.
        root: the folder that paths are relative to, normally that of the repository; the folder
            of the program when left out.
    """
    base = Path(root or report.folder)
    told = list(dict.fromkeys(each.rule for each in report.diagnoses))
    known = {info.id: info for info in list_rules()} if told else {}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "graphscope",
                        "semanticVersion": version,
                        "rules": [_rule(id_, known.get(id_), report) for id_ in told],
                    }
                },
                "originalUriBaseIds": {"SRCROOT": {"uri": f"{base.resolve().as_uri()}/"}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(report, each, told, base) for each in report.diagnoses],
            }
        ],
    }


def _rule(id_: str, info: RuleInfo | None, report: Report) -> dict[str, Any]:
    text = info.description if info else id_
    examples = [each for each in report.diagnoses if each.rule == id_]
    surest = max(each.confidence for each in examples)
    how = f"Silence it with the comment `# graphscope: ignore[{id_}]` on the line."
    return {
        "id": id_,
        "name": "".join(part.capitalize() for part in id_.split("-")),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text} {how}", "markdown": f"{text}\n\n{how}"},
        "defaultConfiguration": {"level": _LEVELS[examples[0].severity]},
        "properties": {
            "precision": next(name for least, name in _PRECISIONS if surest >= least),
            "tags": ["keras", "shapes"],
        },
    }


def _result(report: Report, diagnosis: Diagnosis, told: list[str], base: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": diagnosis.rule,
        "ruleIndex": told.index(diagnosis.rule),
        "level": _LEVELS[diagnosis.severity],
        "message": {"text": _message(diagnosis)},
        "locations": [_first_location(report, diagnosis, base)],
        "relatedLocations": _related(diagnosis, base),
        "partialFingerprints": {"graphscope/v1": _fingerprint(report, diagnosis)},
    }
    fixes = [_fix(report, fix, base) for fix in diagnosis.fixes if _is_usable(report, fix)]
    return result | ({"fixes": fixes} if fixes else {})


def _message(diagnosis: Diagnosis) -> str:
    facts = "".join(f"\n- {each.text}" for each in diagnosis.evidence)
    return f"{diagnosis.message}{facts}"


def _first_location(report: Report, diagnosis: Diagnosis, base: Path) -> dict[str, Any]:
    """Return where a result is shown: its first place, or the checked file as a whole."""
    if not diagnosis.places:
        place = Place(str(Path(report.folder) / Path(report.program).name), 1)
        location = _location(place, base)
        if diagnosis.node:
            location["logicalLocations"] = [
                {"fullyQualifiedName": diagnosis.node, "kind": "element"}
            ]
        return location
    place = diagnosis.places[0]
    location = _location(place, base)
    span = find_span(report, diagnosis)
    if span is not None and span.end > span.start:
        columns = {"startColumn": span.start + 1, "endColumn": span.end + 1}
        location["physicalLocation"]["region"] |= columns
    return location


def _related(diagnosis: Diagnosis, base: Path) -> list[dict[str, Any]]:
    facts = [each for each in diagnosis.evidence if each.place is not None]
    return [
        {"id": number, "message": {"text": each.text}, **_location(each.place, base)}
        for number, each in enumerate(facts, 1)
        if each.place is not None
    ]


def _location(place: Place, base: Path) -> dict[str, Any]:
    region = {"startLine": place.line}
    return {"physicalLocation": {"artifactLocation": _artifact(place.file, base), "region": region}}


def _artifact(file: str, base: Path) -> dict[str, str]:
    path, root = Path(file).resolve(), base.resolve()
    if path.is_relative_to(root):
        return {"uri": quote(path.relative_to(root).as_posix()), "uriBaseId": "SRCROOT"}
    return {"uri": path.as_uri()}


def _fingerprint(report: Report, diagnosis: Diagnosis) -> str:
    """Return what stays the same when lines are added above a finding."""
    place = diagnosis.places[0] if diagnosis.places else None
    where = (
        f"{report.relative(place.file)}\n{report.line_text(place).strip()}"
        if place
        else f"{Path(report.program).name}\n{diagnosis.node}"
    )
    return hashlib.sha256(f"{diagnosis.rule}\n{where}".encode()).hexdigest()[:32]


def _is_usable(report: Report, fix: Fix) -> bool:
    is_known = all(edit.file in report.sources for edit in fix.edits)
    return bool(fix.edits) and is_known and fix.status is not FixStatus.REJECTED


def _fix(report: Report, fix: Fix, base: Path) -> dict[str, Any]:
    files = dict.fromkeys(edit.file for edit in fix.edits)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": _artifact(file, base),
                "replacements": [
                    _replacement(report, edit) for edit in fix.edits if edit.file == file
                ],
            }
            for file in files
        ],
    }


def _replacement(report: Report, edit: Edit) -> dict[str, Any]:
    """Return an edit as a replaced region: the line without its end, or all of it."""
    if edit.replace_with is None:
        region = {
            "startLine": edit.line,
            "startColumn": 1,
            "endLine": edit.line + 1,
            "endColumn": 1,
        }
        return {"deletedRegion": region}
    end = len(report.line_text(Place(edit.file, edit.line))) + 1
    region = {"startLine": edit.line, "startColumn": 1, "endLine": edit.line, "endColumn": end}
    return {"deletedRegion": region, "insertedContent": {"text": edit.replace_with}}
