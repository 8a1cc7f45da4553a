"""Where in the user's own program an exception came from."""

from __future__ import annotations

import traceback
from pathlib import Path

from graphscope.graph import SourceLine
from graphscope.tracers.frames import is_user_code, shorten_path


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
