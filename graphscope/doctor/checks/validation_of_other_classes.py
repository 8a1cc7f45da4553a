"""A validation part that has other classes than the training part: data in order of its labels."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place, given_argument
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import summaries, targets_of, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary, DataSummary
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import distinct

ID = "validation-of-other-classes"

_MOST_CLASSES = 200


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the order of the labels that validation_split cuts."""
    for fit in trainings(case):
        share = fit.arguments.get("validation_split")
        target = next(summaries(targets_of(fit)), None)
        if target is None:
            continue
        if isinstance(share, float) and 0 < share < 1:
            labels = labels_of(target)
            if labels is not None and is_sorted(labels, target):
                yield _tell(case, fit, target, share)


def labels_of(target: DataSummary) -> Any:
    """Return the class numbers of the sampled rows; None for what is no classification."""
    sample, shape = target.sample, target.spec.shape
    if sample is None or shape is None or not target.is_integral or len(sample) < 16:
        return None
    if sample.ndim == 2 and sample.shape[1] > 1:
        one_hot = ((sample == 0) | (sample == 1)).all() and (sample.sum(axis=1) == 1).all()
        return sample.argmax(axis=1) if one_hot else None
    if sample.ndim > 2 or (target.distinct or 0) > _MOST_CLASSES:
        return None
    return sample.reshape(-1)


def is_sorted(labels: Any, target: DataSummary) -> bool:
    """Whether labels come in the order of their classes, with more than one class in all."""
    import numpy

    steps = numpy.diff(labels)
    if (steps < 0).any():
        return False
    shape = target.spec.shape or (0,)
    classes = shape[1] if len(shape) == 2 and (shape[1] or 0) > 1 else target.distinct
    # Regression targets that are whole numbers are seldom repeated over and over.
    repeated = len(labels) >= 4 * len(numpy.unique(labels))
    return bool(repeated and (classes or 0) > 1)


def _tell(case: Case, fit: Boundary, target: DataSummary, share: float) -> Diagnosis:
    ordered = _ordered(case)
    call = boundary_place(case, fit)
    last = f"{share:.0%}"
    where = (
        f"The data are put in that order at {case.program.relative(ordered[0].path)}:"
        f"{ordered[1].lineno}."
        if ordered
        else "The data come in the order of their labels."
    )
    places = [Place(ordered[0].path, ordered[1].lineno) if ordered else None, call]
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.92,
        f"fit(validation_split={share:g}) cuts off the last {last} of the rows before any "
        "shuffling, and the labels are sorted by class: the validation tail holds classes that "
        f"training never sees.\n{where}\n"
        "Validation accuracy will be near 0, whatever the model learns.\n"
        "Shuffle x and y with one permutation first, or make a stratified split.",
        places=distinct(places),
        evidence=(
            Evidence("data", f"labels in the order of their {target.distinct} classes", call),
            Evidence("call", f"validation_split={share:g}: the last {last}, in order", call),
            *(
                (Evidence("code", ordered[0].line_text(ordered[1].lineno), places[0]),)
                if ordered
                else ()
            ),
        ),
        fixes=tuple(_fixes(case, fit, ordered)),
    )


def _ordered(case: Case) -> tuple[SourceFile, ast.expr] | None:
    """Return the argsort or sort that put the data in order."""
    for file in own_files(case):
        for node in ast.walk(file.tree):
            name = getattr(getattr(node, "func", None), "attr", "")
            if isinstance(node, ast.Call) and name in ("argsort", "sort", "sort_values"):
                return file, node
    return None


def _fixes(case: Case, fit: Boundary, ordered: tuple[SourceFile, ast.expr] | None) -> Iterator[Fix]:
    if ordered is not None and ordered[0].segment(ordered[1]).startswith("np.argsort("):
        file, node = ordered
        assert isinstance(node, ast.Call)
        length = f"np.random.default_rng(0).permutation(len({file.segment(node.args[0])}))"
        fix = make_fix(
            Editor(file).replace(node, length),
            "Put the rows in a random order instead of sorting them",
            repair_class=RepairClass.B,
            likelihood=0.8,
        )
        if fix is not None:
            yield fix
    yield from _shuffled(case, fit)


def _shuffled(case: Case, fit: Boundary) -> Iterator[Fix]:
    """Shuffle both arrays in one order before the statement that fits."""
    x, y = given_argument(case, fit, "x", 0), given_argument(case, fit, "y", 1)
    if x is None or y is None:
        return
    names = [each.node.id for each in (x, y) if isinstance(each.node, ast.Name)]
    if len(names) != 2 or not definitions_of(x.file, names[0], x.node):
        return
    reference = refer_to(x.file, "numpy.random.default_rng")
    editor = reference.imported(Editor(x.file))
    statement = x.file.statement_of(x.node)
    editor.insert_before(
        statement,
        f"order = {reference.text}(0).permutation(len({names[0]}))\n"
        f"{names[0]}, {names[1]} = {names[0]}[order], {names[1]}[order]",
    )
    fix = make_fix(
        editor,
        f"Shuffle {names[0]} and {names[1]} with one permutation before fit",
        repair_class=RepairClass.A,
        likelihood=0.85,
    )
    if fix is not None:
        yield fix
