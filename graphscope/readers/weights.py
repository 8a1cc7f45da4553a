"""The weight tree of a `model.weights.h5`: names, shapes and dtypes, never the numbers.

Only hard links are followed. Soft and external links, external storage and virtual datasets can
make HDF5 open other files, so they are counted and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from graphscope.errors import ReadError
from graphscope.readers.text import quote, repair_text
from graphscope.readers.window import FileWindow

MAX_OBJECTS = 400_000
MAX_DEPTH = 64
_MAX_NAME_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class StoredWeight:
    """One array of the file."""

    key: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(slots=True)
class WeightGroup:
    """What one Keras object saved: its own arrays, and those of the objects it holds."""

    name: str
    saved_name: str = ""
    """The name that the object had when it was saved; empty in older files."""
    is_object: bool = False
    """Whether an object saved itself here; otherwise the group is a list or dictionary."""
    weights: list[StoredWeight] = field(default_factory=list)
    children: dict[str, WeightGroup] = field(default_factory=dict)

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


@dataclass(slots=True)
class WeightTree:
    """All groups of a file, and what was left alone."""

    root: WeightGroup
    refused: list[str] = field(default_factory=list)
    """Paths of links and datasets that point out of the file."""
    unreadable: list[str] = field(default_factory=list)
    is_complete: bool = True


def read_weights(stream: IO[bytes] | FileWindow, subject: str) -> WeightTree:
    """Return the weight tree of an HDF5 file.

    Args:
        stream: the file; it is read where needed only.
        subject: what is read, for messages.

    Raises:
        ReadError: when it is no HDF5 file.
    """
    import h5py

    try:
        with h5py.File(stream, "r") as file:
            return _Walk(h5py).read(file.id)
    except (OSError, RuntimeError, ValueError, KeyError, TypeError) as error:
        raise ReadError(
            f"{subject} is not a readable HDF5 file.", "Save the model anew."
        ) from error


class _Walk:
    """Walks the groups of one file with h5py's low-level functions.

    The comfortable ones open every object several times, which costs seconds in files of many
    thousand weights.
    """

    def __init__(self, h5py: Any) -> None:
        self.h5py = h5py
        self.tree = WeightTree(WeightGroup(""))
        self.seen: set[int] = set()
        self.budget = MAX_OBJECTS
        self.dtypes: dict[bytes, str] = {}

    def read(self, file_id: Any) -> WeightTree:
        root = self.h5py.h5g.open(file_id, b"/")
        self.seen.add(self.h5py.h5o.get_info(root).addr)
        waiting: list[tuple[Any, WeightGroup, str, int]] = [(root, self.tree.root, "", 0)]
        while waiting:
            group_id, group, path, depth = waiting.pop()
            for name in self._hard_links(group_id, path):
                child = self._open(group_id, name, path)
                if not isinstance(child, self.h5py.h5g.GroupID):
                    continue
                text = _decode(name)
                if text == "vars":
                    self._read_variables(child, group, f"{path}/vars")
                elif depth < MAX_DEPTH:
                    inner = group.children.setdefault(text, WeightGroup(text))
                    waiting.append((child, inner, f"{path}/{text}", depth + 1))
                else:
                    self.tree.is_complete = False
        return self.tree

    def _read_variables(self, group_id: Any, group: WeightGroup, path: str) -> None:
        group.is_object = True
        group.saved_name = self._saved_name(group_id)
        for name in self._hard_links(group_id, path):
            child = self._open(group_id, name, path)
            if isinstance(child, self.h5py.h5d.DatasetID):
                stored = self._read_dataset(child, _decode(name), path)
                if stored:
                    group.weights.append(stored)
        # Keras numbers the arrays; the links come in the order of their text: 0, 1, 10, 2.
        group.weights.sort(key=lambda weight: (len(weight.key), weight.key))

    def _hard_links(self, group_id: Any, path: str) -> list[bytes]:
        h5l = self.h5py.h5l
        names: list[bytes] = []

        def visit(name: bytes, info: Any) -> None:
            if info.type == h5l.TYPE_HARD:
                names.append(name)
            else:
                self.tree.refused.append(f"{path}/{_decode(name)}")

        if len(group_id):
            group_id.links.iterate(visit, info=True)
        return names

    def _open(self, group_id: Any, name: bytes, path: str) -> Any:
        self.budget -= 1
        if self.budget < 0:
            self.tree.is_complete = False
            return None
        try:
            child = self.h5py.h5o.open(group_id, name)
            address = self.h5py.h5o.get_info(child).addr
        except (KeyError, OSError, RuntimeError, ValueError):
            self.tree.unreadable.append(f"{path}/{_decode(name)}")
            return None
        # A hard link may lead back to a group above.
        if address in self.seen:
            return None
        self.seen.add(address)
        return child

    def _read_dataset(self, dataset: Any, key: str, path: str) -> StoredWeight | None:
        try:
            properties = dataset.get_create_plist()
            outside = (
                properties.get_layout() == self.h5py.h5d.VIRTUAL
                or properties.get_external_count() > 0
            )
            shape, dtype = tuple(int(size) for size in dataset.shape), self._dtype(dataset)
        except (OSError, RuntimeError, TypeError, ValueError):
            self.tree.unreadable.append(f"{path}/{key}")
            return None
        if outside:
            self.tree.refused.append(f"{path}/{key}")
        return StoredWeight(key, shape, dtype)

    def _dtype(self, dataset: Any) -> str:
        # HDF5 has no bfloat16: Keras stores its bytes and names the type in an attribute.
        if self.h5py.h5a.exists(dataset, b"dtype"):
            return self._attribute(dataset, b"dtype") or str(dataset.dtype)
        return str(dataset.dtype)

    def _saved_name(self, group_id: Any) -> str:
        if not self.h5py.h5a.exists(group_id, b"name"):
            return ""
        return self._attribute(group_id, b"name")

    def _attribute(self, object_id: Any, name: bytes) -> str:
        attribute = self.h5py.h5a.open(object_id, name)
        if attribute.get_storage_size() > _MAX_NAME_BYTES or attribute.shape != ():
            return ""
        owner = self.h5py.Group if isinstance(object_id, self.h5py.h5g.GroupID) else None
        holder = (owner or self.h5py.Dataset)(object_id)
        value = holder.attrs[name.decode()]
        return repair_text(value)[:_MAX_NAME_BYTES] if isinstance(value, str) else ""


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "replace")


def describe_paths(paths: list[str]) -> str:
    """Return the first paths of a list, for a message."""
    shown = ", ".join(quote(path, 80) for path in paths[:3])
    return shown if len(paths) <= 3 else f"{shown} and {len(paths) - 3:,} more"
