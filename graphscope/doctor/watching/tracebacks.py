"""Keeps the frames that Keras and TensorFlow take out of their tracebacks.

What the user sees does not change: the frames are remembered as the filters run.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FrameType, ModuleType, TracebackType
from typing import Any

from graphscope.doctor.records import Recording, TracebackEntry
from graphscope.doctor.watching.watcher import Watcher

FILTERS = (
    "keras.src.utils.traceback_utils",
    "tensorflow.python.util.traceback_utils",
)
"""Modules whose `_process_traceback_frames` throws frames away."""

PYTHON_FUNCTIONS = "tensorflow.python.ops.script_ops"
"""Where TensorFlow calls Python from within a graph: generators, `py_function`."""


@contextmanager
def hooks(watcher: Watcher) -> Iterator[None]:
    """Remember unfiltered tracebacks inside the block."""
    keeper = _Keeper(watcher.recording)
    with ExitStack() as stack:
        for name in FILTERS:
            module = _loaded(name)
            if module is not None:
                stack.enter_context(
                    _replaced(module, "_process_traceback_frames", keeper.watch_filter)
                )
        scripts = _loaded(PYTHON_FUNCTIONS)
        if scripts is not None:
            stack.enter_context(_replaced(scripts.FuncRegistry, "__call__", keeper.watch_python))
        yield


def _loaded(name: str) -> ModuleType | None:
    if name.partition(".")[0] not in sys.modules:
        return None
    return importlib.import_module(name)


@contextmanager
def _replaced(owner: Any, name: str, wrap: Callable[[Any], Any]) -> Iterator[None]:
    original = getattr(owner, name)
    replacement = wrap(original)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        if getattr(owner, name) is replacement:
            setattr(owner, name, original)


class _Keeper:
    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    def watch_filter(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_filter(traceback: TracebackType | None) -> Any:
            self._recording.unfiltered = merge(entries_of(traceback), self._recording.unfiltered)
            return original(traceback)

        return watched_filter

    def watch_python(self, original: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(original)
        def watched_python(registry: Any, /, *args: Any, **kwargs: Any) -> Any:
            try:
                return original(registry, *args, **kwargs)
            except StopIteration:
                raise  # the ordinary end of a generator
            except Exception as error:
                # TensorFlow passes on the text alone; the exception itself ends here.
                self._recording.swallowed.append(error)
                del self._recording.swallowed[:-8]
                raise

        return watched_python


def entries_of(traceback: TracebackType | None) -> list[TracebackEntry]:
    """Return a traceback as (frame, instruction, line), outermost first."""
    entries = []
    while traceback is not None:
        entries.append((traceback.tb_frame, traceback.tb_lasti, traceback.tb_lineno))
        traceback = traceback.tb_next
    return entries


def merge(outer: list[TracebackEntry], inner: list[TracebackEntry]) -> list[TracebackEntry]:
    """Return a traceback with its end replaced by the fuller one that was seen further in.

    Two belong together when the frame that caught the inner one occurs in the outer one, or when
    the inner one contains the whole end of the outer one.
    """
    if not inner:
        return outer
    frames = [entry[0] for entry in outer]
    for start, entry in enumerate(inner):
        if entry[0] in frames:
            position = frames.index(entry[0])
            return [*outer[:position], *inner[start:]]
    return outer


def build_traceback(entries: list[TracebackEntry]) -> TracebackType | None:
    """Return a traceback object of entries, outermost first."""
    traceback: TracebackType | None = None
    for frame, instruction, line in reversed(entries):
        traceback = TracebackType(traceback, frame, instruction, line)
    return traceback


def variable_of(frame: FrameType, code: CodeType, name: str) -> Any:
    """Return a variable of a frame that runs a given function; None for any other frame."""
    return frame.f_locals.get(name) if frame.f_code is code else None
