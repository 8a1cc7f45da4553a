"""Walking an HDF5 file with h5py's low-level functions.

The comfortable ones open every object several times, which costs seconds in files of many thousand
weights. Only hard links are followed. Soft and external links, external storage and virtual
datasets can make HDF5 open other files, so they are counted and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import h5py

from graphscope.readers.text import repair_text
from graphscope.readers.weights.tree import StoredWeight, WeightGroup, WeightTree

MAX_OBJECTS = 400_000
MAX_DEPTH = 64
_MAX_NAME_BYTES = 4_096

HDF5_ERRORS = (OSError, RuntimeError, KeyError, TypeError, ValueError, AttributeError)
"""What h5py raises on damaged files; it turns HDF5's error numbers into all of these."""


class WeightWalk:
    """Collects the groups and arrays of one open file."""

    def __init__(self, file_id: Any) -> None:
        self._file = file_id
        self._tree = WeightTree(WeightGroup(""))
        self._seen: set[int] = set()
        self._left = MAX_OBJECTS
        self._dtypes: dict[Any, str] = {}

    def walk(self) -> WeightTree:
        """Return the tree; what cannot be read is listed in it."""
        root = h5py.h5g.open(self._file, b"/")
        # One open group per level: HDF5 needs memory for each object that is open.
        levels = [(root, self._tree.root, "", self._links(root, ""))]
        while levels:
            group_id, group, path, links = levels[-1]
            name = next(links, None)
            if name is None:
                levels.pop()
                continue
            child = self._open(group_id, name, path)
            if not isinstance(child, h5py.h5g.GroupID):
                continue
            text = _decode(name)
            if text == "vars":
                self._read_variables(child, group, f"{path}/vars")
            elif len(levels) <= MAX_DEPTH:
                inner = group.children.setdefault(text, WeightGroup(text))
                inner_path = f"{path}/{text}"
                levels.append((child, inner, inner_path, self._links(child, inner_path)))
            else:
                self._tree.is_complete = False
        return self._tree

    def _read_variables(self, group_id: Any, group: WeightGroup, path: str) -> None:
        group.is_object = True
        group.read_name = partial(self._read_name, path)
        for name in self._links(group_id, path):
            child = self._open(group_id, name, path)
            if isinstance(child, h5py.h5d.DatasetID):
                stored = self._read_dataset(child, _decode(name), path)
                if stored is not None:
                    group.weights.append(stored)
        # Keras numbers the arrays; the links come in the order of their text: 0, 1, 10, 2.
        group.weights.sort(key=lambda weight: (len(weight.key), weight.key))

    def _links(self, group_id: Any, path: str) -> Iterator[bytes]:
        """Return the names of hard links to objects that were not met before.

        A hard link may lead back to a group above.
        """
        names: list[bytes] = []

        def visit(name: bytes, info: Any) -> None:
            if info.type != h5py.h5l.TYPE_HARD:
                self._tree.refused.append(f"{path}/{_decode(name)}")
            elif info.u not in self._seen:
                # For a hard link this is the address of the object.
                self._seen.add(info.u)
                names.append(name)

        try:
            if len(group_id):
                group_id.links.iterate(visit, info=True)
        except HDF5_ERRORS:
            self._tree.unreadable.append(path or "/")
        return iter(names)

    def _open(self, group_id: Any, name: bytes, path: str) -> Any:
        self._left -= 1
        if self._left < 0:
            self._tree.is_complete = False
            return None
        try:
            return h5py.h5o.open(group_id, name)
        except HDF5_ERRORS:
            self._tree.unreadable.append(f"{path}/{_decode(name)}")
            return None

    def _read_dataset(self, dataset: Any, key: str, path: str) -> StoredWeight | None:
        try:
            properties = dataset.get_create_plist()
            outside = (
                properties.get_layout() == h5py.h5d.VIRTUAL or properties.get_external_count() > 0
            )
            shape, dtype = tuple(int(size) for size in dataset.shape), self._dtype(dataset)
        except HDF5_ERRORS:
            self._tree.unreadable.append(f"{path}/{key}")
            return None
        if outside:
            self._tree.refused.append(f"{path}/{key}")
            return StoredWeight(key, shape, dtype)
        return StoredWeight(key, shape, dtype, f"{path}/{key}")

    def _dtype(self, dataset: Any) -> str:
        dtype = dataset.dtype
        # HDF5 has no bfloat16: Keras stores its bytes and names the type in an attribute.
        if dtype.kind == "V":
            return _read_text(dataset, b"dtype") or str(dtype)
        if dtype not in self._dtypes:
            self._dtypes[dtype] = str(dtype)
        return self._dtypes[dtype]

    def _read_name(self, path: str) -> str:
        try:
            return _read_text(h5py.h5o.open(self._file, path.encode()), b"name")
        except HDF5_ERRORS:
            return ""


def _read_text(object_id: Any, name: bytes) -> str:
    """Return a text attribute; empty when there is none, or it is no short text."""
    if not h5py.h5a.exists(object_id, name):
        return ""
    attribute = h5py.h5a.open(object_id, name)
    if attribute.get_storage_size() > _MAX_NAME_BYTES or attribute.shape != ():
        return ""
    is_group = isinstance(object_id, h5py.h5g.GroupID)
    holder = h5py.Group(object_id) if is_group else h5py.Dataset(object_id)
    value = holder.attrs[name.decode()]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return repair_text(value)[:_MAX_NAME_BYTES] if isinstance(value, str) else ""


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "replace")
