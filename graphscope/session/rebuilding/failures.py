"""Why a model was not rebuilt."""

from __future__ import annotations

from graphscope.errors import GraphscopeError


class NotRebuiltError(GraphscopeError):
    """A model was not rebuilt; the message is the reason, as the end of a sentence about it."""


class NotAllowedError(NotRebuiltError):
    """A config holds something that is not made into an object."""
