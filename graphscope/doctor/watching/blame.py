"""Reads a traceback: its full frames, what Keras was doing, what was being made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import FrameType
from typing import Any

from graphscope.doctor.records import Boundary, CallRecord, Recording, TracebackEntry
from graphscope.doctor.watching.creations import owner_of
from graphscope.doctor.watching.described import GENERATED, chain_of
from graphscope.doctor.watching.sites import is_users
from graphscope.doctor.watching.snapshots import kind_of
from graphscope.doctor.watching.tracebacks import entries_of, merge

MOST_FRAMES = 40
OWN_PACKAGE = "graphscope."
STAGES = {
    "compile": "compile",
    "fit": "fit",
    "train_on_batch": "fit",
    "evaluate": "evaluate",
    "test_on_batch": "evaluate",
    "predict": "predict",
    "predict_on_batch": "predict",
    "load_weights": "load",
    "set_weights": "load",
    "save": "call",
    "call": "call",
}
LOADERS = ("load_model", "load_weights", "_load_state")
HELPERS = ("keras.src.utils", "keras.src.datasets")
"""Parts of Keras that prepare data and know nothing of layers."""
DATASETS = "tensorflow.python.data"
TRACING = "tensorflow.python.eager.polymorphic_function"
CONSTRUCTOR = re.compile(r"(?P<name>[\w.]+)\.__init__\(\) ")


def find_entries(exception: BaseException, recording: Recording) -> list[TracebackEntry]:
    """Return the frames from the program's start to where the exception was first raised."""
    entries = merge(entries_of(exception.__traceback__), recording.unfiltered)
    swallowed = swallowed_by(exception, recording)
    if swallowed is not None:
        # It happened in another thread, or below TensorFlow's runtime, on behalf of these frames.
        entries = [*entries, *entries_of(swallowed.__traceback__)]
    return entries


def swallowed_by(exception: BaseException, recording: Recording) -> BaseException | None:
    """Return the exception of which this one repeats the text only."""
    text = str(exception)
    for candidate in reversed(recording.swallowed):
        if candidate is not exception and str(candidate) and str(candidate) in text:
            return candidate
    return None


def find_root(
    exception: BaseException, recording: Recording
) -> tuple[BaseException, list[TracebackEntry]]:
    """Return the exception that matters and its frames.

    A framework that gives up on the user's function replaces what went wrong in it by something
    general, and a program may put its own text around an exception of Keras. In both cases the
    first one lies further in.
    """
    entries = find_entries(exception, recording)
    root = exception
    if swallowed_by(exception, recording) is not None:
        return root, entries
    for earlier in list(chain_of(exception))[1:]:
        deeper = _graft(entries, entries_of(earlier.__traceback__))
        if deeper is None:
            continue
        if _is_users(entries[-1][0]):
            matters = not _is_users(deeper[-1][0])
        else:
            matters = _count_users(deeper) > _count_users(entries)
        if matters:
            root = earlier
            entries = max(deeper, merge(deeper, recording.unfiltered), key=len)
    return root, entries


def _graft(
    entries: list[TracebackEntry], inner: list[TracebackEntry]
) -> list[TracebackEntry] | None:
    frames = [frame for frame, _, _ in entries]
    if not inner or inner[0][0] not in frames:
        return None
    return [*entries[: frames.index(inner[0][0])], *inner]


def _count_users(entries: list[TracebackEntry]) -> int:
    return sum(_is_users(frame) or GENERATED in frame.f_code.co_filename for frame, _, _ in entries)


def framework_frames(
    entries: list[TracebackEntry],
) -> list[tuple[str, str, int, Mapping[str, Any]]]:
    """Return the innermost frames that are neither the user's nor our own, innermost first."""
    found: list[tuple[str, str, int, Mapping[str, Any]]] = []
    for frame, _, line in reversed(entries):
        code = frame.f_code
        if not is_users(code) and not _is_own(frame):
            found.append((code.co_qualname, code.co_filename, line, frame.f_locals))
    return found[:MOST_FRAMES]


def _is_own(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith(OWN_PACKAGE)


def stage_of(
    exception: BaseException,
    entries: list[TracebackEntry],
    boundary: Boundary | None,
    failing: list[CallRecord],
) -> str:
    """Say what the program was doing."""
    if boundary is not None:
        return STAGES[boundary.kind]
    if isinstance(exception, ImportError | SyntaxError):
        return "import"
    if any(frame.f_code.co_name in LOADERS for frame, _, _ in entries if not _is_users(frame)):
        return "load"
    if failing:
        real = any(kind_of(tensor) == "array" for tensor in failing[0].inputs)
        return "call" if real else "construct"
    return _stage_of_modules(exception, entries)


def _stage_of_modules(exception: BaseException, entries: list[TracebackEntry]) -> str:
    modules = [str(frame.f_globals.get("__name__", "")) for frame, _, _ in entries]
    if any(name.startswith(DATASETS) for name in modules):
        return "data"
    if any(name.startswith(TRACING) for name in modules):
        return "call"
    uses_keras = any(name.startswith("keras.") and not name.startswith(HELPERS) for name in modules)
    return "construct" if uses_keras or _is_constructor_complaint(exception) else "data"


def _is_users(frame: FrameType) -> bool:
    return is_users(frame.f_code)


def _is_constructor_complaint(exception: BaseException) -> bool:
    return isinstance(exception, TypeError) and bool(CONSTRUCTOR.match(str(exception)))


def find_creating(
    exception: BaseException,
    entries: list[TracebackEntry],
    recording: Recording,
) -> tuple[type, tuple[Any, ...], Mapping[str, Any]] | None:
    """Return class and arguments of the innermost object whose constructor raised."""
    for frame, _, _ in reversed(entries):
        owner = owner_of(frame)
        made = None if owner is None else recording.creation_by_id(id(owner))
        if made is not None:
            return type(made.instance), made.args, made.kwargs
    if _is_constructor_complaint(exception) and recording.creations:
        # Python itself refused the arguments, after __new__ had seen them and before __init__.
        made = recording.creations[-1]
        found = CONSTRUCTOR.match(str(exception))
        if found and found["name"].split(".")[-1] in {
            c.__name__ for c in type(made.instance).__mro__
        }:
            return type(made.instance), made.args, made.kwargs
    return None
