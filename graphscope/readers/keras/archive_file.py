"""The reader of `.keras` archives: `read(path)` gives the graph, and nothing in the file runs.

The archive is a zip file with `config.json` (the architecture), `metadata.json` (the Keras
version) and `model.weights.h5` (the weights). All three are read as data; the HDF5 file is opened
where it lies inside the archive.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.graph import Graph, GraphBuilder
from graphscope.readers.files.archive import Archive
from graphscope.readers.files.json_text import parse_object
from graphscope.readers.files.kind import describe_members
from graphscope.readers.keras import model_graph
from graphscope.readers.keras.legacy.upgrade import upgrade
from graphscope.readers.keras.recipe import Recipe, take_recipe
from graphscope.readers.text import quote, repair_text, shorten
from graphscope.readers.weights.stored import WEIGHTS, stored_weights
from graphscope.readers.weights.tree import WeightGroup
from graphscope.readers.weights.values import read_parts

if TYPE_CHECKING:
    import numpy as np

IMPORTS = ("graphscope.readers.weights.hdf5",)
"""What reading imports later: it is imported before a stranger's file is opened."""
RARE_IMPORTS = ("h5py", "graphscope.readers.weights.hdf5_library")
"""What only some files need."""

CONFIG = "config.json"
METADATA = "metadata.json"


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the model of a `.keras` archive as a graph.

    Functional and sequential models come with every layer call, shape and weight; of a subclassed
    model the file holds the weights only, and a note says so.

    Args:
        path: the file.

    Raises:
        ReadError: when the file is missing, no Keras archive, damaged or beyond the limits.
    """
    with Archive(Path(path)) as archive:
        return model_graph.read_model(ArchiveFile(archive))


def weight_parts(path: Path, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of a weight in parts, evenly spread where they exceed the limit.

    Args:
        path: the file.
        weight: the id of the weight in the graph that `read` gives, or its place in the file.
        limit: how many bytes are read at most.

    Raises:
        KeyError: when there is no such weight, or its numbers lie outside of the file.
        ReadError: when the file is damaged, or holds a type of numbers that NumPy does not know.
    """
    status = path.stat()
    places = _locate_weights(path, status.st_mtime_ns, status.st_size)
    place = weight if weight in places.values() else places[weight]
    with Archive(path) as archive:
        stream = archive.open_in_place(WEIGHTS) or archive.copy_out(WEIGHTS)
        if stream is None:
            raise ReadError("The weights are compressed and too large to unpack.")
        with stream:
            yield from read_parts(stream, place, limit)


@lru_cache(maxsize=1)
def _locate_weights(path: Path, _time: int, _size: int) -> dict[str, str]:
    """Return where the weights lie in the archive's weights file, by their ids."""
    with Archive(path) as archive:
        return model_graph.locate_weights(ArchiveFile(archive))


def compile_config(path: Path) -> dict[str, Any] | None:
    """Return what the model was compiled with, as Keras writes it; None if it was not.

    Raises:
        ReadError: as `read` does.
    """
    with Archive(path) as archive:
        found = ArchiveFile(archive).document().get("compile_config")
    return found if isinstance(found, dict) else None


def recipe(path: Path) -> Recipe:
    """Return what the model was made from, and where its weights lie.

    Raises:
        ReadError: as `read` does.
    """
    with Archive(path) as archive:
        return take_recipe(ArchiveFile(archive))


class ArchiveFile:
    """The model of an open archive, as `model_graph.read_model` wants it."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @property
    def name(self) -> str:
        """The name of the archive."""
        return self._archive.name

    def document(self) -> dict[str, Any]:
        """Return `config.json`.

        Raises:
            ReadError: when it is missing or no JSON object.
        """
        subject = f"in {quote(self.name)}"
        if CONFIG not in self._archive:
            raise self._describe_foreign()
        # Keras 2 wrote archives too, from 2.12 on.
        return upgrade(parse_object(self._archive.read(CONFIG), f"{CONFIG} {subject}"))

    def _describe_foreign(self) -> ReadError:
        kind = describe_members(self._archive.names)
        if kind is None:
            reason = f"There is no {CONFIG} in {quote(self.name)}, so it is no Keras archive."
            return ReadError(reason, "Save the model with model.save('NAME.keras').")
        return ReadError(
            f"{quote(self.name)} is not a Keras archive; it looks like {kind.name}.", kind.remedy
        )

    def metadata(self, builder: GraphBuilder) -> dict[str, Any]:
        """Return which Keras wrote the archive, and when."""
        return _read_metadata(self._archive, builder)

    def weights(
        self, builder: GraphBuilder
    ) -> AbstractContextManager[tuple[WeightGroup | None, int]]:
        """Give the weights member."""
        return stored_weights(self._archive, builder)


def _read_metadata(archive: Archive, builder: GraphBuilder) -> dict[str, Any]:
    found: dict[str, Any] = {"format": "keras archive"}
    if METADATA not in archive:
        builder.add_note("metadata-missing", "The file does not say which Keras wrote it.")
        return found
    try:
        stored = parse_object(archive.read(METADATA), METADATA)
    except ReadError as error:
        builder.add_note("metadata-unreadable", f"Which Keras wrote the file is unknown: {error}")
        return found
    return found | describe_metadata(stored)


def describe_metadata(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a graph tells of the `metadata.json` of its archive."""
    version, date = _text(stored, "keras_version"), _text(stored, "date_saved")
    found = {"producer": f"keras {version}", "keras_version": version} if version else {}
    return found | ({"date_saved": date} if date else {})


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return shorten(repair_text(value), 64) if isinstance(value, str) else ""
