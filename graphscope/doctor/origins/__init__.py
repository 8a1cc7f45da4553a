"""Where a value came from: the chain of expressions that fixed it, to literals and arguments."""

from __future__ import annotations

import ast
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.dimensions import Dimensions
from graphscope.doctor.origins.flow import Divergence, Stage, diverge, history, tell_sizes
from graphscope.doctor.origins.origin import (
    UNKNOWN,
    Origin,
    as_evidence,
    describe,
    show,
    unknown,
)
from graphscope.doctor.origins.scopes import Scope, scope_of, site_from
from graphscope.doctor.origins.tracing import Tracer
from graphscope.doctor.origins.values import value_of
from graphscope.doctor.origins.weights import weight_dimension
from graphscope.doctor.records import CallRecord, Frame, Site
from graphscope.doctor.source import SourceFile

__all__ = [
    "UNKNOWN",
    "Divergence",
    "Origin",
    "Stage",
    "as_evidence",
    "describe",
    "diverge",
    "evaluate",
    "history",
    "show",
    "tell_sizes",
    "trace_data",
    "trace_dimension",
    "trace_expression_dimension",
    "trace_value",
    "trace_weight_dimension",
    "unknown",
]


def trace_value(
    case: Case,
    node: ast.expr,
    frame: Frame | None,
    *,
    file: SourceFile | None = None,
    site: Site | None = None,
    value: Any = UNKNOWN,
) -> Origin:
    """Return where the value of an expression came from.

    Args:
        case: the program and its recording.
        node: the expression.
        frame: the frame in which it is read; None for module level.
        file: the file of the expression; may be left out when there is a frame.
        site: the frame and those outside of it; looked up in the recording when left out.
        value: the value, where it is known from elsewhere.
    """
    scope = _scope(case, node, frame, file, site)
    if scope is None:
        return unknown("the file of the expression cannot be read")
    return _guarded(case, node, scope, value)


def trace_data(
    case: Case,
    node: ast.expr,
    frame: Frame | None,
    *,
    file: SourceFile | None = None,
    site: Site | None = None,
    value: Any = UNKNOWN,
) -> Origin:
    """Return the statements that made an array, a dataset or a batch: as `trace_value`.

    The chain of the answer keeps to the array itself: what it was computed from, not the numbers
    and seeds that it was computed with; those are in `causes`.
    """
    return trace_value(case, node, frame, file=file, site=site, value=value)


def trace_dimension(case: Case, tensor: Any, axis: int, call: CallRecord | None = None) -> Origin:
    """Return what fixed the size of an axis of a tensor.

    Args:
        case: the program and its recording.
        tensor: a symbolic tensor, or one that a recorded call received or made.
        axis: may count from the end.
        call: the call that received the tensor; needed for tensors inside of a layer and for
            arrays, which are told apart by what was called before.
    """
    try:
        return Dimensions(case).of(tensor, axis, call)
    except Exception as error:  # noqa: BLE001 - strangers' objects may raise anything when looked at
        return unknown(f"tracing it failed: {type(error).__name__}: {error}")


def trace_expression_dimension(
    case: Case, node: ast.expr, axis: int, frame: Frame, *, site: Site | None = None
) -> Origin:
    """Return what fixed the size of an axis of what an expression gives.

    For the operands of `a + b` and the arguments of functions inside a `call` method, which leave
    no record of their own: follows assignments, operators and recorded layer calls in the source.
    """
    try:
        scope = scope_of(case, site or site_from(case, frame))
        if scope is None:
            return unknown("the file of the expression cannot be read")
        return Dimensions(case).of_expression(node, scope, axis)
    except Exception as error:  # noqa: BLE001 - strangers' objects may raise anything when looked at
        return unknown(f"tracing it failed: {type(error).__name__}: {error}")


def trace_weight_dimension(case: Case, variable: Any, axis: int) -> Origin:
    """Return what fixed the size of an axis of a weight."""
    try:
        return weight_dimension(case, variable, axis)
    except Exception as error:  # noqa: BLE001 - strangers' objects may raise anything when looked at
        return unknown(f"tracing it failed: {type(error).__name__}: {error}")


def evaluate(
    case: Case,
    node: ast.expr,
    frame: Frame | None,
    *,
    file: SourceFile | None = None,
    site: Site | None = None,
) -> Any:
    """Return the value of an expression without running anything of the user's, or UNKNOWN."""
    scope = _scope(case, node, frame, file, site)
    return UNKNOWN if scope is None else value_of(node, scope)


def _guarded(case: Case, node: ast.expr, scope: Scope, value: Any) -> Origin:
    try:
        return Tracer(case).trace(node, scope, (), value)
    except Exception as error:  # noqa: BLE001 - strangers' objects may raise anything when looked at
        return unknown(f"tracing it failed: {type(error).__name__}: {error}")


def _scope(
    case: Case,
    node: ast.expr,
    frame: Frame | None,
    file: SourceFile | None,
    site: Site | None,
) -> Scope | None:
    if frame is None:
        return Scope(case, file, file.function_of(node)) if file else None
    scope = scope_of(case, site or site_from(case, frame))
    if scope is None or (file is not None and file is not scope.file):
        return Scope(case, file, file.function_of(node)) if file else scope
    return scope
