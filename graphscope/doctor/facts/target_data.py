"""Where a model's targets are written: the expressions that made them, nearest first."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.data_part import Step, element_of, steps_of_part
from graphscope.doctor.facts.relation import same
from graphscope.doctor.fixes.arguments import find_argument
from graphscope.doctor.origins import trace_data
from graphscope.doctor.records import Boundary, DataSummary, Frame, Shape
from graphscope.doctor.source import SourceFile


def data_argument(
    case: Case, boundary: Boundary | None, name: str
) -> tuple[SourceFile, ast.expr, Frame] | None:
    """Return the expression that a call of `fit`, `evaluate`, ... gives for an argument."""
    if boundary is None or not boundary.site:
        return None
    frame = boundary.site[0]
    found = case.program.call(frame)
    if found is None:
        return None
    file, call = found
    node = find_argument(call, getattr(type(boundary.model), boundary.kind, None), name)
    if node is None:
        # The method of the class is a wrapper while the program is watched; its order is Keras's.
        order = {"x": 0, "y": 1}
        index = order.get(name, 99)
        if index < len(call.args) and not any(isinstance(a, ast.Starred) for a in call.args):
            node = call.args[index]
    return (file, node, frame) if node is not None else None


def handed_target(comparison: Comparison) -> tuple[SourceFile, ast.expr, Frame] | None:
    """Return the expression that hands over the target: of several, that of the output.

    When it is the validation data that do not fit, their target.
    """
    case, boundary = comparison.case, comparison.boundary
    given = data_argument(case, boundary, "y")
    if is_validation(comparison):
        given = data_argument(case, boundary, "validation_data")
        if given is None or not isinstance(given[1], ast.Tuple) or len(given[1].elts) < 2:
            return None
        given = (given[0], given[1].elts[1], given[2])
    if given is None:
        return None
    keys = _keys_of(comparison)
    element = element_of(given[1], keys[0]) if keys else None
    return (given[0], element, given[2]) if element is not None else given


def is_validation(comparison: Comparison) -> bool:
    """Whether the target is that of the validation data: the training data have another shape."""
    boundary = comparison.boundary
    if boundary is None or boundary.kind != "fit":
        return False
    trained = _pick(boundary.data.get("y"), comparison)
    validated = _pick(_second(boundary.data.get("validation_data")), comparison)
    if not isinstance(trained, DataSummary) or not isinstance(validated, DataSummary):
        return False
    shapes = trained.spec.shape, validated.spec.shape
    if shapes[0] is None or shapes[1] is None:
        return False
    want = comparison.target[1:]
    return not same(shapes[0][1:], want) and same(shapes[1][1:], want)


def target_steps(comparison: Comparison, argument: str = "y") -> list[Step]:
    """Return the expressions that made the target, nearest first; empty when none are known.

    Args:
        comparison: what the loss was given.
        argument: `y`, or `sample_weight`.
    """
    case, boundary, rank = comparison.case, comparison.boundary, len(comparison.target)
    keys = _keys_of(comparison)
    is_target = argument == "y"
    given = handed_target(comparison) if is_target else data_argument(case, boundary, argument)
    if given is not None:
        file, node, frame = given
        first = Step(file, node, frame)
        whole = data_argument(case, boundary, argument)
        if is_target and (is_validation(comparison) or (whole and whole[1] is not node)):
            keys = ()
        origin = trace_data(case, node, frame, file=file)
        return [first, *steps_of_part(case, origin, keys, rank)]
    packed = data_argument(case, boundary, "x")
    if packed is None:
        return []
    file, node, frame = packed
    origin = trace_data(case, node, frame, file=file)
    return steps_of_part(case, origin, (1 if is_target else 2, *keys), rank)


def _keys_of(comparison: Comparison) -> tuple[Any, ...]:
    boundary = comparison.boundary
    if comparison.output is None or boundary is None:
        return ()
    names = list(getattr(boundary.model, "output_names", []) or [])
    index = names.index(comparison.output) if comparison.output in names else None
    return ((comparison.output, index),)


def summary_of(comparison: Comparison) -> DataSummary | None:
    """Return what is known of the target's values: of the whole array, or of a batch."""
    boundary = comparison.boundary
    if boundary is None:
        return None
    given = boundary.data.get("y")
    if is_validation(comparison):
        given = _second(boundary.data.get("validation_data"))
    if given is None:
        given = _second(boundary.data.get("x")) or _second(boundary.batch)
    found = _pick(given, comparison)
    better = _pick(_second(boundary.batch), comparison)
    if isinstance(found, DataSummary) and found.minimum is None and better is not None:
        found = better
    if not isinstance(found, DataSummary) or found.spec.shape is None:
        return None
    return found if same(found.spec.shape[1:], comparison.target[1:]) else None


def _second(value: Any) -> Any:
    return value[1] if isinstance(value, tuple | list) and len(value) > 1 else None


def _pick(value: Any, comparison: Comparison) -> Any:
    if isinstance(value, Mapping):
        return value.get(comparison.output) if comparison.output else None
    if isinstance(value, tuple | list):
        names = list(getattr(comparison.boundary.model, "output_names", None) or [])  # type: ignore[union-attr]
        index = names.index(comparison.output) if comparison.output in names else None
        return value[index] if index is not None and index < len(value) else None
    return value


def whole_shape(comparison: Comparison) -> Shape | None:
    """Return the shape of all targets, where they are one array."""
    summary = summary_of(comparison)
    return summary.spec.shape if summary is not None else None
