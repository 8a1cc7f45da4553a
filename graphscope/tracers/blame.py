"""One sentence for an exception that a model raised while it was traced."""

from __future__ import annotations

import traceback
from typing import Any

from graphscope.errors import TraceError
from graphscope.tracers.frames import is_user_code, shorten_path
from graphscope.tracers.messages import describe_error


def explain_failure(model: Any, error: Exception) -> TraceError:
    """Return an error that names the model, the user's line and what Keras said."""
    place = find_place(error)
    return TraceError(
        f"The model {model.name!r} raised {describe_error(error, f'{place} while it was traced')}.",
        "Call it yourself on the same inputs to see the whole error, and check the input shape.",
    )


def find_place(error: Exception) -> str:
    """Return where the user's program raised an error, as in `at net.py:12`; "" if nowhere."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if is_user_code(frame.filename):
            return f"at {shorten_path(frame.filename)}:{frame.lineno}"
    return ""
