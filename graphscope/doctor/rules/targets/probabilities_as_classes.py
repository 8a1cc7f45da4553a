"""The user's own loss or metric counts the probabilities of all classes as if they were classes."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.failing import one_line
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.facts.relation import relate
from graphscope.doctor.facts.wording_targets import boundary_place, first_own
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import where

ID = "probabilities-as-classes"


@dataclass(frozen=True, slots=True, eq=False)
class _Use:
    """The expression that made too many numbers of the prediction.

    Attributes:
        file, value: the expression.
        name: the variable it was given to.
        argument: the prediction's name inside of it.
        size, wanted: how many numbers it has, and how many the other side has.
    """

    file: SourceFile
    value: ast.expr
    name: str
    argument: ast.Name
    size: int
    wanted: int


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for two variables of which one has as many times more numbers as there are classes."""
    comparison = find_comparison(case)
    failure = case.failure
    if comparison is None or failure is None or not failure.site or comparison.is_at_run:
        return
    classes = comparison.prediction[-1] if len(comparison.prediction) > 1 else None
    fits = relate("sparse", comparison.target[1:], comparison.prediction[1:], is_whole=True)
    if classes is None or classes < 2 or fits != "fits":
        return
    use = _find(case, failure.site[0], classes)
    if use is not None:
        yield _diagnosis(case, comparison, use, classes)


def _find(case: Case, frame: Frame, classes: int) -> _Use | None:
    found = case.program.node(frame)
    if found is None:
        return None
    file, node = found
    sizes = {}
    for part in ast.walk(node):
        shape = shape_of(frame.locals.get(part.id)) if isinstance(part, ast.Name) else None
        if isinstance(part, ast.Name) and shape and None not in shape:
            sizes[part.id] = (part, math.prod(size or 1 for size in shape))
    for name, (part, size) in sizes.items():
        wanted = next((other for _, other in sizes.values() if other * classes == size), None)
        if wanted is None:
            continue
        for definition in definitions_of(file, part, before=node):
            argument = _prediction_in(definition.value, frame, size)
            if argument is not None and definition.value is not None:
                return _Use(file, definition.value, name, argument, size, wanted)
    return None


def _prediction_in(value: ast.expr | None, frame: Frame, size: int) -> ast.Name | None:
    """Return the name inside an expression that holds a prediction of as many numbers."""
    for part in ast.walk(value) if value is not None else ():
        if not isinstance(part, ast.Name):
            continue
        shape = shape_of(frame.locals.get(part.id))
        if shape is not None and len(shape) > 1 and math.prod(s or 1 for s in shape) == size:
            return part
    return None


def _diagnosis(case: Case, comparison: Comparison, use: _Use, classes: int) -> Diagnosis:
    place = Place(use.file.path, use.value.lineno)
    prediction = (use.wanted, *comparison.prediction[1:])
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"The {comparison.role} {comparison.name!r} compares {use.wanted} labels with {use.size} "
        f"numbers: {use.name} at {where(case, place)} has {use.size} entries, {use.size} = "
        f"{use.wanted} * {classes} classes.\n"
        f"{use.argument.id} is {prediction}: probabilities, one for each class, not class numbers; "
        f"flattening them makes {classes} entries of each sample.\n"
        "Take the most probable class first: argmax over the last axis.",
        places=first_own(case, [place, boundary_place(comparison.boundary)]),
        layer=comparison.name,
        evidence=(
            Evidence("arithmetic", f"{use.size} = {use.wanted} * {classes} classes", place),
            Evidence("shape", f"{use.argument.id} is {prediction}, truth has {use.wanted} entries, "
                     f"{use.name} {use.size}"),
            Evidence("code", one_line(use.file.segment(use.value)), place),
        ),
        fixes=tuple(_fixes(case, use)),
    )  # fmt: skip


def _fixes(case: Case, use: _Use) -> Iterator[Fix]:
    if not case.program.is_own(use.file.path):
        return
    editor = Editor(use.file)
    argmax = refer_to(use.file, "keras.ops.argmax")
    argmax.imported(editor)
    editor.replace(use.argument, f"{argmax.text}({use.argument.id}, axis=-1)")
    fix = make_fix(
        editor,
        f"Take the class with argmax: {argmax.text}({use.argument.id}, axis=-1)",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix
