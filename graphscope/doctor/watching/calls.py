"""Remembers the calls of layers and Keras operations: symbolic, traced and eager."""

from __future__ import annotations

import functools
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any

from graphscope.doctor.records import Boundary, CallRecord
from graphscope.doctor.watching.sites import first_user_frame
from graphscope.doctor.watching.snapshots import (
    kind_of,
    remember_structure,
    spec_of,
    tensors_in,
)
from graphscope.doctor.watching.watcher import Watcher
from graphscope.tracers.patching import Wrapper, patched

SAME_CALLS = 3
"""How many calls of one operation with the same shapes from the same line are kept, unless they
are symbolic."""
CALLS_OF_LINE = 300
"""How many calls of one class of operation from one line are kept, whatever their shapes."""


@contextmanager
def hooks(watcher: Watcher) -> Iterator[None]:
    """Watch layers and operations inside the block."""
    import keras

    calls = Calls(watcher, keras.layers.Layer, keras.Model)
    # keras.ops on symbolic tensors go straight to symbolic_call.
    with (
        patched(keras.layers.Layer, "__call__", calls.watch_layer),
        patched(keras.Operation, "__call__", calls.watch_operation),
        patched(keras.Operation, "symbolic_call", calls.watch_symbolic),
    ):
        yield


class PendingCall:
    """A call that is running; it is recorded when it is worth it, or when it fails."""

    __slots__ = (
        "args", "boundary", "frame", "is_layer", "kwargs", "operation", "record", "tensors",
    )  # fmt: skip

    def __init__(
        self, operation: Any, args: Any, kwargs: Any, is_layer: bool, frame: FrameType
    ) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.is_layer = is_layer
        self.frame = frame
        self.tensors = list(tensors_in((args, kwargs)))
        self.record: CallRecord | None = None
        self.boundary: Boundary | None = None


class Calls:
    """The hooks of calls."""

    def __init__(self, watcher: Watcher, layer: type, model: type) -> None:
        self._watcher = watcher
        self._layer = layer
        self._model = model
        self._counts: Counter[tuple[Any, ...]] = Counter()
        self.watch_layer: Wrapper = self._wrap_layer
        self.watch_operation: Wrapper = self._wrap_operation
        self.watch_symbolic: Wrapper = self._wrap_symbolic

    def _wrap_layer(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_layer(layer: Any, /, *args: Any, **kwargs: Any) -> Any:
            return self.run(original, layer, args, kwargs, True)

        return watched_layer

    def _wrap_operation(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_operation(operation: Any, /, *args: Any, **kwargs: Any) -> Any:
            # A layer arrives here from its own __call__.
            if isinstance(operation, self._layer):
                return original(operation, *args, **kwargs)
            return self.run(original, operation, args, kwargs, False)

        return watched_operation

    def _wrap_symbolic(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_symbolic(operation: Any, /, *args: Any, **kwargs: Any) -> Any:
            calls = self._watcher.state.calls
            if isinstance(operation, self._layer) or (calls and calls[-1].operation is operation):
                return original(operation, *args, **kwargs)
            return self.run(original, operation, args, kwargs, False)

        return watched_symbolic

    def run(
        self,
        original: Callable[..., Any],
        operation: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        is_layer: bool,
    ) -> Any:
        """Run one call and remember it if it is worth it."""
        state = self._watcher.state
        # The frame that called the layer: past this one and the wrapper.
        pending = PendingCall(operation, args, kwargs, is_layer, sys._getframe(2))
        stack = state.calls
        outermost = not stack and state.boundary is None
        if self._is_worth_recording(pending):
            self._record(pending, stack, outermost)
        stack.append(pending)
        try:
            outputs = original(operation, *args, **kwargs)
        except BaseException as error:
            stack.pop()
            self._fail(pending, stack, outermost, error)
            raise
        stack.pop()
        if pending.record is not None:
            _finish(pending, pending.record, outputs)
        if pending.boundary is not None:
            _finish_boundary(pending.boundary)
            state.boundary = None
        return outputs

    def _is_worth_recording(self, pending: PendingCall) -> bool:
        shapes = []
        for tensor in pending.tensors:
            if kind_of(tensor) == "symbolic":
                return True
            shapes.append(spec_of(tensor))
        caller = first_user_frame(pending.frame)
        place = (caller.f_code, caller.f_lasti) if caller else (None, 0)
        counts = self._counts
        key = (id(pending.operation), *place, *shapes)
        count = counts[key]
        if count >= SAME_CALLS:
            return False
        line = (type(pending.operation), *place)
        if counts[line] >= CALLS_OF_LINE:
            return False
        counts[key] = count + 1
        counts[line] += 1
        return True

    def _record(
        self, pending: PendingCall, stack: list[PendingCall], outermost: bool
    ) -> CallRecord:
        state = self._watcher.state
        recording = self._watcher.recording
        site = state.camera.capture(pending.frame)
        parent = None
        for index, around in enumerate(stack):
            if around.record is None:
                self._record(around, stack[:index], False)
            parent = around.record
        tensors = pending.tensors
        if outermost and self._is_user_call(pending):
            pending.boundary = _call_boundary(pending, site)
            recording.boundaries.append(pending.boundary)
            state.boundary = pending.boundary
        record = CallRecord(
            operation=pending.operation,
            class_name=type(pending.operation).__name__,
            # A subclass that forgot super().__init__() has no name.
            name=str(getattr(pending.operation, "name", "")),
            is_layer=pending.is_layer,
            args=pending.args,
            kwargs=pending.kwargs,
            inputs=list(tensors),
            input_specs=[spec_of(tensor) for tensor in tensors],
            site=site,
            parent=parent,
            boundary=state.boundary,
        )
        if parent is not None:
            parent.children.append(record)
        recording.calls.append(record)
        pending.record = record
        return record

    def _is_user_call(self, pending: PendingCall) -> bool:
        return isinstance(pending.operation, self._model) and any(
            kind_of(tensor) == "array" for tensor in pending.tensors
        )

    def _fail(
        self,
        pending: PendingCall,
        stack: list[PendingCall],
        outermost: bool,
        error: BaseException,
    ) -> None:
        record = pending.record or self._record(pending, stack, outermost)
        record.error = error
        if pending.boundary is not None:
            self._watcher.state.boundary = None


RUN_CODE: CodeType = Calls.run.__code__
"""The frame around every watched call; its variable `pending` tells which."""


def _finish(pending: PendingCall, record: CallRecord, outputs: Any) -> None:
    found = list(tensors_in(outputs))
    record.outputs = [_keep(tensor) for tensor in found]
    record.output_specs = [spec_of(tensor) for tensor in found]
    kinds = {kind_of(value) for value in (*pending.args, *pending.kwargs.values())}
    if kinds & {"array", "sequence", "mapping"}:
        # The values of real data are not needed once the call has gone well; lists may change.
        record.inputs = [_keep(tensor) for tensor in record.inputs]
        record.args = remember_structure(pending.args)
        record.kwargs = remember_structure(dict(pending.kwargs))


def _keep(tensor: Any) -> Any:
    return spec_of(tensor) if kind_of(tensor) == "array" else tensor


def _call_boundary(pending: PendingCall, site: Any) -> Boundary:
    from graphscope.doctor.watching.summaries import summarise

    return Boundary(
        kind="call",
        model=pending.operation,
        arguments={str(index): value for index, value in enumerate(pending.args)}
        | dict(pending.kwargs),
        data={"x": summarise(pending.args[0])} if pending.args else {},
        site=site,
    )


def _finish_boundary(boundary: Boundary) -> None:
    boundary.finished = True
    boundary.arguments = remember_structure(dict(boundary.arguments))
