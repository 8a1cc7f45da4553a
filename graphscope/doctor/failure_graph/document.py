"""The graph up to a failure, and the way from recorded objects to its ids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphscope.doctor.findings import Place
from graphscope.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class FailureGraph:
    """A graph of recorded calls.

    Attributes:
        graph: scopes for calls with something inside, nodes for all others.
        culprit: id of the node or scope that failed; None when nothing did, or when what failed
            is no call (data, a constructor).
        lines: per node and scope, the user's lines that it comes from: where its layer was made,
            and where it was called.
        subjects: recorded calls and operations with their ids, by identity.
    """

    graph: Graph
    culprit: str | None = None
    lines: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    subjects: Mapping[int, tuple[Any, str]] = field(default_factory=dict)

    def id_of(self, subject: Any) -> str | None:
        """Return the id of a recorded call, or of the last call of a layer or operation."""
        found = self.subjects.get(id(subject))
        return found[1] if found is not None and found[0] is subject else None
