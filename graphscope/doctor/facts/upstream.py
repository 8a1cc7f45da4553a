"""The layers before a tensor: which of them fixed its last axis, and what shrank its map."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.parameters import Parameter, parameter_of, width_parameter
from graphscope.doctor.records import CallRecord

_MOST_STEPS = 40


def makers_of(case: Case, tensor: Any, maker: CallRecord | None = None) -> Iterator[CallRecord]:
    """Yield the layer calls behind a tensor, nearest first, along first inputs.

    Args:
        case: the case.
        tensor: the tensor.
        maker: the call that made it, where the tensor itself is gone.
    """
    if maker is not None:
        yield maker
        if not maker.inputs:
            return
        tensor = maker.inputs[0]
    for _ in range(_MOST_STEPS):
        call = case.recording.producer_of(tensor)
        while call is not None and not call.is_layer and call.parent is not None:
            call = call.parent
        if call is None or not call.inputs:
            return
        yield call
        tensor = call.inputs[0]


def width_maker(
    case: Case, tensor: Any, size: int | None, maker: CallRecord | None = None
) -> tuple[Any, Parameter | None] | None:
    """Return the layer that fixed the last axis of a tensor, and the argument that says so."""
    for call in makers_of(case, tensor, maker):
        width = width_parameter(call.operation)
        if width is not None and width[1] == size:
            return call.operation, parameter_of(case, call.operation, width[0])
        before = call.input_specs[0].shape if call.input_specs else None
        if width is not None or not before or before[-1] != size:
            return None
    return None


def call_at(case: Case, file: str, node: ast.Call) -> CallRecord | None:
    """Return the last recorded call of a layer that an expression of the user's made."""
    where = (file, node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)
    for call in reversed(case.recording.calls):
        if not call.site or not call.output_specs:
            continue
        at = call.site[0].position
        if (at.file, at.line, at.column, at.end_line, at.end_column) == where:
            return call
    return None
