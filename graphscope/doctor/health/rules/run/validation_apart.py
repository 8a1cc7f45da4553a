"""A validation loss that is out of all proportion from the first epoch on."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import (
    constant_loss,
    goes_well,
    is_signed,
    loss_of,
    parts,
    step_of_epoch,
)
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import Origin, trace_data
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct
from graphscope.runs import Series

ID = "validation-apart"
SYMPTOM = "validation-distribution-differs"

_TIMES = 3.0
"""Times what an untrained model loses, and what a constant answer does: who has merely learned
too much by heart was near it at first."""
_EPOCHS = 3


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare all epochs of validation with the beginning of training, where training goes well."""
    run = training.run
    series, validation = loss_of(run), run.epochs.get("val_loss")
    if series is None or validation is None or not goes_well(run) or is_signed(series):
        return
    if len(validation) < _EPOCHS or any(each.class_name == "BatchNormalization"
                                        for each in run.layers):  # fmt: skip
        return  # Moving statistics that lag behind do so, too; another rule asks the model.
    limit = _TIMES * np.nanmax([parts(series)[0], constant_loss(run)])
    smallest = float(np.min(validation.values))
    if smallest > limit:
        yield _tell(training, validation, smallest, float(limit))


def _tell(training: Training, validation: Series, smallest: float, limit: float) -> Diagnosis:
    series, unmapped = loss_of(training.run), _unmapped(training)
    assert series is not None
    return tell(
        training,
        ID,
        SYMPTOM,
        f"The validation data are not like the training data: val_loss was never below "
        f"{smallest:.4g}, where a model that has learned nothing loses {limit / _TIMES:.4g} on "
        "what it is trained on.\nThey are scaled or encoded in another way (divided by 255 here "
        "and not there, normalised with other statistics, other labels), or of another kind. "
        "Prepare both with the same function.",
        confidence=0.8,
        first_step=step_of_epoch(training.run, int(validation.steps[0])),
        places=distinct(
            [unmapped.place if unmapped else None, fit_place(training), *_places(training)]
        ),
        evidence=[
            f"val_loss {smallest:.4g} at best, training loss {parts(series)[1]:.4g} at the end",
            *([f"training data are mapped by {unmapped.function}, these not"] if unmapped else []),
        ],
        fixes=known(unmapped.fix() if unmapped else None),
    )


def _places(training: Training) -> list[Place]:
    """Return the lines that made the validation data."""
    made = _made(training, "validation_data", 99)
    return list(made.places) if made is not None else []


def _made(training: Training, name: str, position: int) -> Origin | None:
    case = training.case
    given = given_argument(case, training.fit, name, position) if case is not None else None
    if case is None or given is None:
        return None
    node = given.node
    first = node.elts[0] if isinstance(node, ast.Tuple | ast.List) and node.elts else node
    return trace_data(case, first, given.frame, file=given.file)


@dataclass(frozen=True, slots=True, eq=False)
class _Unmapped:
    """A dataset for validation that is batched, and not mapped as that for training is."""

    file: SourceFile
    batching: ast.Call
    function: str

    @property
    def place(self) -> Place:
        return Place(self.file.path, self.batching.lineno)

    def fix(self) -> Fix | None:
        assert isinstance(self.batching.func, ast.Attribute)
        editor = Editor(self.file).wrap(self.batching.func.value, "", f".map({self.function})")
        title = f"Map validation data by {self.function}, too"
        return make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.9)


def _unmapped(training: Training) -> _Unmapped | None:
    """Compare the pipelines of both datasets."""
    trained, validated = _made(training, "x", 0), _made(training, "validation_data", 99)
    if trained is None or validated is None:
        return None
    functions = [file.segment(call.args[0]) for file, call in _calls(trained, "map") if call.args]
    also = {file.segment(call.args[0]) for file, call in _calls(validated, "map") if call.args}
    left = list(dict.fromkeys(each for each in functions if each not in also))
    batching = next(_calls(validated, "batch"), None)
    if len(left) != 1 or batching is None or not left[0].isidentifier():
        return None
    return _Unmapped(*batching, left[0])


def _calls(origin: Origin, name: str) -> Iterator[tuple[SourceFile, ast.Call]]:
    """Yield the calls of a method in the expressions that made something."""
    for step in origin.walk():
        if step.file is None or step.node is None:
            continue
        for node in ast.walk(step.node):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr == name:
                yield step.file, node
