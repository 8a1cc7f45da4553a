"""Which reader opens a file or folder: its content decides, and its name where that is silent."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path, PurePath

from graphscope import plugins
from graphscope.errors import ReadError, TargetError
from graphscope.readers.files.kind import (
    HEAD_SIZE,
    describe_content,
    describe_name,
    recognise,
)
from graphscope.readers.files.regular_file import describe_mode, open_regular_file
from graphscope.readers.text import quote
from graphscope.session.samples import SAMPLE_PREFIX, list_samples
from graphscope.session.suggest import suggest
from graphscope.session.targets import EXAMPLES

SAVED_MODELS = ("saved_model.pb", "saved_model.pbtxt")
"""What a folder with a SavedModel holds."""

_EVENTS = "tfevents"
_OF_FOLDERS = ("savedmodel", _EVENTS)
"""Readers whose names are no suffixes of files."""

_OF_RUNS = (".jsonl", ".ndjson")
"""Suffixes of logs."""

_LISTED = 10_000
"""How many entries of a folder are looked at."""
_SHOWN = 3
_LONGEST = 200
"""Characters of a path that are repeated."""

_HAS_ATTRIBUTE = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)+")


def find_reader(path: Path) -> str:
    """Return the name of the reader for a file or folder.

    A suffix that another distribution registered belongs to its reader. Otherwise content that
    cannot be mistaken (an HDF5 file, a zip file, a SavedModel, event files of TensorBoard) counts
    more than the name, which is often changed by hand.

    Raises:
        TargetError: when there is nothing at the path, or nothing that graphscope reads.
        ReadError: when the file may not be read.
    """
    mode = _mode(path)
    if stat.S_ISDIR(mode):
        return _find_folder_reader(path)
    if not stat.S_ISREG(mode):
        # Never opened: a pipe would wait for its other end, and a device may act when it is read.
        raise TargetError(f"{_show(path)} is {describe_mode(mode)}.", "Name a file of a model.")
    named = reader_of_name(path.name)
    if named is not None and not _is_own(named):
        return named
    head = _read_head(path)
    found = recognise(head) or named
    if found is None or found not in plugins.registered("readers"):
        raise _unreadable(path, head)
    return found


def reader_of_name(name: str) -> str | None:
    """Return the name of the reader that the name of a file asks for; None where none does.

    >>> reader_of_name("model.KERAS"), reader_of_name("notes.txt")
    ('keras', None)
    """
    known = plugins.registered("readers")
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    if suffix in known and suffix not in _OF_FOLDERS:
        return suffix
    # events.out.tfevents.1700000000.host.1234.0.v2
    return _EVENTS if f".{_EVENTS}." in name.lower() and _EVENTS in known else None


def is_name_of_model(name: str) -> bool:
    """Whether a file of this name is a model: one of ours, or one of another program.

    >>> is_name_of_model("net.keras"), is_name_of_model("net.onnx"), is_name_of_model("runs")
    (True, True, False)
    """
    return reader_of_name(name) is not None or (
        describe_name(name) is not None and PurePath(name).suffix.lower() not in _OF_RUNS
    )


def suffixes() -> tuple[str, ...]:
    """Return how names of files that can be read end, with their dots.

    Event files of TensorBoard end with the name of a machine; the mark in the middle of their
    names is listed without a dot.
    """
    known = plugins.registered("readers")
    ends = tuple(f".{name}" for name in known if name not in _OF_FOLDERS)
    return (*ends, _EVENTS) if _EVENTS in known else ends


def check_name(name: str) -> None:
    """Check the name of a file that is not at hand yet.

    Raises:
        TargetError: when no reader takes files of this name.
    """
    if reader_of_name(name) is not None:
        return
    foreign = describe_name(name)
    if foreign is not None:
        raise TargetError(f"{quote(name)} is {foreign.name}.", foreign.remedy)
    raise TargetError(f"{quote(name)} is no model that graphscope reads.", f"It reads {_known()}.")


def _is_own(name: str) -> bool:
    return plugins.registered("readers")[name].value.startswith("graphscope.")


def _known() -> str:
    folders = [name for name in ("SavedModel",) if name.lower() in plugins.registered("readers")]
    return ", ".join([*suffixes(), *(f"{name} folders" for name in folders)])


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode
    except PermissionError as error:
        raise TargetError(
            f"{_show(path)} lies in a folder that may not be entered.", "Check its permissions."
        ) from error
    except (OSError, ValueError):  # any text may be taken for a path: too long, or with a NUL
        if os.path.islink(path):  # noqa: PTH114 - takes any text, unlike Path.is_symlink
            raise TargetError(
                f"{_show(path)} is a link that leads nowhere.", "Name the file itself."
            ) from None
        raise TargetError(f"There is no file {_show(path)}.", _hint_for_missing(path)) from None


def _read_head(path: Path) -> bytes:
    with open_regular_file(path) as file:
        try:
            return file.read(HEAD_SIZE)
        except OSError as error:
            # Some files of the system open, but cannot be read from their beginning.
            reason = error.strerror or str(error)
            raise ReadError(
                f"{_show(path)} cannot be read: {reason}.", "Check the disk."
            ) from error


def _find_folder_reader(path: Path) -> str:
    known = plugins.registered("readers")
    names = [entry.name for entry in _list(path)]
    if not set(SAVED_MODELS).isdisjoint(names) and "savedmodel" in known:
        return "savedmodel"
    if _EVENTS in known and any(_holds_events(folder) for folder in _with_subfolders(path)):
        return _EVENTS
    raise TargetError(f"{_show(path)} is a folder, not a file.", _hint_for_folder(path, names))


def _list(folder: Path) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from sorted(islice(entries, _LISTED), key=lambda entry: entry.name)
    except OSError as error:
        reason = error.strerror or str(error)
        raise TargetError(
            f"The folder {_show(folder)} cannot be read: {reason}.", "Check its permissions."
        ) from error


def _holds_events(folder: Path) -> bool:
    return any(f".{_EVENTS}." in entry.name.lower() for entry in _list(folder))


def _with_subfolders(path: Path) -> Iterator[Path]:
    """Yield the folder and those in it; Keras writes `train` and `validation`."""
    yield path
    for entry in _list(path):
        if entry.is_dir(follow_symlinks=False):
            yield path / entry.name


def _hint_for_folder(path: Path, names: list[str]) -> str:
    if not names:
        return "It is empty."
    if "config.json" in names and any(name.endswith(".h5") for name in names):
        return f"It is an unpacked Keras archive: name {_show(path / 'config.json')} in it."
    versions = [
        name for name in names if any((path / name / file).is_file() for file in SAVED_MODELS)
    ]
    if versions:
        return f"Did you mean {_show(path / versions[-1])}?"
    inside = [name for name in names if reader_of_name(name)]
    if inside:
        which = "one of them" if len(inside) > 1 else "it"
        return f"It holds {', '.join(quote(name) for name in inside[:_SHOWN])}: name {which}."
    return _hint_for_weights(names) or f"There is none in it of what graphscope reads: {_known()}."


def _hint_for_weights(names: list[str]) -> str:
    if "variables" in names:
        return f"It is a SavedModel without its {SAVED_MODELS[0]}: copy the whole folder."
    if any(name.endswith(".index") for name in names):
        return "It is a checkpoint, which holds weights and no model: save the model itself."
    return ""


def _unreadable(path: Path, head: bytes) -> TargetError:
    kind = describe_name(path.name) or describe_content(head)
    if kind is not None:
        return TargetError(
            f"{_show(path)} is {kind.name}, which graphscope cannot read.", kind.remedy
        )
    described = f"a {path.suffix} file" if path.suffix else "a file without a suffix"
    return TargetError(
        f"{_show(path)} is {described}, which graphscope cannot read.",
        f"It reads {_known()}; any other model can be named in Python, as in net.py:make_model.",
    )


def _hint_for_missing(path: Path) -> str:
    text = str(path)
    if set("*?[") & set(path.name):
        return "A pattern is not resolved: name one file, or leave the quotes out."
    if any(text == sample.name for sample in list_samples()):
        return f"Did you mean {SAMPLE_PREFIX}{text}?"
    if _HAS_ATTRIBUTE.fullmatch(text) and reader_of_name(text) is None:
        return f"A Python module needs the model's name after a colon: {text}:make_model."
    if not os.path.exists(path.parent):  # noqa: PTH110 - takes any text, as above
        return f"The folder {_show(path.parent)} does not exist either."
    try:
        names = [entry.name for entry in _list(path.parent)]
    except TargetError:
        return EXAMPLES
    visible = [name for name in names if path.name.startswith(".") or not name.startswith(".")]
    return suggest(path.name, visible) or EXAMPLES


def _show(path: Path) -> str:
    return quote(str(path), _LONGEST)
