"""Fixes of a diagnosis as coloured diffs."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from graphscope.app.present.values import shorten
from graphscope.doctor.findings import Diagnosis, Fix, FixStatus, RepairClass
from graphscope.doctor.reports import Report
from graphscope.doctor.reports.contract import diff_of

_FIXES = 8
_DIFF = 60
_LONGEST = 400
_HUNK = re.compile(r"@@ -(\d+)")

_CLASSES = {
    RepairClass.A: "the one edit that keeps the meaning",
    RepairClass.B: "one of several edits; the choice is yours",
    RepairClass.C: "presumes what you intended",
}
_STATUSES = {
    FixStatus.VERIFIED: "It was applied to a copy, and the program ran to its end.",
    FixStatus.PROPOSED: "It was not tried.",
    FixStatus.REJECTED: "It was applied to a copy, and the program failed all the same.",
}


@dataclass(frozen=True, slots=True)
class DiffRow:
    """A line of a diff; the sign is `+`, `-`, a blank, or `@` for the name of a file."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class FixView:
    """A fix as the panel shows it.

    Attributes:
        title: what it does.
        status: `verified`, `proposed` or `rejected`.
        repair_class: `A`, `B` or `C`.
        meaning: what the class says about it.
        result: what happened when it was tried.
        diff: the change.
        command: what applies it; nothing where it cannot be.
    """

    title: str
    status: str
    repair_class: str
    meaning: str
    result: str
    diff: tuple[DiffRow, ...]
    command: str = ""


def present_fixes(report: Report, diagnosis: Diagnosis) -> tuple[FixView, ...]:
    """Return the fixes of a diagnosis, best first."""
    numbers = _numbers(report)
    return tuple(
        FixView(
            title=shorten(fix.title, _LONGEST),
            status=fix.status.value,
            repair_class=fix.repair_class.value,
            meaning=_CLASSES[fix.repair_class],
            result=_as_sentence(fix.result) or _STATUSES[fix.status],
            diff=_diff(diff_of(report, fix)),
            command=_command(report, numbers.get(id(fix))),
        )
        for fix in diagnosis.fixes[:_FIXES]
    )


def _numbers(report: Report) -> dict[int, int]:
    """Return the numbers by which `--apply` knows the fixes."""
    offered: list[Fix] = [
        fix
        for diagnosis in report.diagnoses
        for fix in diagnosis.fixes
        if fix.edits and fix.status is not FixStatus.REJECTED
    ]
    return {id(fix): number for number, fix in enumerate(offered, 1)}


def _command(report: Report, number: int | None) -> str:
    program = ["graphscope", "debug"]
    words = shlex.split(report.command) if report.command else []
    if number is None or words[:2] != program:
        return ""
    return shlex.join([*program, "--apply", str(number), *words[2:]])


def _as_sentence(text: str) -> str:
    text = shorten(" ".join(text.split()), _LONGEST)
    if not text:
        return ""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?…" else ".")


def _diff(text: str) -> tuple[DiffRow, ...]:
    rows: list[DiffRow] = []
    name = ""
    for line in text.splitlines():
        if line.startswith("--- "):
            name = line[4:].strip()
        elif line.startswith("+++ "):
            continue
        elif hunk := _HUNK.match(line):
            rows.append(DiffRow("@", f"{name}:{hunk[1]}"))
        elif line[:1] in ("+", "-", " "):
            rows.append(DiffRow(line[0], shorten(line[1:], _LONGEST)))
    return tuple(rows[:_DIFF])
