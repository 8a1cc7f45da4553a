"""What an outcome says about a fix."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphscope.doctor.findings import Diagnosis, Edit, Fix, FixStatus, Severity
from graphscope.doctor.fixes.verify.progress import compare_trainings, is_still_bad
from graphscope.doctor.fixes.verify.trial import Finding, Outcome, Trial
from graphscope.doctor.source import Program

_WORSE = 0.1
"""Loss of accuracy, or of progress, that is more than chance between two runs."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about a fix once it was tried.

    Attributes:
        status: of the fix.
        result: what happened, in one sentence.
        quality: ranks fixes of one status; larger is better.
    """

    status: FixStatus
    result: str
    quality: int = 0


@dataclass(frozen=True, slots=True)
class Baseline:
    """How the program ends as it is.

    Attributes:
        exception: class of what it raises; empty when it runs to its end.
        file, line: where, in the user's code.
        main_line: the line of the main script that led there.
        events: how much was seen until then.
        findings: what is wrong with it when it runs to its end.
        training: how its last training went, when that was watched.
    """

    exception: str = ""
    file: str = ""
    line: int = 0
    main_line: int = 0
    events: int = 0
    findings: tuple[Finding, ...] = ()
    training: Mapping[str, float] = field(default_factory=dict)


def judge(
    outcome: Outcome,
    trial: Trial,
    fix: Fix,
    diagnosis: Diagnosis,
    before: Baseline,
    program: Program,
) -> Verdict:
    """Return what an outcome says about a fix.

    Args:
        outcome: of the trial.
        trial: in which the fix was applied.
        fix: that was tried.
        diagnosis: which it is to cure.
        before: how the program ends without it.
        program: for names of files.
    """
    match outcome.kind:
        case "finished":
            return _judge_end(outcome, trial, diagnosis, before)
        case "raised":
            return _judge_failure(outcome, fix, before, program)
        case "timeout":
            return Verdict(FixStatus.PROPOSED, f"did not finish in {trial.seconds:.0f} s", 1)
        case "memory":
            text = f"was stopped when it held more than {trial.memory >> 20} MB of memory"
            return Verdict(FixStatus.PROPOSED, text, 1)
        case "refused":
            return Verdict(FixStatus.PROPOSED, f"could not be tried: it needs {outcome.message}", 1)
        case "crashed":
            text = f"could not be tried: the process ended ({outcome.message})"
            return Verdict(FixStatus.PROPOSED, text)


def _judge_end(outcome: Outcome, trial: Trial, diagnosis: Diagnosis, before: Baseline) -> Verdict:
    how = "" if not outcome.is_cut else f" with training cut to {_AMOUNT[trial.mode]}"
    ran = f"ran to the end in {outcome.seconds:.1f} s{how}"
    if outcome.is_nan:
        return Verdict(FixStatus.REJECTED, f"{ran}, but the loss is NaN or infinite", 1)
    had, has = _count(before.findings), _count(outcome.findings)
    if not before.exception and has[diagnosis.rule] >= max(1, had[diagnosis.rule]):
        return Verdict(FixStatus.REJECTED, f"{ran}, but the finding is still there")
    new = [each for each in outcome.findings if has[each.rule] > had[each.rule]]
    errors = [each for each in new if each.severity is Severity.ERROR]
    if errors and not before.exception:
        return Verdict(FixStatus.REJECTED, f"{ran}, but then there is {errors[0].rule}", 1)
    if new:
        quality = 1 if errors else 2
        return Verdict(FixStatus.VERIFIED, f"{ran}; then there is {new[0].rule}", quality)
    return _judge_training(ran, diagnosis, before.training, outcome.training)


def _judge_training(
    ran: str, diagnosis: Diagnosis, before: Mapping[str, float], after: Mapping[str, float]
) -> Verdict:
    """Return what it says that training went better, or worse, in the copy."""
    compared = compare_trainings(before, after, diagnosis.symptom)
    if compared is None:
        return Verdict(FixStatus.VERIFIED, ran, 3)
    gain, told = compared
    if gain < -_WORSE:
        return Verdict(FixStatus.REJECTED, f"{ran}, but training goes worse: {told}", 1)
    if gain < _WORSE and is_still_bad(before, after, diagnosis.symptom):
        # The finding is gone, and nothing was won: another change may be what is needed.
        return Verdict(FixStatus.PROPOSED, f"{ran}, but training still goes badly: {told}", 1)
    return Verdict(FixStatus.VERIFIED, f"{ran}: {told}", 3 + max(0, round(10 * gain)))


_AMOUNT = {"cut": "one step", "whole epoch": "one epoch"}


def _count(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(each.rule for each in findings)


def _judge_failure(outcome: Outcome, fix: Fix, before: Baseline, program: Program) -> Verdict:
    place = f"{program.relative(outcome.file)}:{outcome.line}" if outcome.line else "the script"
    what = f"{outcome.exception} at {place}: {outcome.message[:160]}"
    if not before.exception:
        return Verdict(FixStatus.REJECTED, f"fails: {what}")
    line = original_line(fix.edits, outcome.file, outcome.line)
    if (outcome.exception, outcome.file, line) == (before.exception, before.file, before.line):
        return Verdict(FixStatus.REJECTED, f"still fails: {what}")
    main_line = original_line(fix.edits, program.main, outcome.main_line)
    if (main_line, outcome.events) > (before.main_line, before.events):
        return Verdict(FixStatus.PROPOSED, f"gets further, and then fails: {what}", 2)
    return Verdict(FixStatus.REJECTED, f"fails: {what}")


def original_line(edits: Iterable[Edit], file: str, line: int) -> int:
    """Return which line of a file, before some edits, a line after them is.

    >>> original_line([Edit("f", 2, "new\\nold")], "f", 5)
    4
    """
    shift = 0
    for edit in sorted((each for each in edits if each.file == file), key=lambda each: each.line):
        size = 0 if edit.replace_with is None else edit.replace_with.count("\n") + 1
        if line < edit.line + shift + size:
            return min(edit.line, line - shift)
        shift += size - 1
    return line - shift
