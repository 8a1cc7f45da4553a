"""The parts of an archive as files of a folder: `config.json`, and the weights beside it.

Keras writes such folders with `save_model(..., zipped=False)`, libraries write them as presets.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import GraphBuilder
from graphscope.readers.files import json_text
from graphscope.readers.files.regular_file import open_regular_file, require_beside
from graphscope.readers.keras.archive_file import CONFIG, METADATA, describe_metadata
from graphscope.readers.keras.legacy.upgrade import upgrade
from graphscope.readers.keras.sharded import Shards, find_shards, is_index
from graphscope.readers.weights.stored import WEIGHTS, take_weights
from graphscope.readers.weights.tree import WeightGroup, open_weights

_INDEX = "model.weights.json"


def find_parts(path: Path) -> list[Path]:
    """Return the files that belong to a config, found by their names alone."""
    if path.name != CONFIG:
        return []
    index = path.with_name(_INDEX)
    beside = [path.with_name(METADATA), path.with_name(WEIGHTS), index]
    return [*(each for each in beside if each.is_file()), *find_shards(index)]


def has_weights(path: Path) -> bool:
    """Whether weights lie beside a config."""
    return path.name == CONFIG and any(path.with_name(n).is_file() for n in (WEIGHTS, _INDEX))


class UnpackedArchive:
    """The model of a folder, as `model_graph.read_model` wants it.

    Args:
        document: the config of the model.
        path: its file.
    """

    def __init__(self, document: dict[str, Any], path: Path) -> None:
        self.name = path.name
        self._document = upgrade(document)
        self._path = path

    def document(self) -> dict[str, Any]:
        """Return the config of the model."""
        return self._document

    def metadata(self, builder: GraphBuilder) -> dict[str, Any]:
        """Return which Keras wrote the folder, and when."""
        found: dict[str, Any] = {"format": "unpacked keras archive"}
        path = self._path.with_name(METADATA)
        if not path.is_file():
            builder.add_note("metadata-missing", "The folder does not say which Keras wrote it.")
            return found
        try:
            require_beside(path, self._path)
            stored = json_text.load(path)
        except ReadError as error:
            builder.add_note(
                "metadata-unreadable", f"Which Keras wrote the folder is unknown: {error}"
            )
            return found
        return found | (describe_metadata(stored) if isinstance(stored, dict) else {})

    @contextmanager
    def weights(self, builder: GraphBuilder) -> Iterator[tuple[WeightGroup | None, int]]:
        """Give the weights, of one file or of several."""
        with ExitStack() as stack:
            try:
                found = self._enter(builder, stack)
            except ReadError as error:
                builder.add_note("weights-unreadable", error.message)
                found = None, 0
            yield found

    def _enter(self, builder: GraphBuilder, stack: ExitStack) -> tuple[WeightGroup | None, int]:
        path = self._path.with_name(WEIGHTS)
        if path.is_file():
            require_beside(path, self._path)
            stream = stack.enter_context(open_regular_file(path))
            return take_weights(stack.enter_context(open_weights(stream, WEIGHTS)), builder)
        index = self._path.with_name(_INDEX)
        require_beside(index, self._path)
        document = json_text.load(index)
        if not is_index(document):
            raise ReadError(f"{_INDEX} lists no files of weights.", "Save the model anew.")
        return stack.enter_context(Shards(document, index).weights(builder))
