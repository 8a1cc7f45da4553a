"""Where the graph of a page comes from, and what may therefore be read beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from graphscope.errors import GraphscopeError

if TYPE_CHECKING:
    from graphscope.analysis.number_summary import NumberSummary


class WeightValues(Protocol):
    """Tells what the numbers in weights look like. They are read when they are asked for."""

    def summarise(self, weights: Sequence[str]) -> list[NumberSummary | GraphscopeError | None]:
        """Return the statistics of some weights, in the order of their ids.

        Where a weight cannot be read its error stands in the place, and None where it has no
        values.

        Args:
            weights: their ids in the graph.

        Raises:
            GraphscopeError: when none can be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """What stands behind a graph.

    By default nothing is known of it: the graph may have been written by a stranger, and the
    files that it names are not read.
    """

    is_live: bool = False
    """Whether the user's own program was traced, here and now. Its source lines are then files
    that the user runs anyway, and may be shown."""
    weights: WeightValues | None = None
    opened_at: float = field(default_factory=time.time)
    """Seconds since 1970; a source file that is younger may not be what was traced."""


UNKNOWN = Origin()
