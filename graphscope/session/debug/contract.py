"""What `--json` writes of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphscope.doctor.findings import Diagnosis, FixStatus
from graphscope.doctor.reports import Report, as_contract


def contract_of(report: Report) -> dict[str, Any]:
    """Return a report as JSON values, without fixes that failed where there are others."""
    return as_contract(replace(report, diagnoses=tuple(map(_hopeful, report.diagnoses))))


def _hopeful(diagnosis: Diagnosis) -> Diagnosis:
    left = tuple(fix for fix in diagnosis.fixes if fix.status is not FixStatus.REJECTED)
    return replace(diagnosis, fixes=left or diagnosis.fixes)
