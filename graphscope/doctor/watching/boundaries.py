"""Remembers where data, targets, losses and weights enter Keras: compile, fit, load_weights, ..."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import CodeType, FrameType
from typing import Any

from graphscope.doctor.records import Boundary, BoundaryKind
from graphscope.doctor.watching.sites import first_user_frame
from graphscope.doctor.watching.snapshots import kind_of, remember_structure
from graphscope.doctor.watching.summaries import summarise, summarise_array
from graphscope.doctor.watching.watcher import Watcher
from graphscope.tracers.patching import Wrapper, patched

METHODS: tuple[BoundaryKind, ...] = (
    "compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch",
    "predict_on_batch", "load_weights", "set_weights", "save",
)  # fmt: skip
DATA_ARGUMENTS = ("x", "y", "sample_weight", "validation_data", "weights")


@contextmanager
def hooks(watcher: Watcher) -> Iterator[None]:
    """Watch the methods of models that take data inside the block."""
    import keras
    from keras.src.trainers.data_adapters.py_dataset_adapter import PyDatasetAdapter
    from keras.src.trainers.epoch_iterator import EpochIterator

    boundaries = Boundaries(watcher)
    with ExitStack() as stack:
        for kind in METHODS:
            stack.enter_context(patched(keras.Model, kind, boundaries.wrapper(kind)))
        stack.enter_context(patched(EpochIterator, "__init__", boundaries.watch_iterator))
        stack.enter_context(patched(PyDatasetAdapter, "_standardize_batch", boundaries.watch_batch))
        yield


class Boundaries:
    """The hooks of methods that take data."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self.watch_iterator: Wrapper = self._wrap_iterator
        self.watch_batch: Wrapper = self._wrap_batch

    def wrapper(self, kind: BoundaryKind) -> Wrapper:
        """Return what watches one method."""

        def wrap(original: Callable[..., Any]) -> Callable[..., Any]:
            @functools.wraps(original)
            def watched_method(model: Any, /, *args: Any, **kwargs: Any) -> Any:
                return self.run(kind, original, model, args, kwargs)

            return watched_method

        return wrap

    def run(
        self,
        kind: BoundaryKind,
        original: Callable[..., Any],
        model: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
    ) -> Any:
        """Run one method as a boundary, unless Keras itself called it from within another."""
        state = self._watcher.state
        outer = state.boundary
        caller = sys._getframe(2)
        if outer is not None and first_user_frame(caller, stop=RUN_CODE) is None:
            # `fit` validates; if that fails, the boundary says so.
            outer.nested = kind
            result = original(model, *args, **kwargs)
            outer.nested = None
            return result
        boundary = self._begin(kind, original, model, args, kwargs, caller)
        state.boundary = boundary
        try:
            result = original(model, *args, **kwargs)
        finally:
            state.boundary = outer
        boundary.finished = True
        boundary.arguments = remember_structure(dict(boundary.arguments))
        if type(result).__name__ == "History" or isinstance(result, float | list | dict):
            boundary.result = remember_structure(result)
        state.camera.forget()
        return result

    def _begin(
        self,
        kind: BoundaryKind,
        original: Callable[..., Any],
        model: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        caller: FrameType,
    ) -> Boundary:
        arguments = bind_arguments(original, model, args, kwargs)
        boundary = Boundary(
            kind=kind,
            model=model,
            arguments=arguments,
            data={
                name: _summarise_argument(name, value)
                for name, value in arguments.items()
                if name in DATA_ARGUMENTS
            },
            site=self._watcher.state.camera.capture(caller),
        )
        self._watcher.recording.boundaries.append(boundary)
        return boundary

    def _wrap_iterator(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_iterator(iterator: Any, /, *args: Any, **kwargs: Any) -> None:
            original(iterator, *args, **kwargs)
            # Keras has taken the first batches from a generator and will hand them out again.
            batches = getattr(iterator.data_adapter, "_first_batches", None)
            boundary = self._watcher.state.boundary
            if batches and boundary is not None and boundary.batch is None:
                boundary.batch = summarise_batch(batches[0])

        return watched_iterator

    def _wrap_batch(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_batch(adapter: Any, /, batch: Any) -> Any:
            boundary = self._watcher.state.boundary
            if boundary is not None and boundary.batch is None:
                boundary.batch = summarise_batch(batch)
            return original(adapter, batch)

        return watched_batch


RUN_CODE: CodeType = Boundaries.run.__code__
"""The frame around every watched method; its variable `boundary` tells which."""


def bind_arguments(
    function: Callable[..., Any], model: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Return arguments by parameter name; what cannot be bound is kept under its own name."""
    signature = inspect.signature(function)
    try:
        bound = signature.bind(model, *args, **kwargs)
    except TypeError:
        # A wrong argument name: the method itself will say so.
        names = list(signature.parameters)[1:]
        return dict(zip(names, args, strict=False)) | dict(kwargs)
    bound.arguments.pop(next(iter(signature.parameters)))
    extra = next((p.name for p in signature.parameters.values() if p.kind is p.VAR_KEYWORD), "")
    given = dict(bound.arguments)
    given.update(given.pop(extra, {}))
    return given


def summarise_batch(batch: Any) -> Any:
    """Return a batch's structure with every array summarised."""
    kind = kind_of(batch)
    if kind in ("array", "graph", "symbolic"):
        return summarise_array(batch)
    if kind == "sequence":
        return type(batch)([summarise_batch(item) for item in batch])
    if kind == "mapping":
        return {key: summarise_batch(item) for key, item in batch.items()}
    return summarise(batch)


def _summarise_argument(name: str, value: Any) -> Any:
    # Weights are a list of arrays of very different sizes; shapes are all that matters.
    return remember_structure(list(value)) if name == "weights" else summarise(value)
