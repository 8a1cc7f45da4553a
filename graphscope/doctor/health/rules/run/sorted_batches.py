"""Batches that are each of one kind: data that come sorted, and are hardly mixed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import boundary_call
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    constant_loss,
    first_step,
    has_many_epochs,
    loss_of,
)
from graphscope.doctor.health.training import Training
from graphscope.doctor.source import Editor, SourceFile
from graphscope.runs import Run
from graphscope.runs.records import TARGET

ID = "sorted-batches"
SYMPTOM = "oscillating-loss"

_SAMPLES = 10
"""Batches that must have been looked at."""
_WITHIN = 0.25
"""Of the variance of all targets: what is left of it within batches. Of n samples drawn at random
it is 1 - 1/n: half of it for as few as two."""
_OFTEN, _NEAR = 0.95, 0.5
"""Of the late steps all but one in twenty, and of a constant answer's loss half: series in order of
time, and batches of one patient or one user each, are learned well though they are sorted."""
_ENOUGH = 4096
"""Buffer of a shuffle that is proposed: of most tables and small pictures it holds all."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare the spread of targets within batches with that between them."""
    run = training.run
    within = _share_within(run)
    if not within < _WITHIN or not has_many_epochs(run) or not _forgets(run):
        return
    shuffle = _shuffle(training)
    told = "are hardly mixed" if shuffle is not None else "are not shuffled"
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"The samples come sorted and {told}: within a batch the targets spread by {within:.0%} of "
        "what they do over all batches, so batch after batch is of nearly one class or kind. The "
        "model learns the latest and forgets the others: the loss swings (oscillates).\n"
        "Shuffle with a buffer as large as the data (shuffle(len(x))), or put the arrays into a "
        "random order once, before batches are made.",
        severity=Severity.WARNING,
        confidence=0.85,
        first_step=first_step(run.statistic(TARGET, "std")),
        places=[shuffle.place if shuffle is not None else None, fit_place(training)],
        evidence=[
            f"variance of targets within batches: {within:.1%} of that of all (limit {_WITHIN:.0%})"
        ],
        fixes=known(shuffle.fix() if shuffle is not None else _unordered(training)),
    )


def _share_within(run: Run) -> float:
    """Return the variance of targets within batches, of that of all; NaN where it says nothing."""
    means, spreads = run.statistic(TARGET, "mean"), run.statistic(TARGET, "std")
    if means is None or spreads is None or len(means) != len(spreads):
        return float("nan")
    finite = np.isfinite(means.values) & np.isfinite(spreads.values)
    # A batch of one sample has no spread, whatever its order; some batches must have one.
    if finite.sum() < _SAMPLES or not np.any(spreads.values[finite] > 0):
        return float("nan")
    within = float(np.mean(spreads.values[finite] ** 2))
    return within / (within + float(np.var(means.values[finite])))


def _forgets(run: Run) -> bool:
    """Whether the loss, late in training, still comes back to what it was before anything was
    known."""
    series = loss_of(run)
    if series is None:
        return False
    early, late = series.values[: len(series) // 10], series.values[2 * len(series) // 3 :]
    # Of sorted targets no batch tells how far all of them spread; the first batches' losses do.
    ignorant = np.nanmax([constant_loss(run), np.nanquantile(early, _OFTEN)])
    return bool(np.nanquantile(late, _OFTEN) > _NEAR * ignorant)


class _Shuffle:
    """A call of `shuffle` in the program, with the size of its buffer."""

    def __init__(self, file: SourceFile, call: ast.Call) -> None:
        self.file, self.call = file, call
        self.size = call.args[0] if call.args else next(
            each.value for each in call.keywords if each.arg == "buffer_size"
        )  # fmt: skip

    @property
    def place(self) -> Place:
        return Place(self.file.path, self.call.lineno)

    def fix(self) -> Fix | None:
        editor = Editor(self.file).replace(self.size, str(_ENOUGH))
        title = f"Shuffle with a buffer of {_ENOUGH} samples"
        return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)


def _shuffle(training: Training) -> _Shuffle | None:
    """Return the only `dataset.shuffle(size)` of the program."""
    if training.case is None:
        return None
    found = [
        _Shuffle(file, node)
        for file in own_files(training.case)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "shuffle"
        and (any(each.arg == "buffer_size" for each in node.keywords) or _is_buffer(node))
    ]
    return found[0] if len(found) == 1 else None


def _is_buffer(call: ast.Call) -> bool:
    """Whether a call gives a number, and not what is to be shuffled, as NumPy takes it."""
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant):
        return isinstance(first.value, int)
    return isinstance(first, ast.Name | ast.Attribute) and bool(call.keywords or _chained(call))


def _chained(call: ast.Call) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(owner, ast.Call) or "rng" not in ast.unparse(owner or call)


def _unordered(training: Training) -> Fix | None:
    """Return the edit of a `fit` that is told not to shuffle its arrays."""
    case = training.case
    found = boundary_call(case, training.fit) if case is not None and training.fit else None
    given = [each for each in found[1].keywords if each.arg == "shuffle"] if found else []
    if found is None or not given or not isinstance(given[0].value, ast.Constant):
        return None
    editor = Editor(found[0]).set_keyword(found[1], "shuffle", "True")
    title = "Let fit shuffle the samples"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)
