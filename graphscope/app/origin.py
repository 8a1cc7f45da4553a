"""Where the graph of a page comes from, and what may therefore be read beside it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np


class WeightValues(Protocol):
    """Gives the numbers in a weight, a part at a time: a weight may be larger than the memory."""

    def parts(self, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
        """Yield the numbers of a weight in arrays of some megabytes, in any shape.

        Args:
            weight: the id of the weight in the graph.
            limit: bytes that are read at most; of a larger weight, parts that are spread evenly.

        Raises:
            KeyError: when there are no values of this weight.
            GraphscopeError: when they cannot be read.
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
