"""Which call made each operation: every operation is seen at the moment it is created."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, ItemsView, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from graphscope.graph import SourceLine
from graphscope.tracers.frames import find_user_line
from graphscope.tracers.patching import patched
from graphscope.tracers.recorder import RECORD_CODE, Call, active_recorder


@dataclass(frozen=True, slots=True)
class Creation:
    """The call in which an operation was created, and the user's line inside that call."""

    owner: Call
    source: SourceLine | None


class OperationLog:
    """Creations by operation, in every graph that was touched (loop bodies, called functions)."""

    def __init__(self) -> None:
        self._creations: dict[Any, Creation] = {}

    def find(self, operation: Any) -> Creation | None:
        """Return how an operation came about; None if it was made outside any call."""
        return self._creations.get(operation)

    def items(self) -> ItemsView[Any, Creation]:
        """Return operations with their creations, in the order of creation."""
        return self._creations.items()

    @contextmanager
    def logging(self) -> Iterator[None]:
        """Log the operations that recorded calls create inside the block."""
        # FuncGraph overrides this method and ends in Graph's, so one hook sees all graphs.
        with patched(tf.Graph, "_create_op_internal", self._watch):
            yield

    def _watch(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def create(graph: Any, *args: Any, **kwargs: Any) -> Any:
            operation = original(graph, *args, **kwargs)
            recorder = active_recorder()
            owner = None if recorder is None else recorder.current
            if owner is not None:
                line = find_user_line(sys._getframe(1), stop=RECORD_CODE)
                self._creations[operation] = Creation(owner, line)
            return operation

        return create
