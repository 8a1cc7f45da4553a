"""One value far from all others, again and again: what stands for a missing reading."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from graphscope.doctor.checks._arguments import GivenArgument, given_argument
from graphscope.doctor.findings import Diagnosis, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.health.places import fit_place, known
from graphscope.doctor.health.rules.data._samples import sample_of
from graphscope.doctor.health.rules.run._told import tell
from graphscope.doctor.health.signals import goes_well, is_long_enough
from graphscope.doctor.health.training import Training
from graphscope.doctor.origins import Origin, trace_data
from graphscope.doctor.source import Editor
from graphscope.doctor.source.naming import refer_to
from graphscope.doctor.wording import distinct

ID = "placeholder-values"
SYMPTOM = "unnormalised-input"

_FEWEST = 4
"""Times that exactly the same value must occur in a column that is otherwise measured."""
_AWAY = 3.0
"""Times the range of all other values that lie between it and them."""
_LEFT = 0.05
"""Of the spread of a column, what all other values have."""
_DIFFERENT = 20
"""Other values of a column: of a few kinds none is out of place."""


def diagnose(training: Training) -> Iterator[Diagnosis]:
    """Look at the smallest and the largest value of each column of the inputs."""
    sample = sample_of(training)
    if sample is None or not is_long_enough(training.run):
        return
    columns = range(sample.features.shape[1])
    found = {each: value for each in columns
             if (value := _placeholder(sample.features[:, each])) is not None}  # fmt: skip
    if not found:
        return
    column, value = next(iter(found.items()))
    times = int(np.sum(sample.features[:, column] == value))
    case = training.case
    argument = given_argument(case, training.fit, "x", 0) if case is not None else None
    origin = (
        trace_data(case, argument.node, argument.frame, file=argument.file)
        if case is not None and argument is not None
        else None
    )
    made = [*_putting(origin, value), *origin.places] if origin is not None else []
    drowns = any(_drowns(sample.features[:, each], value) for each, value in found.items())
    columns_told = "one column" if len(found) == 1 else f"{len(found)} columns"
    yield tell(
        training,
        ID,
        SYMPTOM,
        f"{value:g} stands for missing readings (a sentinel, a placeholder) in "
        f"{columns_told} of the inputs: column {column} has it {times} times in "
        f"{len(sample.features)} rows, far from all other values. As a number it drowns the "
        "column, and what is computed from it.\nFill in the mean or median of the feature, and "
        "add a column that says where it was missing.",
        severity=Severity.WARNING if drowns or not goes_well(training.run) else Severity.INFO,
        confidence=0.8,
        places=distinct([*made, fit_place(training)]),
        evidence=[
            f"column {column}: {value:g} {times} times, all else from "
            f"{_others(sample.features[:, column], value).min():.4g} to "
            f"{_others(sample.features[:, column], value).max():.4g}"
        ],
        fixes=known(_filled(training, argument, set(found.values()))),
    )


def _putting(origin: Origin, value: float) -> Iterator[Place]:
    """Yield the lines that put a number into what was made, by itself or by the name it has."""
    for step in origin.walk():
        if step.file is None or step.node is None:
            continue
        names = {
            each.targets[0].id
            for each in ast.walk(step.file.tree)
            if isinstance(each, ast.Assign)
            and isinstance(each.targets[0], ast.Name)
            and _number(each.value) == value
        }
        for node in ast.walk(step.node):
            is_named = isinstance(node, ast.Name) and node.id in names
            if isinstance(node, ast.expr) and (is_named or _number(node) == value):
                yield Place(step.file.path, node.lineno)


def _number(node: ast.expr) -> float | None:
    """Return the number that is written, with its sign."""
    if not isinstance(node, ast.Constant | ast.UnaryOp):
        return None
    try:
        number = ast.literal_eval(node)
    except (ValueError, TypeError):
        return None
    return float(number) if isinstance(number, int | float) else None


def _others(column: NDArray[np.float64], value: float) -> NDArray[np.float64]:
    others: NDArray[np.float64] = column[column != value]
    return others


def _drowns(column: NDArray[np.float64], value: float) -> bool:
    """Whether little is left of a column's own spread once it is brought to unit variance."""
    return float(_others(column, value).std()) < _LEFT * float(column.std())


def _placeholder(column: NDArray[np.float64]) -> float | None:
    """Return the value of a column that lies apart from all others and occurs many times."""
    for value in (float(column.min()), float(column.max())):
        rest = _others(column, value)
        if np.sum(column == value) < _FEWEST or len(np.unique(rest)) < _DIFFERENT:
            continue
        gap = min(abs(value - rest.min()), abs(value - rest.max()))
        if gap > _AWAY * (rest.max() - rest.min()):
            return value
    return None


def _filled(training: Training, argument: GivenArgument | None, values: set[float]) -> Fix | None:
    """Return the edit that fills in the mean of what was measured, before `fit`."""
    case = training.case
    if case is None or argument is None or not isinstance(argument.node, ast.Name):
        return None
    # Values differ by column where each was standardised; then it is too late here.
    if len(values) != 1 or not case.program.is_own(argument.file.path):
        return None
    if given_argument(case, training.fit, "validation_data", 99) is not None:
        return None
    name, value = argument.node.id, next(iter(values))
    numpy = refer_to(argument.file, "numpy.where").text.rpartition(".")[0]
    if not numpy:
        return None
    editor = Editor(argument.file)
    editor.insert_before(
        argument.file.statement_of(argument.call),
        f"measured = {numpy}.where({name} == {value:g}, {numpy}.nan, {name})\n"
        f"{name} = {numpy}.where({name} == {value:g}, {numpy}.nanmean(measured, axis=0), {name})",
    )
    title = f"Fill in the mean of the feature for {value:g}"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.75)
