"""Records every call of a layer or Keras operation, for every kind of model and backend.

While a recorder is active in a thread, `Layer.__call__` and `Operation.__call__` report to it.
Another thread records nothing. What a tensor is, and how one is told apart from another, is the
backend's business: see `TensorAdapter`.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphscope.graph import SourceLine
from graphscope.tracers.frames import find_user_line
from graphscope.tracers.patching import patched


class TensorAdapter(Protocol):
    """What the recorder must know about a backend's tensors."""

    def flatten(self, structure: Any) -> list[Any]:
        """Return the tensors in nested arguments or results, in order."""

    def key(self, tensor: Any) -> Any:
        """Return a hashable identity that lives as long as the tensor's graph."""

    def context(self) -> Any:
        """Return the graph that operations are being added to at this moment."""

    def separate(self, outputs: Any, taken: set[Any]) -> Any:
        """Return outputs in which no tensor has a key in `taken` (pass-through results)."""

    def mask(self, tensor: Any) -> Any:
        """Return the Keras mask that travels beside a tensor, or None."""

    def around(self, call: Call) -> AbstractContextManager[None]:
        """Return what must hold while a call runs; it ends when the call's outputs are known."""


@dataclass(slots=True, eq=False)
class Call:
    """One call of a layer or operation, as it happened."""

    operation: Any
    parent: Call | None
    context: Any
    inputs: list[Any]
    outputs: list[Any] = field(default_factory=list)
    masks: list[Any] = field(default_factory=list)
    children: list[Call] = field(default_factory=list)
    source: SourceLine | None = None
    is_layer: bool = True
    failed: bool = False
    """Whether it raised instead of returning."""

    def walk(self) -> Iterator[Call]:
        """Yield the call and all calls inside it, in the order in which they began."""
        pending = [self]
        while pending:
            call = pending.pop()
            yield call
            pending += reversed(call.children)


class Recorder:
    """The calls of one thread, as a tree.

    Attributes:
        roots: calls that no other recorded call surrounds.
    """

    def __init__(self, adapter: TensorAdapter) -> None:
        self._adapter = adapter
        self._stack: list[Call] = []
        self.roots: list[Call] = []

    @property
    def current(self) -> Call | None:
        """The innermost call that is running, or None."""
        return self._stack[-1] if self._stack else None

    @contextmanager
    def inside(self, call: Call) -> Iterator[None]:
        """Take what happens inside the block to be part of `call`, which is no call of Keras."""
        self._stack.append(call)
        try:
            yield
        finally:
            self._stack.pop()

    def record(
        self, original: Callable[..., Any], operation: Any, args: Any, kwargs: Any, *, layer: bool
    ) -> Any:
        """Run one call and remember it."""
        parent = self.current
        call = Call(
            operation,
            parent,
            self._adapter.context(),
            self._adapter.flatten((args, kwargs, () if layer else _settings(operation))),
            is_layer=layer,
            source=None if parent is None else find_user_line(sys._getframe(2), stop=RECORD_CODE),
        )
        (parent.children if parent else self.roots).append(call)
        self._stack.append(call)
        try:
            with self._adapter.around(call):
                outputs = original(operation, *args, **kwargs)
                taken = {self._adapter.key(tensor) for tensor in call.inputs}
                outputs = self._adapter.separate(outputs, taken)
                call.outputs = self._adapter.flatten(outputs)
                masks = (self._adapter.mask(tensor) for tensor in call.outputs)
                call.masks = [mask for mask in masks if mask is not None]
            return outputs
        except BaseException:
            call.failed = True
            raise
        finally:
            self._stack.pop()


def _settings(operation: Any) -> list[Any]:
    """Return what a Keras operation was made with: `ops.pad(x, widths)` keeps the widths."""
    return [value for name, value in vars(operation).items() if not name.startswith("_")]


RECORD_CODE = Recorder.record.__code__
"""The frame between a call and the call around it. Beyond it lie the lines that made the outer
call, not this one."""

_active = threading.local()


def active_recorder() -> Recorder | None:
    """Return the recorder of this thread, or None."""
    recorder: Recorder | None = getattr(_active, "recorder", None)
    return recorder


@contextmanager
def recording(recorder: Recorder) -> Iterator[Recorder]:
    """Let `recorder` see the calls that this thread makes inside the block."""
    import keras

    with (
        patched(keras.layers.Layer, "__call__", _wrap_layer_call),
        patched(keras.Operation, "__call__", _wrap_operation_call),
    ):
        previous = active_recorder()
        _active.recorder = recorder
        try:
            yield recorder
        finally:
            _active.recorder = previous


def _wrap_layer_call(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def call_layer(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = active_recorder()
        if recorder is None:
            return original(self, *args, **kwargs)
        return recorder.record(original, self, args, kwargs, layer=True)

    return call_layer


def _wrap_operation_call(original: Callable[..., Any]) -> Callable[..., Any]:
    import keras

    @functools.wraps(original)
    def call_operation(self: Any, *args: Any, **kwargs: Any) -> Any:
        recorder = active_recorder()
        # A layer arrives here from its own __call__, where it has been recorded.
        if recorder is None or isinstance(self, keras.layers.Layer):
            return original(self, *args, **kwargs)
        return recorder.record(original, self, args, kwargs, layer=False)

    return call_operation
