"""A failure as the traceback alone tells it: for when it was not watched, or not understood."""

from __future__ import annotations

from types import TracebackType

from graphscope.doctor.records import Failure, Frame, Position
from graphscope.doctor.source import Program


def bare_failure(error: BaseException, program: Program) -> Failure:
    """Return what the traceback of an exception says."""
    frames: list[Frame] = []
    trace = error.__traceback__
    while trace is not None:
        if program.is_own(trace.tb_frame.f_code.co_filename):
            frames.append(_frame(trace))
        trace = trace.tb_next
    return Failure(
        exception=error,
        type_name=type(error).__name__,
        message=str(error),
        traceback=error.__traceback__,
        site=tuple(reversed(frames)),
        stage="data",
    )


def _frame(trace: TracebackType) -> Frame:
    frame, code = trace.tb_frame, trace.tb_frame.f_code
    extents = list(code.co_positions())
    line, end_line, column, end_column = extents[trace.tb_lasti // 2]
    position = Position(
        file=code.co_filename,
        line=line or trace.tb_lineno,
        end_line=end_line or trace.tb_lineno,
        column=column or 0,
        end_column=end_column or 0,
        function=code.co_qualname,
    )
    return Frame(position, code, frame.f_locals, frame.f_globals, is_live=True)
