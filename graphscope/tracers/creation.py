"""Where the calls of a functional model were written.

A functional model is built by calling layers on symbolic tensors; when it is traced later, the
lines that made it are long gone. `record_creation` remembers them while the program that builds
the model runs.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from graphscope.graph import SourceLine
from graphscope.tracers.frames import find_user_line
from graphscope.tracers.patching import patched

_lines: WeakKeyDictionary[Any, SourceLine] = WeakKeyDictionary()


def creation_line(node: Any) -> SourceLine | None:
    """Return the user's line that created a Keras graph node, if it was recorded."""
    return _lines.get(node)


@contextmanager
def record_creation() -> Iterator[None]:
    """Remember the user's line of every symbolic layer and operation call inside the block."""
    import keras

    # keras.ops on symbolic tensors go straight to symbolic_call; layers add their node after it.
    with (
        patched(keras.layers.Layer, "__call__", _watch_nodes),
        patched(keras.Operation, "symbolic_call", _watch_nodes),
    ):
        yield


def _watch_nodes(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        count = len(self._inbound_nodes)
        outputs = original(self, *args, **kwargs)
        if len(self._inbound_nodes) > count:
            line = find_user_line(sys._getframe(1))
            if line is not None:
                _lines[self._inbound_nodes[-1]] = line
        return outputs

    return watched
