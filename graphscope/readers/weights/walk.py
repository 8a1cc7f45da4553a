"""Walking an HDF5 file from group to group.

Only hard links are followed. Soft and external links, external storage and virtual datasets can
make HDF5 open other files, so they are counted and left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Protocol

from graphscope.readers.weights.tree import StoredWeight, WeightGroup, WeightTree

MAX_OBJECTS = 400_000
MAX_DEPTH = 64

HDF5_ERRORS = (OSError, RuntimeError, KeyError, TypeError, ValueError, AttributeError)
"""What h5py raises on damaged files; it turns HDF5's error numbers into all of these."""


class SourceError(Exception):
    """A part of the file is damaged, or cannot be read this way."""


class Link(NamedTuple):
    """The way from a group to an object of the file."""

    name: bytes
    address: int
    """Where the object lies: two links to one object have the same address."""


class Links(NamedTuple):
    """What a group leads to, by name."""

    hard: list[Link]
    refused: list[bytes]
    """Names of links that may lead elsewhere."""


@dataclass(frozen=True, slots=True)
class StoredArray:
    """What the file says about an array."""

    shape: tuple[int, ...]
    dtype: str
    is_outside: bool = False
    """Whether its numbers lie in other files."""


class Source(Protocol):
    """An open HDF5 file; a group is whatever the source says it is."""

    def root(self) -> Any:
        """Return the group that holds all others."""
        ...

    def links(self, group: Any) -> Links:
        """Return what a group leads to, in the order of the names.

        Raises:
            SourceError: when it is damaged.
        """
        ...

    def open(self, group: Any, link: Link) -> Any:
        """Return a group or a `StoredArray`; None for what is neither.

        Raises:
            SourceError: when it is damaged.
        """
        ...


class WeightWalk:
    """Collects the groups and arrays of one open file.

    Args:
        source: the file.
        read_name: returns the name that the object at a path was saved with.
    """

    def __init__(self, source: Source, read_name: Callable[[str], str]) -> None:
        self._source = source
        self._read_name = read_name
        self._tree = WeightTree(WeightGroup(""))
        self._seen: set[int] = set()
        self._left = MAX_OBJECTS

    def walk(self) -> WeightTree:
        """Return the tree; what cannot be read is listed in it."""
        root = self._source.root()
        # One open group per level: HDF5 needs memory for each object that is open.
        levels = [(self._tree.root, "", self._children(root, ""))]
        while levels:
            group, path, children = levels[-1]
            for name, child in children:
                text = _decode(name)
                if isinstance(child, StoredArray):
                    # Keras 1 and 2 keep arrays in the group of the layer itself.
                    group.weights.append(self._store(child, text, path))
                elif text == "vars":
                    self._read_variables(child, group, f"{path}/vars")
                elif len(levels) <= MAX_DEPTH:
                    inner = group.children.setdefault(text, WeightGroup(text))
                    inner_path = f"{path}/{text}"
                    levels.append((inner, inner_path, self._children(child, inner_path)))
                    break
                else:
                    self._tree.is_complete = False
            else:
                levels.pop()
        return self._tree

    def _read_variables(self, above: Any, group: WeightGroup, path: str) -> None:
        group.is_object = True
        group.read_name = partial(self._read_name, path)
        weights = group.weights
        for name, child in self._children(above, path):
            if isinstance(child, StoredArray):
                weights.append(self._store(child, _decode(name), path))
        # Keras numbers the arrays; the links come in the order of their text: 0, 1, 10, 2.
        weights.sort(key=_by_number)

    def _store(self, array: StoredArray, key: str, path: str) -> StoredWeight:
        place = f"{path}/{key}"
        if array.is_outside:
            self._tree.refused.append(place)
            place = ""
        return StoredWeight(key, array.shape, array.dtype, place)

    def _children(self, group: Any, path: str) -> Iterator[tuple[bytes, Any]]:
        """Yield the groups and arrays that a group leads to, with their names.

        What was met before is left out: a hard link may lead back to a group above.
        """
        try:
            links = self._source.links(group)
        except SourceError:
            self._tree.unreadable.append(path or "/")
            return
        if links.refused:
            self._tree.refused += [f"{path}/{_decode(name)}" for name in links.refused]
        for link in self._take_new(links.hard):
            self._left -= 1
            if self._left < 0:
                self._tree.is_complete = False
                continue
            try:
                child = self._source.open(group, link)
            except SourceError:
                self._tree.unreadable.append(f"{path}/{_decode(link.name)}")
                continue
            if child is not None:
                yield link.name, child

    def _take_new(self, links: list[Link]) -> list[Link]:
        """Return the links to objects that were not met before."""
        seen = self._seen
        new = []
        for link in links:
            if link.address not in seen:
                seen.add(link.address)
                new.append(link)
        return new


def _by_number(weight: StoredWeight) -> tuple[int, str]:
    return len(weight.key), weight.key


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "replace")
