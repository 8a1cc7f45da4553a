"""The one family of errors that a user of graphscope meets."""

from __future__ import annotations

from typing import Any


class GraphscopeError(Exception):
    """Something the user can put right: one sentence on what happened, one on the remedy.

    Args:
        message: what happened and what was received.
        remedy: what to do about it; appended to the message.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class GraphError(GraphscopeError):
    """A graph document contradicts itself (a dangling edge, two nodes of one id)."""


class TargetError(GraphscopeError):
    """The TARGET of a command names nothing that can be opened."""


class ReadError(GraphscopeError):
    """A file is not what its name says, or is broken.

    Attributes:
        graph: the `Graph` of what could be read all the same, with notes where it is broken; None
            when there is nothing to show.
    """

    graph: Any = None


class TraceError(GraphscopeError):
    """A live model could not be traced.

    Attributes:
        graph: the `Graph` up to the call that failed, with a note there; None when the model was
            not called, or its tracer keeps none.
    """

    graph: Any = None


class ExportError(GraphscopeError):
    """A picture or file could not be written."""


class QueryError(GraphscopeError):
    """A query that cannot be answered: it is not one, or asks for what nobody knows."""


class ServerError(GraphscopeError):
    """The inspector could not be served."""
