"""What the page shows of a target that could not be opened."""

from __future__ import annotations

from graphscope.app.broken import find_failure
from graphscope.app.broken_file import find_faults
from graphscope.app.debugging import Findings
from graphscope.errors import GraphscopeError, ReadError, TraceError


def explain(error: GraphscopeError, target: str) -> Findings | None:
    """Return what is left of a target, with the reason why it is not more.

    Args:
        error: what was raised when it was opened.
        target: what was opened, as the user named it.

    Returns:
        Of a broken file what could be read, which may be nothing; of a model that failed the
        graph until then. None where there is no page to show: the target names nothing, or the
        model was not called.
    """
    if isinstance(error, ReadError):
        return find_faults(error, target)
    if isinstance(error, TraceError) and error.graph is not None:
        return find_failure(error, target)
    return None
