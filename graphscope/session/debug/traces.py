"""Tracebacks as they would be without us."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

_OURS = f"{Path(__file__).parents[2]}/"


def without_our_frames(error: BaseException) -> BaseException:
    """Take graphscope's own frames out of the tracebacks of an exception and of its causes."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        each.__traceback__ = _cleaned(each.__traceback__)
        waiting += [each.__cause__, each.__context__]
    return error


def _cleaned(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OURS):
            kept.append(trace)
        trace = trace.tb_next
    cleaned: TracebackType | None = None
    for each in reversed(kept):
        cleaned = TracebackType(cleaned, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return cleaned
