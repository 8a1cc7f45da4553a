"""Exceptions of the user's program, told in one sentence with the user's own file and line."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

from graphscope.graph import SourceLine
from graphscope.tracers.frames import is_user_code, shorten_path

_LONGEST = 400
"""Characters of a foreign message that are repeated; Keras writes up to 180,000."""

_STYLES = re.compile(r"\x1b\[[0-9;]*m")
_KERAS_CALL_INFO = re.compile(r"\s*Arguments received by .*", re.DOTALL)
_KERAS_CALL_HEADER = re.compile(r"Exception encountered when calling (.+?)\.\s+(?=\S)")


def describe_error(error: BaseException, doing: str = "") -> str:
    """Return type and message of a foreign exception in one line, without a full stop.

    Keras wraps a message between a header and the list of all arguments, several lines in all;
    what went wrong is in the middle.

    >>> describe_error(ZeroDivisionError("division by zero."), "while it was imported")
    'ZeroDivisionError while it was imported: division by zero'
    """
    kind = f"{type(error).__name__} {doing}".strip()
    text = _STYLES.sub("", str(error))
    text = _KERAS_CALL_INFO.sub("", text)
    text = _KERAS_CALL_HEADER.sub(r"in \1: ", text, count=1)
    text = " ".join(text.split()).removesuffix(".")
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST].rstrip()} …"
    return f"{kind}: {text}" if text else kind


def find_error_line(error: BaseException, folder: Path | None = None) -> SourceLine | None:
    """Return the line of the user's program that an exception left last.

    Args:
        error: the exception.
        folder: where the user's program lies; its files count before any other. Without a hit
            there, the innermost file that belongs to no framework is taken.

    Returns:
        The line, with its path relative to the working directory where possible; None when only
        frameworks took part.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return SourceLine(shorten_path(error.filename), error.lineno or 0)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.lineno]
    nearby = [frame for frame in frames if folder and Path(frame.filename).is_relative_to(folder)]
    users = nearby or [frame for frame in frames if is_user_code(frame.filename)]
    if not users:
        return None
    last = users[-1]
    return SourceLine(shorten_path(last.filename), last.lineno or 0, last.name)
