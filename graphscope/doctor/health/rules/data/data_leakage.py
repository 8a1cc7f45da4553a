"""A feature that is the answer."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from graphscope.doctor.checks._arguments import given_argument
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import inputs_of, summaries
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.data._samples import sample_of
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import trace_data
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct

ID = "data-leakage"
SYMPTOM = "data-leakage"

_SAME = 0.999
"""Correlation of a feature with the target: no measurement knows an answer so well."""
_FEWEST = 5
"""Features: with few, it may well be a demonstration of a line that is fitted."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Compare each feature with the target."""
    sample = sample_of(training)
    if sample is None or sample.features.shape[1] < _FEWEST or sample.classes > 2:
        return
    if not _is_supervised_table(training):
        return
    features, target = sample.features, sample.targets
    spread = features.std(axis=0)
    varied = np.flatnonzero(spread > 0)
    if not len(varied) or target.std() == 0:
        return
    centred = features[:, varied] - features[:, varied].mean(axis=0)
    scores = centred.T @ (target - target.mean()) / (len(target) * spread[varied] * target.std())
    best = int(np.argmax(np.abs(scores)))
    if abs(scores[best]) <= _SAME or np.sum(np.abs(scores) > _SAME) == len(varied):
        return
    column = int(varied[best])
    listed = _listed(training, column, features.shape[1])
    name = f" ({listed[1].value!r})" if listed is not None else ""
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"Feature {column}{name} of the inputs is the target (leakage): their correlation is "
        f"{scores[best]:.4f}. The model reads the answer off it, and will know nothing where it is "
        "not at hand.\nRemove (drop) that column from the inputs.",
        confidence=0.85,
        places=distinct([*_made(training), *_listing(listed), fit_place(training)]),
        evidence=[f"correlation of column {column} with the target: {scores[best]:.5f}"],
        fixes=known(_left_out(listed)),
    )


_Listed = tuple[SourceFile, ast.Constant, ast.List]


def _listed(training: Training, column: int, count: int) -> _Listed | None:
    """Return where the program lists the names of its columns, and that of one of them."""
    if training.case is None:
        return None
    found = [
        (file, node)
        for file in own_files(training.case)
        if training.case.program.is_own(file.path)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.List) and len(node.elts) == count and _are_texts(node)
    ]
    if len(found) != 1:
        return None
    file, names = found[0]
    name = names.elts[column]
    assert isinstance(name, ast.Constant)
    return file, name, names


def _are_texts(node: ast.List) -> bool:
    return all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in node.elts)


def _listing(listed: _Listed | None) -> list[Place]:
    return [Place(listed[0].path, listed[1].lineno)] if listed is not None else []


def _left_out(listed: _Listed | None) -> Fix | None:
    if listed is None:
        return None
    file, name, names = listed
    editor = Editor(file).remove_element(names, name)
    title = f"Leave out the column {name.value!r}"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.85)


def _is_supervised_table(training: Training) -> bool:
    """Whether rows of features are given to a loss: a pixel of a drawn picture may be its label."""
    fit = training.fit
    given = list(summaries(inputs_of(fit))) if fit is not None else []
    shape = given[0].spec.shape if given else None
    is_judged = fit is not None and getattr(fit.model, "loss", None) is not None
    return is_judged and shape is not None and len(shape) == 2


def _made(training: Training) -> list[Place]:
    """Return the lines that made the inputs."""
    case = training.case
    given = given_argument(case, training.fit, "x", 0) if case is not None else None
    if case is None or given is None:
        return []
    return list(trace_data(case, given.node, given.frame, file=given.file).places)
