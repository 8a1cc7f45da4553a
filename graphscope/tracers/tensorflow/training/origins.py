"""Which forward operation each gradient operation belongs to.

TensorFlow computes gradients in three ways, and each is told here what it is working on:

- a tape calls the gradient function of an operation. What the tape remembers of the operation is
  its attributes, some tensors and its name scope; a number in the name scope finds it again;
- a tape calls the backward function of something that recorded itself: a called function, a custom
  gradient;
- inside loops and called functions, gradient functions are looked up operation by operation.
"""

from __future__ import annotations

import functools
import inspect
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
from tensorflow.python import pywrap_tfe
from tensorflow.python.eager import backprop, execute, record
from tensorflow.python.framework import ops

from graphscope.tracers.patching import patched

_MARK = "|forward:"
_TOLD_BY_NOTES = ("Gradients do not exist", "The model does not have any trainable weights")
"""How warnings of Keras begin that the notes of the graph say with their reasons."""

_ORIGINAL = backprop._gradient_function
_KNOWN_PARAMETERS = [
    "op_name",
    "attr_tuple",
    "num_inputs",
    "inputs",
    "outputs",
    "out_grads",
    "skip_input_indices",
    "forward_pass_name_scope",
]

_active = threading.local()
_lock = threading.Lock()
_users = 0


class GradientOrigins:
    """The forward operation of each operation that a gradient function made.

    Attributes:
        forward: forward operations by gradient operation.
        is_exact: whether this TensorFlow works as the tape's part needs it; otherwise only the
            name scopes of gradient operations say where they come from.
    """

    def __init__(self) -> None:
        self.forward: dict[Any, Any] = {}
        self.is_exact = knows_this_tensorflow()
        self._working_on: list[Any] = []
        self._marked: list[Any] = []

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note the origin of the gradient operations that this thread makes inside the block."""
        previous = getattr(_active, "origins", None)
        with (
            patched(tf.Graph, "_create_op_internal", _watch_creation),
            patched(execute, "record_gradient", _mark_operation),
            patched(record, "record_operation", _follow_backward),
            patched(ops, "get_gradient_function", _follow_lookup),
            patched(warnings, "warn", _leave_out_gradients),
            _decoding() if self.is_exact else _nothing(),
        ):
            _active.origins = self
            try:
                yield
            finally:
                _active.origins = previous

    @contextmanager
    def about(self, operation: Any) -> Iterator[None]:
        """Take what is created inside the block to be the gradient of an operation."""
        self._working_on.append(operation)
        try:
            yield
        finally:
            self._working_on.pop()

    def note(self, operation: Any) -> None:
        """Remember a new operation if it is made by a gradient function."""
        if self._working_on:
            self.forward[operation] = self._working_on[-1]

    def mark(self, operation: Any) -> str:
        """Return what to add to a name scope for `marked` to find the operation again."""
        self._marked.append(operation)
        return f"{_MARK}{len(self._marked) - 1}"

    def marked(self, text: str) -> Any:
        """Return the operation behind the number of a mark."""
        number = int(text)
        return self._marked[number] if number < len(self._marked) else None


def knows_this_tensorflow() -> bool:
    """Whether the internals of TensorFlow that marks need are those they were written for."""
    return (
        list(inspect.signature(_ORIGINAL).parameters) == _KNOWN_PARAMETERS
        and hasattr(execute, "record_gradient")
        and hasattr(pywrap_tfe, "TFE_Py_RecordGradient")
        and hasattr(pywrap_tfe, "TFE_Py_RegisterGradientFunction")
    )


def _current() -> GradientOrigins | None:
    found: GradientOrigins | None = getattr(_active, "origins", None)
    return found


def _watch_creation(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def create(graph: Any, *args: Any, **kwargs: Any) -> Any:
        operation = original(graph, *args, **kwargs)
        origins = _current()
        if origins is not None:
            origins.note(operation)
        return operation

    return create


def _mark_operation(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def record_gradient(op_name: str, inputs: Any, attrs: Any, outputs: Any) -> Any:
        origins = _current()
        if origins is None or not origins.is_exact or not outputs:
            return original(op_name, inputs, attrs, outputs)
        first = outputs[0]
        if not tf.is_symbolic_tensor(first):
            return original(op_name, inputs, attrs, outputs)
        scope = f"{ops.get_name_scope()}{origins.mark(first.op)}"
        pywrap_tfe.TFE_Py_RecordGradient(op_name, inputs, attrs, outputs, scope)
        return None

    return record_gradient


def _decoded_gradient_function(*args: Any) -> Any:
    *others, scope = args
    name, mark, number = scope.partition(_MARK)
    origins = _current()
    operation = origins.marked(number) if origins is not None and mark else None
    if origins is None or operation is None:
        return _ORIGINAL(*others, name)
    with origins.about(operation):
        return _ORIGINAL(*others, name)


def _follow_backward(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def record_operation(
        op_type: Any,
        output_tensors: Any,
        input_tensors: Any,
        backward_function: Any,
        forward_function: Any = None,
    ) -> Any:
        origins = _current()
        symbolic = [each for each in output_tensors if tf.is_symbolic_tensor(each)]
        if origins is None or not symbolic:
            return original(
                op_type, output_tensors, input_tensors, backward_function, forward_function
            )

        def go_back(*gradients: Any) -> Any:
            with origins.about(symbolic[0].op):
                return backward_function(*gradients)

        return original(op_type, output_tensors, input_tensors, go_back, forward_function)

    return record_operation


def _follow_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def get_gradient_function(operation: Any) -> Any:
        found = original(operation)
        origins = _current()
        if origins is None or found is None:
            return found

        @functools.wraps(found)
        def differentiate(*args: Any, **kwargs: Any) -> Any:
            with origins.about(operation):
                return found(*args, **kwargs)

        return differentiate

    return get_gradient_function


def _leave_out_gradients(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def warn(message: Any, *args: Any, **kwargs: Any) -> None:
        if _current() is None or not str(message).startswith(_TOLD_BY_NOTES):
            original(message, *args, **kwargs)

    return warn


@contextmanager
def _decoding() -> Iterator[None]:
    """Let tapes call our gradient function, which takes the mark off the name scope again."""
    global _users  # noqa: PLW0603 - the tape knows one gradient function for all threads
    with _lock:
        _users += 1
        pywrap_tfe.TFE_Py_RegisterGradientFunction(_decoded_gradient_function)
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if not _users:
                pywrap_tfe.TFE_Py_RegisterGradientFunction(_ORIGINAL)


@contextmanager
def _nothing() -> Iterator[None]:
    yield
