"""A model of several outputs is given another number of targets, or these in another order."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.facts.output_names import output_names
from graphscope.doctor.facts.relation import same
from graphscope.doctor.facts.target_data import data_argument
from graphscope.doctor.facts.wording_targets import boundary_place, first_own
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary, DataSummary, Frame, Shape
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import plural

ID = "output-count"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Count outputs, targets, losses and metrics of the model that is being trained."""
    failure = case.failure
    boundary = failure.boundary if failure is not None else None
    if failure is None or boundary is None or failure.layer_call is not None:
        return
    if boundary.kind not in ("fit", "evaluate", "train_on_batch", "test_on_batch"):
        return
    names, shapes = output_names(boundary), _output_shapes(boundary)
    if len(names) < 2 or len(shapes) != len(names):
        return
    given = boundary.data.get("y")
    if isinstance(given, DataSummary):
        yield _single(case, boundary, names, shapes, given)
    elif isinstance(given, list | tuple) and len(given) != len(names):
        yield _other_count(case, boundary, names, len(given))
    elif isinstance(given, list | tuple) and (order := _order(given, shapes)) is not None:
        yield _swapped(case, boundary, names, shapes, given, order)


def _output_shapes(boundary: Boundary) -> list[Shape]:
    outputs = getattr(boundary.model, "outputs", None) or []
    return [tuple(each.shape) for each in outputs]


def _listed(names: Sequence[str], shapes: Sequence[Shape]) -> str:
    return ", ".join(f"{n!r} {s}" for n, s in zip(names, shapes, strict=True))


# One array for all outputs.


def _single(
    case: Case,
    boundary: Boundary,
    names: Sequence[str],
    shapes: Sequence[Shape],
    given: DataSummary,
) -> Diagnosis:
    argument = data_argument(case, boundary, "y")
    text = argument[0].segment(argument[1]) if argument is not None else "the targets"
    fits = [_fits(given.spec.shape, shape) for shape in shapes]
    wanted = ", ".join(
        "y" if fit else f"<targets of {name}>" for name, fit in zip(names, fits, strict=True)
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"The model has {len(names)} (two or more) outputs, {_listed(names, shapes)}, and one "
        f"target array was passed: `{text}` of shape {given.spec.shape}.\n"
        "Each output needs a target of its own, in a list in the order of the outputs, or in a "
        f"dict by their names ({', '.join(names)}).\n"
        f"Pass [{wanted.replace('y', text) if all(fits) else wanted}] as targets, or give the "
        "model a single output.",
        places=first_own(
            case,
            [
                Place(argument[0].path, argument[1].lineno) if argument is not None else None,
                boundary_place(boundary),
            ],
        ),
        evidence=(
            Evidence("shape", f"the model has {len(names)} outputs: {_listed(names, shapes)}"),
            Evidence("data", f"1 target, `{text}`: {given.spec.shape}", boundary_place(boundary)),
            Evidence("note", f"pass [{', '.join([text] * len(names))}] when all outputs learn it"),
        ),
        fixes=tuple(_listed_targets(case, argument, shapes, fits, given)),
    )


def _fits(target: Shape | None, output: Shape) -> bool:
    if target is None:
        return False
    return same(target[1:], output[1:]) or (target[1:] == () and output[1:] == (1,))


def _listed_targets(
    case: Case,
    argument: tuple[SourceFile, ast.expr, Frame] | None,
    shapes: Sequence[Shape],
    fits: Sequence[bool],
    given: DataSummary,
) -> Iterator[Fix]:
    if argument is None or not case.program.is_own(argument[0].path):
        return
    file, node, frame = argument
    text = file.segment(node)
    if all(fits):
        editor = Editor(file).replace(node, f"[{', '.join([text] * len(shapes))}]")
        fix = make_fix(
            editor, f"Pass the targets once for each output: [{text}, ...]", likelihood=0.85,
            repair_class=RepairClass.C,
        )  # fmt: skip
        if fix is not None:
            yield fix
        return
    count = (given.spec.shape or (None,))[0]
    editor = Editor(file)
    parts, is_placeholder = [], False
    for shape, fit in zip(shapes, fits, strict=True):
        named = text if fit else _array_for(frame, count, shape, text)
        if named is None:
            zeros = refer_to(file, "numpy.zeros")
            zeros.imported(editor)
            sizes = ", ".join([f"len({text})", *(str(size or 1) for size in shape[1:])])
            named, is_placeholder = f"{zeros.text}(({sizes}))", True
        parts.append(named)
    told = " (the zeros are a placeholder: put the real targets there)" if is_placeholder else ""
    fix = make_fix(
        editor.replace(node, f"[{', '.join(parts)}]"),
        f"Pass one target for each output: [{', '.join(parts)}]{told}",
        repair_class=RepairClass.C,
        likelihood=0.4 if is_placeholder else 0.8,
    )
    if fix is not None:
        yield fix


def _array_for(frame: Frame, count: int | None, shape: Shape, taken: str) -> str | None:
    """Return a variable that holds as many rows of an output's shape."""
    for name, value in frame.locals.items():
        found = shape_of(value)
        if name != taken and found is not None and found[:1] == (count,) and _fits(found, shape):
            return name
    return None


# A list of another length, or in another order.


def _other_count(case: Case, boundary: Boundary, names: Sequence[str], count: int) -> Diagnosis:
    argument = data_argument(case, boundary, "y")
    fixes = []
    if argument is not None and isinstance(argument[1], ast.List | ast.Tuple):
        file, node = argument[0], argument[1]
        if count > len(names) and case.program.is_own(file.path):
            editor = Editor(file)
            kept = [file.segment(each) for each in node.elts[: len(names)]]
            fix = make_fix(
                editor.replace(node, f"[{', '.join(kept)}]"),
                f"Pass the first {len(names)} targets only",
                likelihood=0.5,
            )
            fixes = [fix] if fix is not None else []
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"The model has {plural(len(names), 'output')} ({', '.join(names)}), and "
        f"{plural(count, 'target')} {'was' if count == 1 else 'were'} passed.\n"
        "Pass one target for each output, in the order of the outputs or in a dict by their names.",
        places=first_own(
            case,
            [
                Place(argument[0].path, argument[1].lineno) if argument is not None else None,
                boundary_place(boundary),
            ],
        ),
        evidence=(Evidence("value", f"outputs: {', '.join(names)}; targets: {count}"),),
        fixes=tuple(fixes),
    )


def _order(given: Sequence[Any], shapes: Sequence[Shape]) -> tuple[int, ...] | None:
    """Return the order in which targets fit the outputs, if it is another than they have."""
    targets = [each.spec.shape if isinstance(each, DataSummary) else None for each in given]
    if None in targets or len(targets) > 5:
        return None
    if all(_fits(target, shape) for target, shape in zip(targets, shapes, strict=True)):
        return None
    for order in permutations(range(len(targets))):
        if all(_fits(targets[index], shape) for index, shape in zip(order, shapes, strict=True)):
            return order
    return None


def _swapped(
    case: Case,
    boundary: Boundary,
    names: Sequence[str],
    shapes: Sequence[Shape],
    given: Sequence[Any],
    order: Sequence[int],
) -> Diagnosis:
    argument = data_argument(case, boundary, "y")
    fixes = []
    if argument is not None and isinstance(argument[1], ast.List | ast.Tuple):
        file, node = argument[0], argument[1]
        texts = [file.segment(node.elts[index]) for index in order]
        if case.program.is_own(file.path):
            editor = Editor(file)
            for element, text in zip(node.elts, texts, strict=True):
                editor.replace(element, text)
            fix = make_fix(
                editor, f"Pass the targets in the order of the outputs: {', '.join(texts)}",
                repair_class=RepairClass.A, likelihood=0.9,
            )  # fmt: skip
            fixes = [fix] if fix is not None else []
    shown = ", ".join(str(each.spec.shape) for each in given)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"The targets are not in the order of the outputs: the outputs are "
        f"{_listed(names, shapes)}, the targets {shown}.\n"
        f"In the order {', '.join(str(index + 1) for index in order)} every target fits its "
        "output.\nChange the order of the list, or pass a dict by the outputs' names.",
        places=first_own(
            case,
            [
                Place(argument[0].path, argument[1].lineno) if argument is not None else None,
                boundary_place(boundary),
            ],
        ),
        evidence=(Evidence("shape", f"outputs {_listed(names, shapes)}; targets {shown}"),),
        fixes=tuple(fixes),
    )
