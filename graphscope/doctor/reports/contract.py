"""The report as the JSON object that `--json` writes; its keys are a public contract."""

from __future__ import annotations

from typing import Any

from graphscope.doctor.findings import Diagnosis, Edit, Evidence, Fix, Place
from graphscope.doctor.reports.report import CodeLine, FailureReport, Report


def as_contract(report: Report) -> dict[str, Any]:
    """Return the report as JSON values; files are relative to the script's folder."""
    return {
        "failure": _failure(report, report.failure) if report.failure else None,
        "diagnoses": [_diagnosis(report, each) for each in report.diagnoses],
        "notes": list(report.notes),
        "silenced": report.silenced,
        "seconds": round(report.seconds, 3),
        "seconds_to_diagnosis": round(report.seconds_to_diagnosis, 3),
        "seconds_to_fix": report.seconds_to_fix and round(report.seconds_to_fix, 3),
    }


def _failure(report: Report, failure: FailureReport) -> dict[str, Any]:
    return {
        "exception": failure.exception,
        "message": failure.message,
        "stage": failure.stage,
        "frames": [_frame(report, frame) for frame in failure.frames],
        "node": failure.node,
    }


def _frame(report: Report, frame: CodeLine) -> dict[str, Any]:
    return {"file": report.relative(frame.file), "line": frame.line, "code": frame.code}


def _diagnosis(report: Report, diagnosis: Diagnosis) -> dict[str, Any]:
    places = list(dict.fromkeys(diagnosis.places))
    return {
        "rule": diagnosis.rule,
        "severity": diagnosis.severity.value,
        "confidence": round(diagnosis.confidence, 3),
        "message": diagnosis.message,
        "places": [_place(report, place) for place in places],
        "lines": [place.line for place in places if place.file == report.program],
        "layer": report.layer_label(diagnosis.layer),
        "node": diagnosis.node,
        "evidence": [_evidence(report, each) for each in diagnosis.evidence],
        "fixes": [_fix(report, each) for each in diagnosis.fixes],
        "symptom": diagnosis.symptom,
        "first_step": diagnosis.first_step,
    }


def _place(report: Report, place: Place) -> dict[str, Any]:
    return {"file": report.relative(place.file), "line": place.line}


def _evidence(report: Report, evidence: Evidence) -> dict[str, Any]:
    place = evidence.place
    return {
        "kind": evidence.kind,
        "text": evidence.text,
        "file": report.relative(place.file) if place else None,
        "line": place.line if place else None,
    }


def _fix(report: Report, fix: Fix) -> dict[str, Any]:
    return {
        "title": fix.title,
        "class": fix.repair_class.value,
        "status": fix.status.value,
        "result": fix.result,
        "edits": [_edit(report, edit) for edit in fix.edits],
        "diff": diff_of(report, fix),
    }


def _edit(report: Report, edit: Edit) -> dict[str, Any]:
    file = report.relative(edit.file)
    return {"file": file, "line": edit.line, "replace_with": edit.replace_with}


def diff_of(report: Report, fix: Fix) -> str:
    """Return a fix as a unified diff; empty where the text of a file is not at hand."""
    if any(edit.file not in report.sources for edit in fix.edits):
        return ""
    return fix.diff(report.sources)
