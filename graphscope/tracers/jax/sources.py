"""The user's line that an equation comes from."""

from __future__ import annotations

from typing import Any

from graphscope.graph import SourceLine
from graphscope.tracers.frames import is_user_code, shorten_path
from graphscope.tracers.recorder import RECORD_CODE

_TRACING = "trace_to_jaxpr"
"""JAX's functions that trace the body of a loop or of a function begin like this. What lies beyond
them made the equation that runs the body; and where JAX had the body from an earlier trace, it is
some other program's line."""


def find_line(equation: Any) -> SourceLine | None:
    """Return the innermost line of the user inside the call and the jaxpr of an equation."""
    traceback = equation.source_info.traceback
    if traceback is None:
        return None
    codes, instructions = traceback.raw_frames()
    for code, instruction in zip(codes, instructions, strict=True):
        if code is RECORD_CODE or code.co_name.startswith(_TRACING):
            return None
        if is_user_code(code.co_filename):
            line = traceback.code_addr2line(code, instruction)
            return SourceLine(shorten_path(code.co_filename), line, code.co_qualname)
    return None
