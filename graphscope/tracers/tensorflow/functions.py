"""Functions decorated with `tf.function` inside a model, traced afresh at every call.

A `tf.function` keeps its traces. A trace made here would hold our placeholders and would be
used by the user's next call; and a trace that the user made earlier would hide its calls from us.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

from graphscope.tracers.patching import patched


@contextmanager
def functions_traced_afresh() -> Iterator[None]:
    """Give every call of a `tf.function` inside the block a trace of its own."""
    function_type = type(tf.function(lambda: None))
    with patched(function_type, "__call__", _call_copy):
        yield


def _call_copy(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        # Only what is traced on this thread: other threads run their functions as ever.
        if tf.executing_eagerly():
            return original(self, *args, **kwargs)
        return original(self._clone(None), *args, **kwargs)

    return call
