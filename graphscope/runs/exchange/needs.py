"""Libraries that only exchange formats need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graphscope.errors import GraphscopeError


@contextmanager
def needed(library: str, extra: str, purpose: str) -> Iterator[None]:
    """Within it an optional library is imported.

    Args:
        library: its name.
        extra: of graphscope's distribution that brings it.
        purpose: beginning of a sentence: "Parquet files".

    Raises:
        GraphscopeError: when it is not installed.
    """
    try:
        yield
    except ImportError as error:
        if (error.name or library).partition(".")[0] != library:
            raise  # It is there, and broken: its own message says how.
        raise GraphscopeError(
            f"{purpose} need {library}, which is not installed.",
            f"pip install 'keras-graphscope[{extra}]'",
        ) from error
