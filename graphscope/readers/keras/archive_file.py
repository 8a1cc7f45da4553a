"""The reader of `.keras` archives: `read(path)` gives the graph, and nothing in the file runs.

The archive is a zip file with `config.json` (the architecture), `metadata.json` (the Keras
version) and `model.weights.h5` (the weights). All three are read as data; the HDF5 file is opened
where it lies inside the archive.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import Graph, GraphBuilder
from graphscope.readers.files.archive import Archive
from graphscope.readers.files.json_text import parse_object
from graphscope.readers.keras import model_graph
from graphscope.readers.text import quote, repair_text, shorten
from graphscope.readers.weights.stored import stored_weights
from graphscope.readers.weights.tree import WeightGroup

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


def locate_weights(path: Path) -> dict[str, str]:
    """Return where the weights lie in the archive's weights file, by the ids that `read` gives.

    Weights that point out of the file are left out.

    Raises:
        ReadError: as `read` does.
    """
    with Archive(path) as archive:
        return model_graph.locate_weights(ArchiveFile(archive))


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
            raise ReadError(
                f"There is no {CONFIG} {subject}, so it is no Keras archive.",
                "Save the model with model.save('NAME.keras').",
            )
        return parse_object(self._archive.read(CONFIG), f"{CONFIG} {subject}")

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
    version = _text(stored, "keras_version")
    if version:
        found |= {"producer": f"keras {version}", "keras_version": version}
    date = _text(stored, "date_saved")
    return found | ({"date_saved": date} if date else {})


def _text(values: Mapping[str, Any], key: str) -> str:
    value = values.get(key)
    return shorten(repair_text(value), 64) if isinstance(value, str) else ""
