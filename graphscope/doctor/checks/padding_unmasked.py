"""Short sequences, padded at the end, that a recurrent layer reads to the end of the padding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import inputs_of, summaries, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "padding-unmasked"

_PADDED = 0.5
"""Of a row at its end, in the middle of all rows: the last state has then seen nothing for as
long as it has seen words."""
_FEWEST = 10
"""Steps of padding: a few, a state bears."""
_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN"})


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Count the zeros at the end of rows of numbers that an Embedding reads."""
    for fit in trainings(case):
        layers = list(fit.model._flatten_layers(include_self=False))
        embeddings = [each for each in layers if type(each).__name__ == "Embedding"]
        last = next((each for each in layers if _is_last(each)), None)
        if len(embeddings) != 1 or last is None or embeddings[0].mask_zero:
            continue
        if any(type(each).__name__ == "Bidirectional" for each in layers):
            continue  # One of its directions ends where the words begin.
        for each in summaries(inputs_of(fit)):
            share, steps = _padding(each.sample)
            if share > _PADDED and steps * share >= _FEWEST:
                yield _tell(case, embeddings[0], last, share, steps)
                break


def _is_last(layer: Any) -> bool:
    """Whether a layer hands on nothing but its last state."""
    return type(layer).__name__ in _RECURRENT and not (
        layer.return_sequences or layer.go_backwards or layer.stateful
    )


def _padding(sample: Any) -> tuple[float, int]:
    """Return the middle share of zeros at the end of rows, and how long rows are."""
    rows = np.asarray(sample) if sample is not None else np.zeros((0, 0))
    if rows.ndim != 2 or rows.dtype.kind not in "iu" or not rows.size:
        return 0.0, 0
    backwards = rows[:, ::-1] != 0
    zeros = np.where(backwards.any(axis=1), backwards.argmax(axis=1), rows.shape[1])
    return float(np.median(zeros)) / rows.shape[1], int(rows.shape[1])


def _tell(case: Case, embedding: Any, last: Any, share: float, steps: int) -> Diagnosis:
    place = place_of(case, embedding)
    fix = fix_creation(
        case,
        embedding,
        "mask_zero",
        "True",
        title="Mask the padding: mask_zero=True",
        repair_class=RepairClass.B,
        likelihood=0.9,
    )
    return Diagnosis(
        ID,
        Severity.INFO,
        0.85,
        f"Half of the sequences end in {share:.0%} or more of padding (zeros, {steps} steps), and "
        f"nothing masks it: {label(last)} reads on through the padding, and its last state, which "
        "is all it hands on, has forgotten the words.\n"
        f"Give {label(embedding)}{at(case, place)} mask_zero=True, pad at the beginning "
        '(padding="pre"), or cut sequences to the length that most have (maxlen).',
        places=distinct([place, place_of(case, last)]),
        layer=embedding.name,
        evidence=(
            Evidence("data", f"zeros at the end of rows: {share:.0%} of {steps} steps (median)"),
            Evidence("value", f"{label(embedding)}: mask_zero=False", place),
        ),
        fixes=(fix,) if fix is not None else (),
    )
