"""What the checks of `graphscope check` find in the program's source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import inputs_of, summaries, targets_of, trainings
from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static import check_source
from graphscope.doctor.static.in_source import (
    loss_and_head,
    loss_count,
    nan_comparison,
    softmax_from_logits,
    softmax_over_one,
)

ID = "source-findings"

_SEEN_RUNNING = {loss_and_head.ID, loss_count.ID, softmax_from_logits.ID, softmax_over_one.ID}
"""Rules that the run itself answers better, wherever the model was trained."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Check all files, leaving out what was watched."""
    trained = trainings(case)
    skipped = set(_SEEN_RUNNING) if trained else set[str]()
    if any(
        each.has_nan for fit in trained for each in summaries([inputs_of(fit), targets_of(fit)])
    ):
        skipped.add(nan_comparison.ID)  # missing-values says what came of it.
    for file in own_files(case):
        for found in check_source(file):
            if found.rule == nan_comparison.ID and trained:
                # It never matches, but nothing was missing: worth knowing, and no fault here.
                found = replace(found, severity=Severity.INFO)  # noqa: PLW2901
            if found.rule not in skipped:
                yield found
