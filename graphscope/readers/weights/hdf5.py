"""The weight tree of an HDF5 file, read the fast way if it allows that."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from graphscope.readers.files.window import FileWindow
from graphscope.readers.weights.hdf5_classic import ClassicFile
from graphscope.readers.weights.hdf5_headers import UnfamiliarError
from graphscope.readers.weights.tree import WeightTree
from graphscope.readers.weights.walk import WeightWalk

if TYPE_CHECKING:
    from graphscope.readers.weights.hdf5_library import LibraryFile


class OpenFile:
    """An open HDF5 file and its weight tree.

    Args:
        stream: the file; it is read where needed only, and stays open when this closes.

    Raises:
        SourceError: when it is no HDF5 file.
    """

    def __init__(self, stream: IO[bytes] | FileWindow) -> None:
        self._stream = stream
        self._library: LibraryFile | None = None
        self.tree = self._read_tree()

    def close(self) -> None:
        """Close the file; names can no longer be read."""
        if self._library is not None:
            self._library.close()

    def _read_tree(self) -> WeightTree:
        try:
            return WeightWalk(ClassicFile(self._stream), self._read_name).walk()
        except UnfamiliarError:
            return WeightWalk(self._open_library(), self._read_name).walk()

    def _read_name(self, path: str) -> str:
        return self._open_library().read_name(path)

    def _open_library(self) -> LibraryFile:
        # Importing h5py takes longer than reading most files.
        from graphscope.readers.weights.hdf5_library import LibraryFile

        if self._library is None:
            self._library = LibraryFile(self._stream)
        return self._library
