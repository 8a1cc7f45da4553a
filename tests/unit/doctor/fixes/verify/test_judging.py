"""What an outcome says about a fix, in words that a user reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Severity
from graphscope.doctor.fixes.verify import Outcome, Trial
from graphscope.doctor.fixes.verify.judging import Baseline, Verdict, judge, original_line
from graphscope.doctor.fixes.verify.trial import Finding
from graphscope.doctor.running import Launch
from graphscope.doctor.source import Program

MAIN = str(Path("/p/train.py"))
FAILS = Baseline("ValueError", MAIN, 10, 10, events=5)
DIAGNOSIS = Diagnosis("some-rule", Severity.ERROR, 0.9, "wrong")


def judged(before: Baseline, edits: tuple[Edit, ...] = (), **outcome: Any) -> Verdict:
    launch = Launch(MAIN, "/p", (MAIN,))
    trial = Trial("1", launch, original="/p", cwd="/p", scratch="/s", seconds=30.0)
    told = Outcome(**{"key": "1", "kind": "finished", "seconds": 1.26, **outcome})
    return judge(told, trial, Fix("fix", edits), DIAGNOSIS, before, Program(Path(MAIN)))


def test_a_program_that_runs_to_its_end_verifies_the_fix() -> None:
    verdict = judged(FAILS)
    assert (verdict.status, verdict.result) == (FixStatus.VERIFIED, "ran to the end in 1.3 s")


def test_a_cut_training_is_told() -> None:
    assert (
        judged(FAILS, is_cut=True).result == "ran to the end in 1.3 s with training cut to one step"
    )


def test_a_loss_that_is_no_number_is_no_cure() -> None:
    verdict = judged(FAILS, is_nan=True)
    assert verdict.status is FixStatus.REJECTED
    assert "the loss is NaN" in verdict.result


def test_the_same_failure_at_the_same_line_is_rejected_though_lines_moved() -> None:
    edits = (Edit(MAIN, 3, "import numpy\nx = 1"),)
    raised = {"kind": "raised", "exception": "ValueError", "message": "sizes", "file": MAIN}
    verdict = judged(FAILS, edits, **raised, line=11, main_line=11, events=99)
    assert verdict.status is FixStatus.REJECTED
    assert verdict.result == "still fails: ValueError at train.py:11: sizes"


def test_another_failure_further_on_is_progress() -> None:
    raised = {"kind": "raised", "exception": "KeyError", "message": "'b'", "file": MAIN}
    further = judged(FAILS, **raised, line=20, main_line=20, events=9)
    assert further.status is FixStatus.PROPOSED
    assert further.result == "gets further, and then fails: KeyError at train.py:20: 'b'"
    assert judged(FAILS, **raised, line=4, main_line=4, events=1).status is FixStatus.REJECTED


@pytest.mark.parametrize(
    ("kind", "message", "text"),
    [
        ("timeout", "", "did not finish in 30 s"),
        ("memory", "", "was stopped when it held more than 4096 MB of memory"),
        ("refused", "the network (example.com)", "it needs the network (example.com)"),
        ("crashed", "SIGSEGV", "the process ended (SIGSEGV)"),
    ],
)
def test_what_could_not_be_tried_stays_proposed(kind: str, message: str, text: str) -> None:
    verdict = judged(FAILS, kind=kind, message=message)
    assert verdict.status is FixStatus.PROPOSED
    assert text in verdict.result


def finding(rule: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(rule, severity)


def test_a_silent_bug_is_cured_when_its_finding_is_gone() -> None:
    silent = Baseline(findings=(finding("some-rule"), finding("other")))
    assert judged(silent, findings=(finding("other"),)).status is FixStatus.VERIFIED
    still = judged(silent, findings=(finding("some-rule"),))
    assert (still.status, "still there" in still.result) == (FixStatus.REJECTED, True)


def test_a_fix_that_brings_another_bug_is_no_cure_of_a_silent_one() -> None:
    silent = Baseline(findings=(finding("some-rule"),))
    verdict = judged(silent, findings=(finding("new"),))
    assert verdict.status is FixStatus.REJECTED
    assert "then there is new" in verdict.result


def test_a_fix_of_a_failure_that_brings_a_bug_ranks_behind_a_clean_one() -> None:
    clean, doubtful = judged(FAILS), judged(FAILS, findings=(finding("broadcast"),))
    assert doubtful.status is FixStatus.VERIFIED
    assert doubtful.quality < clean.quality


@pytest.mark.parametrize(
    ("edits", "line", "original"),
    [
        ([], 7, 7),
        ([Edit("f", 3, "a")], 7, 7),
        ([Edit("f", 3, "a\nb")], 7, 6),
        ([Edit("f", 3, None)], 7, 8),
        ([Edit("f", 3, "a\nb\nc")], 4, 3),
        ([Edit("f", 3, "a\nb"), Edit("f", 5, None)], 6, 6),
        ([Edit("other", 1, "a\nb")], 7, 7),
    ],
)
def test_lines_are_found_again(edits: list[Edit], line: int, original: int) -> None:
    assert original_line(edits, "f", line) == original
