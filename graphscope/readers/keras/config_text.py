"""A model of which there is the config alone, as `model.to_json()` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from graphscope.graph import Graph, GraphBuilder
from graphscope.readers.files.json_text import parse_object
from graphscope.readers.keras.legacy.upgrade import upgrade
from graphscope.readers.keras.legacy.versions import describe_version
from graphscope.readers.keras.model_graph import read_model
from graphscope.readers.weights.tree import WeightGroup


def read_config(text: bytes, *, name: str, subject: str, format_: str) -> Graph:
    """Return the model that a config describes.

    Args:
        text: JSON in UTF-8.
        name: what messages call the file.
        subject: what messages call the config.
        format_: what the metadata of the graph say of its origin.

    Raises:
        ReadError: when it is no config of a model, or a broken one.
    """
    return read_parsed_config(parse_object(text, subject), name=name, format_=format_)


def read_parsed_config(document: dict[str, Any], *, name: str, format_: str) -> Graph:
    """Return the model that a config describes, as `read_config` does.

    Args:
        document: the config, an object with `class_name` and `config`.
        name: what messages call the file.
        format_: what the metadata of the graph say of its origin.

    Raises:
        ReadError: when it is no config of a model, or a broken one.
    """
    return read_model(_ConfigText(upgrade(document), name, format_))


class _ConfigText:
    def __init__(self, document: dict[str, Any], name: str, format_: str) -> None:
        self._document = document
        self._name = name
        self._format = format_

    @property
    def name(self) -> str:
        return self._name

    def document(self) -> dict[str, Any]:
        return self._document

    def metadata(self, builder: GraphBuilder) -> dict[str, Any]:
        found: dict[str, Any] = {"format": self._format}
        version = self._document.get("keras_version")  # Keras 2 writes it, Keras 3 does not.
        return found | (describe_version(version, builder) if isinstance(version, str) else {})

    @contextmanager
    def weights(self, builder: GraphBuilder) -> Iterator[tuple[WeightGroup | None, int]]:
        builder.add_note("weights-missing", "A config holds no weights.")
        yield None, 0
