"""The weight tree of a `model.weights.h5`: names, shapes and dtypes, never the numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

from graphscope.errors import ReadError
from graphscope.readers.files.window import FileWindow
from graphscope.readers.text import quote


@dataclass(frozen=True, slots=True)
class StoredWeight:
    """One array of the file."""

    key: str
    shape: tuple[int, ...]
    dtype: str
    path: str = field(default="", compare=False)
    """Where it lies in the file; nothing when it must not be read."""


def _no_name() -> str:
    return ""


@dataclass
class WeightGroup:
    """What one Keras object saved: its own arrays, and those of the objects it holds."""

    name: str
    is_object: bool = False
    """Whether an object saved itself here; otherwise the group is a list or dictionary."""
    weights: list[StoredWeight] = field(default_factory=list)
    children: dict[str, WeightGroup] = field(default_factory=dict)
    read_name: Callable[[], str] = _no_name
    """Reads the name from the file, which must still be open."""
    is_known: bool = True
    """Whether it holds no other arrays of its own than those that are listed."""

    @cached_property
    def saved_name(self) -> str:
        """The name that the object had when it was saved; empty in older files.

        It is read when asked for: most layers are named by the config as well.
        """
        return self.read_name()

    @property
    def is_empty(self) -> bool:
        """Whether there is certainly no array in the group and below."""
        return all(not group.weights and group.is_known for group in self.walk())

    def copy(self) -> WeightGroup:
        """Return a group of the same arrays, with copies of the groups below."""
        children = {name: child.copy() for name, child in self.children.items()}
        return WeightGroup(
            self.name, self.is_object, [*self.weights], children, self.read_name, self.is_known
        )

    def count(self) -> int:
        """Return the number of arrays in the group and below."""
        return sum(len(group.weights) for group in self.walk())

    def walk(self) -> Iterator[WeightGroup]:
        """Yield the group and all groups below."""
        waiting = [self]
        while waiting:
            group = waiting.pop()
            yield group
            waiting += reversed(group.children.values())


class DeclaredTree(WeightGroup):
    """What a file would hold of which the config alone is there: no layer claims it twice."""


@dataclass(slots=True)
class WeightTree:
    """All groups of a file, and what was left alone."""

    root: WeightGroup
    refused: list[str] = field(default_factory=list)
    """Paths of links and datasets that point out of the file."""
    unreadable: list[str] = field(default_factory=list)
    is_complete: bool = True


@contextmanager
def open_weights(stream: IO[bytes] | FileWindow, subject: str) -> Iterator[WeightTree]:
    """Give the weight tree of an HDF5 file while the file is open.

    Args:
        stream: the file; it is read where needed only.
        subject: what is read, for messages.

    Raises:
        ReadError: when it is no HDF5 file.
    """
    from graphscope.readers.weights.hdf5 import OpenFile
    from graphscope.readers.weights.walk import SourceError

    try:
        file = OpenFile(stream)
    except SourceError as error:
        raise ReadError(
            f"{subject} is not a readable HDF5 file.", "Save the model anew."
        ) from error
    with closing(file):
        yield file.tree


def describe_paths(paths: list[str]) -> str:
    """Return the first paths of a list, for a message."""
    shown = ", ".join(quote(path, 80) for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3:,} more"
