"""A step on TensorFlow, run again eagerly with a callback at each of its operations."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from graphscope.graph import SourceLine
from graphscope.monitor.origin.moments import Moment
from graphscope.monitor.origin.running import Running, run_step, watched_step
from graphscope.monitor.origin.trail import Origin, Place, Trail
from graphscope.monitor.probe.hooks import replaced


def replay(model: Any, moment: Moment) -> Origin | None:
    """Return where the first number arose that is not finite."""
    import keras
    import tensorflow as tf

    trail, running = Trail(_as_array), Running(moment)
    mapping = [(variable, tf.identity(value)) for variable, value in moment.values]
    for label, each in moment.labelled():
        if isinstance(each, tf.Tensor):
            trail.give(_key(each), each, label)
    with (
        _eager_functions(),
        watched_step(running),
        _taped(running, mapping),
        keras.StatelessScope(state_mapping=mapping),
        _noting(trail, running),
    ):
        run_step(model.train_step, moment.data)
    gradients = [
        each.values if isinstance(each, tf.IndexedSlices) else each for each in running.gradients
    ]
    return trail.find(map(_key, running.losses), "forward") or trail.find(
        map(_key, gradients), "gradient"
    )


@contextmanager
def _eager_functions() -> Iterator[None]:
    """Run the program's own functions operation by operation, too."""
    import tensorflow as tf

    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        yield
    finally:
        tf.config.run_functions_eagerly(before)


@contextmanager
def _taped(running: Running, mapping: list[tuple[Any, Any]]) -> Iterator[None]:
    """Let tapes follow the values that stand for the variables, and take down the losses."""
    import tensorflow as tf

    values = {id(variable): value for variable, value in mapping}
    weights = [value for variable, value in mapping if variable.trainable]

    def stand_in(source: Any) -> Any:
        own = values.get(id(source))
        return source if own is None else own

    def enter(original: Any) -> Any:
        def __enter__(self: Any) -> Any:  # noqa: N807
            tape = original(self)
            tape.watch(weights)
            return tape

        return __enter__

    def gradient(original: Any) -> Any:
        def run(self: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
            running.losses += [each for each in tf.nest.flatten(target) if tf.is_tensor(each)]
            sources = tf.nest.map_structure(stand_in, sources)
            found = original(self, target, sources, *args, **kwargs)
            running.gradients += [each for each in tf.nest.flatten(found) if each is not None]
            return found

        return run

    with ExitStack() as stack:
        stack.enter_context(replaced(tf.GradientTape, "__enter__", enter))
        stack.enter_context(replaced(tf.GradientTape, "gradient", gradient))
        yield


@contextmanager
def _noting(trail: Trail, running: Running) -> Iterator[None]:
    # TensorFlow's debugger hangs in here; there is no public way to see the operations of eager
    # gradients.
    from tensorflow.python.framework import op_callbacks

    forward = _Forward()

    def note(
        op_type: str | bytes,
        inputs: Any,
        _attrs: Any,
        outputs: Any,
        op_name: Any = None,  # noqa: ARG001 - TensorFlow gives it by name
        graph: Any = None,
    ) -> None:
        if graph is not None or not outputs:
            return
        name = op_type.decode() if isinstance(op_type, bytes) else op_type
        call = _gradient_call()
        if call is None:
            place = Place(running.layer, running.line())
            forward.add(name, inputs, outputs, place)
        trail.note(
            _snake(name),
            [(_key(each), each) for each in inputs],
            [(_key(each), each) for each in outputs],
            lambda: (
                place
                if call is None
                else forward.of_gradient(call.f_locals, running.line(within=call.f_code))
            ),
        )

    op_callbacks.add_op_callback(note)
    try:
        yield
    finally:
        op_callbacks.remove_op_callback(note)


def _gradient_call() -> FrameType | None:
    """Return the frame of TensorFlow's running gradient function; None in the forward pass."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code is not run_step.__code__:
        if frame.f_code.co_name == "_gradient_function":
            return frame
        frame = frame.f_back
    return None


class _Forward:
    """The operations of the forward pass, by the tensors that they took and returned."""

    def __init__(self) -> None:
        self._by_tensor: dict[Any, list[tuple[str, Place]]] = {}
        self._by_name: dict[str, list[Place]] = {}
        self._kept: list[Any] = []
        """Tensors whose memory nothing else may get."""

    def add(self, name: str, inputs: Any, outputs: Any, place: Place) -> None:
        """Take down an operation."""
        for each in (*inputs, *outputs):
            self._by_tensor.setdefault(_key(each), []).append((name, place))
            self._kept.append(each)
        self._by_name.setdefault(name, []).append(place)

    def of_gradient(self, call: dict[str, Any], line: SourceLine | None) -> Place:
        """Return where the operation stands whose gradient is made.

        Args:
            call: what TensorFlow's gradient function was called with.
            line: of a gradient that the program defines.
        """
        name = call["op_name"]
        name = name.decode() if isinstance(name, bytes) else name
        given = [*(call["outputs"] or ()), *(call["inputs"] or ())]
        found = [
            place
            for each in given
            for kind, place in self._by_tensor.get(_key(each), ())
            if kind == name
        ]
        same = found or self._by_name.get(name, [])
        if found or len(same) == 1:
            return Place(same[0].layer, line or same[0].line, _snake(name))
        return Place(None, line, _snake(name))


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _key(tensor: Any) -> Any:
    """Return what tells a tensor from others: tapes hand out the same numbers in new objects."""
    import numpy as np

    try:
        array = np.asarray(memoryview(tensor))
    except (BufferError, TypeError, ValueError, RuntimeError):
        return id(tensor)  # Text, a resource, or numbers that are on a device.
    return array.__array_interface__["data"][0], array.shape, str(array.dtype)


def _as_array(value: Any) -> Any | None:
    import numpy as np
    import tensorflow as tf

    if isinstance(value, np.ndarray):
        return value
    dtype = getattr(value, "dtype", None)
    if dtype is None or not getattr(dtype, "is_floating", False) or not hasattr(value, "numpy"):
        return None
    if value.dtype == tf.bfloat16:
        return value.numpy().astype("float32")
    return value.numpy()
