"""HDF5 files as h5py's low-level functions give them.

The comfortable functions open every object several times, which costs seconds in files of many
thousand weights.
"""

from __future__ import annotations

from typing import IO, Any

import h5py

from graphscope.readers.files.window import FileWindow
from graphscope.readers.text import repair_text
from graphscope.readers.weights.walk import HDF5_ERRORS, Link, Links, SourceError, StoredArray

MAX_NAME_BYTES = 4_096


class LibraryFile:
    """An open file.

    Args:
        stream: the file; it is read where needed only.

    Raises:
        SourceError: when it is no HDF5 file, or its root is no group.
    """

    def __init__(self, stream: IO[bytes] | FileWindow) -> None:
        try:
            self._file = h5py.File(stream, "r")
            self._root = h5py.h5g.open(self._file.id, b"/")
        except HDF5_ERRORS as error:
            raise SourceError(str(error)) from error
        self._dtypes: dict[Any, str] = {}

    def close(self) -> None:
        """Close the file; the stream stays open."""
        self._file.close()

    def root(self) -> Any:
        """Return the group that holds all others."""
        return self._root

    def links(self, group: Any) -> Links:
        """Return what a group leads to, by name.

        Raises:
            SourceError: when it is damaged.
        """
        found = Links([], [])

        def visit(name: bytes, info: Any) -> None:
            if info.type == h5py.h5l.TYPE_HARD:
                # For a hard link this is the address of the object.
                found.hard.append(Link(name, info.u))
            else:
                found.refused.append(name)

        try:
            if len(group):
                group.links.iterate(visit, info=True)
        except HDF5_ERRORS as error:
            raise SourceError(str(error)) from error
        return found

    def open(self, group: Any, link: Link) -> Any:
        """Return a group or an array; None for what is neither.

        Raises:
            SourceError: when it is damaged.
        """
        try:
            found = h5py.h5o.open(group, link.name)
            if isinstance(found, h5py.h5d.DatasetID):
                return self._read_array(found)
            return found if isinstance(found, h5py.h5g.GroupID) else None
        except HDF5_ERRORS as error:
            raise SourceError(str(error)) from error

    def read_name(self, path: str) -> str:
        """Return the name that an object was saved with; empty when there is none."""
        try:
            return _read_text(h5py.h5o.open(self._file.id, path.encode()), b"name")
        except HDF5_ERRORS:
            return ""

    def _read_array(self, dataset: Any) -> StoredArray:
        properties = dataset.get_create_plist()
        is_outside = (
            properties.get_layout() == h5py.h5d.VIRTUAL or properties.get_external_count() > 0
        )
        shape = tuple(int(size) for size in dataset.shape)
        return StoredArray(shape, self._dtype(dataset), is_outside)

    def _dtype(self, dataset: Any) -> str:
        dtype = dataset.dtype
        # HDF5 has no bfloat16: Keras stores its bytes and names the type in an attribute.
        if dtype.kind == "V":
            return _read_text(dataset, b"dtype") or str(dtype)
        if dtype not in self._dtypes:
            self._dtypes[dtype] = str(dtype)
        return self._dtypes[dtype]


def _read_text(object_id: Any, name: bytes) -> str:
    """Return a text attribute; empty when there is none, or it is no short text."""
    if not h5py.h5a.exists(object_id, name):
        return ""
    attribute = h5py.h5a.open(object_id, name)
    if attribute.get_storage_size() > MAX_NAME_BYTES or attribute.shape != ():
        return ""
    is_group = isinstance(object_id, h5py.h5g.GroupID)
    holder = h5py.Group(object_id) if is_group else h5py.Dataset(object_id)
    value = holder.attrs[name.decode()]
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return repair_text(value)[:MAX_NAME_BYTES] if isinstance(value, str) else ""
