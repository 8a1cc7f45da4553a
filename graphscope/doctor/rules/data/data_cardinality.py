"""Inputs and targets have different numbers of rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.cardinality_order import (
    WrongOrder,
    names_of_unique,
    split_in_wrong_order,
)
from graphscope.doctor.facts.data_elements import element_of
from graphscope.doctor.facts.data_steps import steps_of
from graphscope.doctor.facts.data_telling import best_places, called
from graphscope.doctor.facts.failing import failing, function_name
from graphscope.doctor.facts.handed import Handover
from graphscope.doctor.facts.handover import argument_node, handover
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.fixes.cardinality_edits import (
    Counted,
    all_shortened,
    name_that_fits,
    same_loop,
    same_slice,
    shortened,
)
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.records import DataSummary
from graphscope.doctor.wording import at, shape, where

ID = "data-cardinality"

_BATCH_AXIS = {"single-sample", "misplaced-batch-axis", "batched-twice", "extra-axis"}
"""Ways to differ from the input by which rows are counted along another axis: another rule's."""
_ROLES = ("x", "y", "sample_weight")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the lengths of all arrays of a call, and trace the two that differ."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ValueError):
        return
    found, told, method = _at_keras(case) or _at_slices(case) or ([], "", "")
    pair = _differing(found)
    if pair is not None:
        yield _tell(case, pair, found, told, method)


def _at_keras(case: Case) -> tuple[list[Counted], str, str] | None:
    """Return the arrays of `fit`, ... when Keras found their lengths to differ."""
    failure = case.failure
    assert failure is not None
    if not any(frame[0] == "check_data_cardinality" for frame in failure.keras_frames[:3]):
        return None
    own = handover(case)
    if own is None or own.boundary is None or own.is_list_of_samples:
        return None
    if any(part.mismatch and part.mismatch.kind in _BATCH_AXIS for part in own.parts):
        return None
    given = list(_arguments(own, "x"))
    if _differing(given) is not None:
        return given, called(own), own.method
    # Keras looks at the validation data before the first epoch.
    checked = list(_arguments(own, "validation_data"))
    return checked, f"{called(own)}, for its validation_data,", "evaluate"


def _arguments(own: Handover, role: str) -> Iterator[Counted]:
    boundary = own.boundary
    assert boundary is not None
    if role == "validation_data":
        node = argument_node(own.call, role)
        data = boundary.data.get("validation_data")
        parts = zip(_ROLES, data if isinstance(data, tuple | list) else (), strict=False)
        for index, (part, summary) in enumerate(parts):
            yield from _counted(own, part, element_of(node, index), summary)
        return
    for each in _ROLES:
        yield from _counted(own, each, argument_node(own.call, each), boundary.data.get(each))


def _counted(own: Handover, role: str, node: ast.expr | None, data: Any) -> Iterator[Counted]:
    if node is None:
        return
    if isinstance(data, Mapping):
        for key, each in data.items():
            yield from _counted(own, role, element_of(node, str(key)) or node, each)
    elif isinstance(data, list | tuple):
        for index, each in enumerate(data):
            yield from _counted(own, role, element_of(node, index) or node, each)
    elif isinstance(data, DataSummary) and data.spec.shape and data.spec.shape[0] is not None:
        text = " ".join(own.file.segment(node).split())
        steps = steps_of(own.case, own.file, node, own.frame)
        yield Counted(role, text, data.spec.shape[0], own.file, node, own.frame, steps)


def _at_slices(case: Case) -> tuple[list[Counted], str, str] | None:
    """Return the arrays of `from_tensor_slices((x, y))` that failed."""
    found = failing(case)
    if found is None or not isinstance(found.node, ast.Call):
        return None
    if function_name(found.node) not in {"from_tensor_slices", "train_test_split"}:
        return None
    given = list(found.node.args)
    if len(given) == 1 and isinstance(given[0], ast.Tuple):
        given = given[0].elts
    counted = []
    for node in given:
        size = shape_of(look(node, found.frame))
        if size and size[0] is not None:
            steps = steps_of(case, found.file, node, found.frame)
            text = found.source(node)
            counted.append(Counted(text, text, size[0], found.file, node, found.frame, steps))
    told = f"{function_name(found.node)}{at(case, found.place)}"
    return counted, told, function_name(found.node)


def _differing(found: list[Counted]) -> tuple[Counted, Counted] | None:
    first = next(iter(found), None)
    second = next((each for each in found if first and each.rows != first.rows), None)
    return (first, second) if first is not None and second is not None else None


def _tell(
    case: Case, pair: tuple[Counted, Counted], found: list[Counted], told: str, method: str
) -> Diagnosis:
    first, second = pair
    order = split_in_wrong_order(first, second) or names_of_unique(second)
    if order is not None:
        fixes = known([order.fix()])
        cause = _wrong_order(case, order)
        places = best_places(fixes, order.place)
    else:
        fixes = known([all_shortened(case, found), *_fixes(case, first, second, method)])
        cause = _cause(case, first, second)
        places = best_places(fixes, *(_made(each) for each in pair))
    counts = ", ".join(f"{each.text} ({each.name}) has {each.rows}" for each in found)
    difference = abs(first.rows - second.rows)
    off = " (off by one: one too many, one more than the other)" if difference == 1 else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{told} failed: its arrays must have the same number of samples (the first "
        f"dimension, their cardinality, must have the same length), but {counts} rows{off}.\n"
        f"{cause}",
        places=places,
        layer=None,
        evidence=tuple(_evidence(case, found)),
        fixes=fixes,
    )


def _wrong_order(case: Case, order: WrongOrder) -> str:
    name = function_name(order.call)
    told = {
        "train_test_split": "the two parts of its first array, then those of the second",
        "unique": "the different values first, then the inverse: the code of each row",
    }.get(name, "its results in this order")
    line = where(case, order.place)
    return (
        f"{name} returns {told}: {', '.join(order.names)}. The names on the left at {line} are in "
        f"another order: `{order.file.line_text(order.statement.lineno)}`.\nUnpack in the order "
        "that the function returns: swap the names."
    )


def _made(counted: Counted) -> Any:
    return next((step.place for step in counted.steps if step.origin is not None), None)


def _cause(case: Case, first: Counted, second: Counted) -> str:
    lines = []
    for each in (first, second):
        step = next((one for one in each.steps if one.origin is not None), None)
        if step is not None:
            name = f"{step.assigned} = " if step.assigned else ""
            line = where(case, step.place)
            lines.append(f"{each.text} was made at {line}: `{name}{step.text}`.")
        lines += [
            f"It is collected at {where(case, loop.place)}: `{loop.text}`."
            for loop in each.steps[1:5]
            if "append" in loop.text
        ][:1]
    lines.append(
        "Slice, split or collect both alike (the same slice, the same range of the loop over the "
        "windows), so that each input row keeps its target."
    )
    return "\n".join(lines)


def _fixes(case: Case, first: Counted, second: Counted, method: str) -> Iterator[Fix | None]:
    yield from name_that_fits(case, second, first.rows, method)
    yield from name_that_fits(case, first, second.rows, method)
    yield from same_slice(first, second)
    yield from same_loop(first, second)
    yield from same_loop(second, first)
    longer = first if first.rows > second.rows else second
    yield from shortened(case, longer, min(first.rows, second.rows))


def _evidence(case: Case, found: list[Counted]) -> Iterator[Evidence]:
    for each in found:
        yield Evidence("data", f"{each.name} sizes: {each.text} has {each.rows} rows")
        seen: set[object] = set()
        for step in each.steps[:6]:
            loop = _loop_of(step)
            if loop is not None and loop not in seen:
                seen.add(loop)
                yield Evidence("code", loop, step.place)
            if step.origin is None or step.place in seen:
                continue
            seen.add(step.place)
            size = f": {shape(step.shape)}" if step.shape is not None else ""
            line = where(case, step.place)
            yield Evidence("origin", f"{step.text} {line}{size}", step.place)


def _loop_of(step: Any) -> str | None:
    loop = next((e for e in step.file.ancestors(step.node) if isinstance(e, ast.For)), None)
    if loop is None:
        return None
    over = " ".join(step.file.segment(loop.iter).split())
    return f"loop for {step.file.segment(loop.target)} in {over}"
