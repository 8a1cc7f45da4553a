"""Data that a model is tested on, and that was not scaled as what it was trained on."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place, given_argument
from graphscope.doctor.checks._scales import Scale, is_scaled_otherwise, scale_of
from graphscope.doctor.checks._trained import inputs_of, summaries, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary, DataSummary
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import distinct

ID = "preprocessing-skew"

_RATIO = 25.0
"""How much larger or smaller nine of ten values must be; data sets differ, but not by this."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the inputs of fit with those of its validation, of evaluate and of predict."""
    for fit in trainings(case):
        inputs = list(summaries(inputs_of(fit)))
        trained = [scale_of(each) for each in inputs]
        for boundary, name, given in _tested(case, fit):
            others = list(summaries(given))
            tested = [scale_of(each) for each in others]
            if len(tested) != len(trained) or all(map(_is_index, inputs, others)):
                continue
            pair = next((p for p in zip(trained, tested, strict=True) if _differ(*p)), None)
            pair = pair or next(
                (
                    (scale_of(one), scale_of(other))
                    for one, other in zip(inputs, others, strict=True)
                    if is_scaled_otherwise(one, other)
                ),
                None,
            )
            if pair is not None and pair[0] is not None and pair[1] is not None:
                yield _tell(case, fit, boundary, name, pair[0], pair[1])
                break


def _tested(case: Case, fit: Boundary) -> Iterator[tuple[Boundary, str, Any]]:
    validation = fit.data.get("validation_data")
    if isinstance(validation, list | tuple) and validation:
        yield fit, "validation_data", validation[0]
    seen = False
    for boundary in case.recording.boundaries:
        seen = seen or boundary is fit
        if seen and boundary.kind in ("evaluate", "predict") and boundary.model is fit.model:
            yield boundary, "x", inputs_of(boundary)


def _is_index(one: DataSummary, other: DataSummary) -> bool:
    """Whether both are whole numbers of a whole type: ids, which have no scale."""
    return "int" in one.spec.dtype and "int" in other.spec.dtype


def _differ(one: Scale | None, other: Scale | None) -> bool:
    if one is None or other is None or not one.typical or not other.typical:
        return False
    ratio = max(one.typical, other.typical) / min(one.typical, other.typical)
    return ratio >= _RATIO


def _tell(
    case: Case, fit: Boundary, boundary: Boundary, name: str, trained: Scale, tested: Scale
) -> Diagnosis:
    what = "validation" if name == "validation_data" else boundary.kind
    ratio = max(trained.typical, tested.typical) / min(trained.typical, tested.typical)
    apart = (
        f"about {ratio:.0f} times apart"
        if ratio >= _RATIO
        else "columns that have mean 0 and deviation 1 in training do not have them here"
    )
    argument = given_argument(case, boundary, name, 0 if name == "x" else 99)
    expression = _first(argument.node) if argument is not None else None
    made: tuple[Place, Fix | None] | None = None
    if argument is not None and isinstance(expression, ast.Name):
        train = given_argument(case, fit, "x", 0)
        made = _made(argument.file, expression, train.node if train is not None else None)
    at = boundary_place(case, boundary)
    variable = expression.id if isinstance(expression, ast.Name) else "the data"
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.88,
        f"The training inputs of fit range from {trained} and the {what} (test) inputs from "
        f"{tested}: {apart}, so they were not scaled (normalised, standardised) the same way.\n"
        "The model sees other numbers when it is tested than when it "
        f"is trained, and its {what} results say nothing.\n"
        f"Apply the same preprocessing to {variable}, with the mean and std (or factor) of the "
        "training data.",
        places=distinct([made[0] if made else None, at, boundary_place(case, fit)]),
        evidence=(
            Evidence("data", f"train: {trained}", boundary_place(case, fit)),
            Evidence("data", f"{what}: {tested}", at),
        ),
        fixes=(made[1],) if made is not None and made[1] is not None else (),
    )


def _first(node: ast.expr) -> ast.expr:
    return node.elts[0] if isinstance(node, ast.Tuple | ast.List) and node.elts else node


def _made(
    file: SourceFile, name: ast.Name, train: ast.expr | None
) -> tuple[Place, Fix | None] | None:
    """Return where a test array is made, and the fix that makes it as the training array is."""
    found = definitions_of(file, name, name)
    if len(found) != 1 or not isinstance(found[0].node, ast.stmt):
        return None
    place = Place(file.path, found[0].node.lineno)
    own = _value(found[0].node, name.id)
    other = None
    if isinstance(train, ast.Name):
        defined = definitions_of(file, train, train)
        if len(defined) == 1 and isinstance(defined[0].node, ast.stmt):
            other = _value(defined[0].node, train.id)
    if other is None:
        return place, None
    renamed = _renamed(train, other, name)
    wrapped = (_wrapped(file, other, own) if own is not None else None) or renamed
    if wrapped is None:
        return place, None
    if own is not None and (wrapped is not renamed or _mentions(own, name.id)):
        editor = Editor(file).replace(own, wrapped)
    else:
        # Behind the line that scales the training data: there it is missing.
        scaled = file.statement_of(other)
        editor = Editor(file).insert_after(scaled, f"{name.id} = {wrapped}")
        place = Place(file.path, scaled.lineno)
    fix = make_fix(
        editor,
        f"Scale {name.id} as the training data: {wrapped}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    return place, fix


def _renamed(train: ast.expr | None, made: ast.expr, name: ast.Name) -> str | None:
    """Return how the training data are made of themselves, with the test data in their place.

    `x_train = (x_train - mu) / sigma` tells how; what is fitted to the training data, as by
    `fit_transform`, is not fitted again.
    """
    if not isinstance(train, ast.Name) or not _mentions(made, train.id):
        return None
    text = ast.unparse(_Renaming(train.id, name.id).visit(copy.deepcopy(made)))
    return text.replace(".fit_transform(", ".transform(")


def _mentions(node: ast.expr, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


class _Renaming(ast.NodeTransformer):
    def __init__(self, old: str, new: str) -> None:
        self.old, self.new = old, new

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.new, node.ctx) if node.id == self.old else node


def _value(statement: ast.stmt, name: str) -> ast.expr | None:
    """Return the expression that a statement gives a name, also in `a, b = f(a), g(b)`."""
    if not isinstance(statement, ast.Assign):
        return None
    target = statement.targets[0]
    if isinstance(target, ast.Name):
        return statement.value
    if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
        names = [ast.unparse(each) for each in target.elts]
        if name in names and len(statement.value.elts) == len(names):
            return statement.value.elts[names.index(name)]
    return None


def _wrapped(file: SourceFile, train: ast.expr, test: ast.expr) -> str | None:
    """Return the training expression with the test rows in the place of the training rows.

    The training array is made of slices of the same array: `(x[:400] - mu) / sd`.
    """
    rows = [
        node
        for node in ast.walk(train)
        if isinstance(node, ast.Subscript)
        and isinstance(test, ast.Subscript)
        and file.segment(node.value) == file.segment(test.value)
    ]
    if len(rows) != 1 or rows[0] is train:
        return None
    text, row = file.segment(train), file.segment(rows[0])
    return text.replace(row, file.segment(test)) if text.count(row) == 1 else None
