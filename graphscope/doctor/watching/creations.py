"""Remembers every layer, model, loss, metric and optimizer that is made, and where."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

from graphscope.doctor.records import Creation
from graphscope.doctor.watching.watcher import Watcher
from graphscope.tracers.patching import Wrapper, patched

INTERNAL = "keras.src.trainers.compile_utils"
"""Keras's own containers for what `compile` was given; nobody made them on purpose."""


@contextmanager
def hooks(watcher: Watcher) -> Iterator[None]:
    """Watch constructors inside the block."""
    import keras
    from keras.src.models.functional import Functional

    creations = Creations(watcher)
    with ExitStack() as stack:
        # Models call the next __new__ without the arguments, so that each must be watched.
        for owner in (keras.Operation, keras.Model, Functional, keras.Sequential):
            stack.enter_context(patched(owner, "__new__", creations.watch_new))
        # Giving these a __new__ and taking it away would leave classes that refuse arguments.
        for owner in (keras.Loss, keras.Metric, keras.Optimizer):
            stack.enter_context(patched(owner, "__init__", creations.watch_init))
        yield


class Creations:
    """The constructors' hooks."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self.watch_new: Wrapper = self._wrap_new
        self.watch_init: Wrapper = self._wrap_init

    def _wrap_new(self, original: Callable[..., Any]) -> Callable[..., Any]:
        state = self._watcher.state
        function = getattr(original, "__func__", original)

        @functools.wraps(function)
        def watched_new(cls: type, /, *args: Any, **kwargs: Any) -> Any:
            if state.is_creating:
                return function(cls, *args, **kwargs)
            state.is_creating = True
            try:
                instance = function(cls, *args, **kwargs)
            finally:
                state.is_creating = False
            self._record(instance, args, kwargs, sys._getframe(1))
            return instance

        # A static method, like every __new__; setattr would not make it one.
        return staticmethod(watched_new)

    def _wrap_init(self, original: Callable[..., Any]) -> Callable[..., Any]:
        known = self._watcher.recording.knows

        @functools.wraps(original)
        def watched_init(instance: Any, /, *args: Any, **kwargs: Any) -> None:
            if not known(instance) and type(instance).__module__ != INTERNAL:
                frame = outermost_init(instance, sys._getframe(1))
                given = arguments_of(instance, frame) if frame else kwargs
                caller = frame.f_back if frame else sys._getframe(1)
                self._record(instance, () if frame else args, given, caller)
            original(instance, *args, **kwargs)

        return watched_init

    def _record(
        self,
        instance: Any,
        args: tuple[Any, ...],
        kwargs: Mapping[str, Any],
        caller: FrameType | None,
    ) -> None:
        recording = self._watcher.recording
        recording.add_creation(
            Creation(
                instance=instance,
                class_name=type(instance).__name__,
                args=args,
                kwargs=kwargs,
                site=self._watcher.state.camera.capture(caller),
                parent=_creation_around(caller, recording.creation_by_id, instance),
            )
        )


MAKERS = ("__init__", "build")
"""Methods in which an object makes its parts."""


def owner_of(frame: FrameType, methods: Sequence[str] = ("__init__",)) -> Any:
    """Return the object one of whose methods a frame runs, or None."""
    code = frame.f_code
    if code.co_name not in methods or not code.co_argcount:
        return None
    return frame.f_locals.get(code.co_varnames[0])


def _creation_around(
    frame: FrameType | None, find: Callable[[int], Creation | None], instance: Any
) -> Creation | None:
    while frame is not None:
        if frame.f_code.co_name in MAKERS:
            owner = owner_of(frame, MAKERS)
            found = None if owner is None or owner is instance else find(id(owner))
            if found is not None:
                return found
        frame = frame.f_back
    return None


def outermost_init(instance: Any, frame: FrameType | None) -> FrameType | None:
    """Return the frame of the instance's own class's `__init__`, its bases' being further in."""
    found = None
    while frame is not None and (owner_of(frame) is instance or _is_hook(frame)):
        if not _is_hook(frame):
            found = frame
        frame = frame.f_back
    return found


def _is_hook(frame: FrameType) -> bool:
    return frame.f_code.co_filename == __file__


def arguments_of(instance: Any, frame: FrameType) -> dict[str, Any]:
    """Return what a running `__init__` was given, arguments at their defaults left out."""
    code, variables = frame.f_code, frame.f_locals
    count = code.co_argcount + code.co_kwonlyargcount
    names = code.co_varnames[1:count]
    defaults = _defaults(type(instance), frame)
    given = {
        name: variables[name]
        for name in names
        if name in variables and variables[name] is not defaults.get(name, _defaults)
    }
    if code.co_flags & 0x08:  # has **kwargs; its variable comes after *args
        extra = code.co_varnames[count + bool(code.co_flags & 0x04)]
        given.update(variables.get(extra, {}))
    return given


def _defaults(cls: type, frame: FrameType) -> dict[str, Any]:
    for base in cls.__mro__:
        function: Any = vars(base).get("__init__")
        if getattr(function, "__code__", None) is frame.f_code:
            names = frame.f_code.co_varnames[: frame.f_code.co_argcount]
            values = function.__defaults__ or ()
            found = dict(zip(names[len(names) - len(values) :], values, strict=True))
            return found | (function.__kwdefaults__ or {})
    return {}
