"""The measured goals of the doctor, as a table with the targets beside the figures."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence

from tests.bench.doctor_scoring import Score

Goal = tuple[str, Callable[[Sequence[Score]], float | None], float, float]


def share(values: Iterable[object]) -> float | None:
    """Return the share that is true of those that are not None; None of none."""
    known = [bool(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


GOALS: tuple[Goal, ...] = (
    ("detected", lambda rows: share(row.detected for row in rows), 0.95, 0.90),
    ("acceptable line", lambda rows: share(row.acceptable for row in rows), 0.95, 0.85),
    ("strict line", lambda rows: share(row.strict for row in rows), 0.85, 0.70),
    ("layer", lambda rows: share(row.layer for row in rows), 0.95, 0.90),
    ("explanation keys", lambda rows: statistics.fmean(row.coverage for row in rows), 0.90, 0.80),
    ("first fix clean", lambda rows: share(row.fixes[:1] == [True] for row in rows), 0.75, 0.60),
    ("one of three clean", lambda rows: share(any(row.fixes) for row in rows), 0.88, 0.75),
    (
        "  of class A, B",
        lambda rows: share(any(r.fixes) for r in rows if r.repair_class in ("A", "B")),
        0.95,
        0.95,
    ),
    (
        "silent found",
        lambda rows: share(r.detected for r in rows if r.kind in ("silent", "pathology")),
        0.90,
        0.80,
    ),
)
"""Name, figure, target for short scripts, target for programs."""

TRAINING_GOALS: tuple[tuple[str, Callable[[Sequence[Score]], float | None], float], ...] = (
    ("detected", lambda rows: share(row.detected for row in rows), 0.95),
    ("right symptom", lambda rows: share(row.symptom for row in rows), 0.85),
    ("acceptable line", lambda rows: share(row.acceptable for row in rows), 0.80),
    ("first fix cures", lambda rows: share(row.fixes[:1] == [True] for row in rows), 0.60),
)
"""Name, figure and target for trainings that go wrong; healthy ones bring no finding at all."""

SHORT = ("shape", "training", "threads")
"""Collections of short scripts; the goals for programs are lower."""

TO_DIAGNOSIS, TO_FIX = 2.0, 15.0
"""Seconds beyond the script's own time, and beyond the diagnosis."""


def table(scores: Sequence[Score], *, programs: bool) -> list[str]:
    """Return the lines of the table."""
    lines = []
    for name, measure, short, long in GOALS:
        target = long if programs else short
        figure = measure(scores) if scores else None
        told = "     -" if figure is None else f"{figure:6.1%}"
        mark = " " if figure is None or figure >= target else "<"
        lines.append(f"  {name:<20}{told} {mark} {target:.0%}")
    if scores:
        median = statistics.median(score.to_diagnosis for score in scores)
        lines.append(f"  {'s to diagnosis':<20}{median:6.2f}   {TO_DIAGNOSIS:.0f} (median)")
        to_fix = sorted(score.to_fix for score in scores if score.to_fix is not None)
        if to_fix:
            most = to_fix[int(0.9 * (len(to_fix) - 1))]
            lines.append(
                f"  {'s to first fix':<20}{statistics.median(to_fix):6.2f}   {TO_FIX:.0f}"
                f" (median; 90 % within {most:.1f})"
            )
    return lines


def training_table(
    scores: Sequence[Score], alarms: int, healthy: int
) -> tuple[list[str], list[str]]:
    """Return the lines of the table for trainings, and the names of the goals that are missed.

    Args:
        scores: of the programs whose training goes wrong.
        alarms: healthy programs with a finding.
        healthy: how many were examined.
    """
    lines, missed = [], []
    for name, measure, target in TRAINING_GOALS:
        figure = measure(scores) if scores else None
        is_missed = figure is not None and figure < target
        told = "     -" if figure is None else f"{figure:6.1%}"
        lines.append(f"  {name:<20}{told} {'<' if is_missed else ' '} {target:.0%}")
        missed += [name] * is_missed
    lines.append(f"  {'healthy with alarm':<20}{alarms:>3} of {healthy} {'<' if alarms else ' '} 0")
    return lines, missed + ["healthy with alarm"] * bool(alarms)


def missed_goals(scores: Sequence[Score], *, programs: bool) -> list[str]:
    """Return the names of the goals that are not reached."""
    missed = []
    for name, measure, short, long in GOALS:
        figure = measure(scores) if scores else None
        if figure is not None and figure < (long if programs else short):
            missed.append(name.strip())
    return missed


def line(score: Score) -> str:
    """Return one specimen's line."""
    mark = {True: "+", False: ".", None: "-"}
    fixes = "".join(mark[each] for each in score.fixes) or "none"
    flags = " ".join(
        mark[each]
        for each in (score.detected, score.strict, score.acceptable, score.layer, score.symptom)
    )
    first = mark[score.fixes[:1] == [True]]
    return (
        f"{score.id:<8}{flags}  {score.coverage:4.0%}  {first} {mark[any(score.fixes)]} {fixes:<5}"
        f"{score.extra_seconds:6.1f}s  {score.rules[0] if score.rules else score.crash or ''}"
    )


HEADER = (
    "id      D S A L Y  keys  1 3 fixes extra   rule        "
    "(D detected, S strict, A acceptable, L layer, Y symptom)"
)
