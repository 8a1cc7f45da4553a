"""What Keras 2 kept of its layers beside the graph: class, name and config of each.

`keras_metadata.pb` lies beside `saved_model.pb`; TensorFlow 2.4 and earlier kept the same texts in
the tree of objects.

Source: tf_keras, protobuf/saved_metadata.proto and saving/legacy/saved_model/json_utils.py
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from graphscope.errors import ReadError
from graphscope.formats import wire
from graphscope.formats.wire import MalformedError
from graphscope.readers.files.json_text import MAX_BYTES, parse_object
from graphscope.readers.files.regular_file import require_inside
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.legacy.upgrade import upgrade
from graphscope.readers.keras.parse import parse_layer
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved.objects import SavedObjects
from graphscope.readers.tensorflow.schema import KerasMetadataField, KerasObjectField
from graphscope.readers.tensorflow.scoping.known_layers import KnownLayer
from graphscope.readers.text import repair_text, shorten

FILE_NAME = "keras_metadata.pb"
MAX_PATH = 1_024
"""Characters of the path of a layer; what comes behind does not tell what holds it."""
_METRIC = "_tf_keras_metric"
_ROOT = "root"
_WRAPPED = ("__tuple__", "TensorShape")
"""What Keras 2 wrote lists as that are of a class of their own."""


@dataclass(frozen=True, slots=True)
class KerasMetadata:
    """What is known of the layers of a model.

    Attributes:
        layers: those of the file, the model first.
        training: what the model was compiled with.
        notes: on what cannot be read, each a code and a sentence.
        count: how many layers the tree of objects holds, described or not, the model left out.
    """

    layers: list[KnownLayer] = field(default_factory=list)
    training: dict[str, Any] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0


class _Entry(NamedTuple):
    number: int
    path: str
    text: memoryview


def read_keras_metadata(objects: SavedObjects, folder: Path | None) -> KerasMetadata:
    """Return the layers that Keras 2 described; none where another program wrote the model.

    Args:
        objects: the tree of objects.
        folder: the SavedModel, if the file beside it may be read.
    """
    found = KerasMetadata(count=objects.layers)
    try:
        entries = sorted(_entries(objects, folder), key=lambda entry: entry.path.count("."))
    except (MalformedError, ReadError) as error:
        found.notes.append(("keras-metadata-unreadable", f"{FILE_NAME} cannot be read: {error}."))
        return found
    if sum(len(entry.text) for entry in entries) > MAX_BYTES:
        found.notes.append(
            ("keras-metadata-unreadable", f"{FILE_NAME} holds more than {MAX_BYTES >> 20} MiB.")
        )
        return found
    unreadable = _add_layers(found, entries, objects)
    if unreadable:
        more = f" So it is with {len(unreadable) - 1:,} more." if len(unreadable) > 1 else ""
        found.notes.append(("keras-metadata-unreadable", f"{unreadable[0]}{more}"))
    return found


def _add_layers(
    found: KerasMetadata, entries: Iterable[_Entry], objects: SavedObjects
) -> list[ReadError]:
    """Add what entries describe, holders first; return why some describe nothing."""
    by_path: dict[str, KnownLayer] = {}
    unreadable: list[ReadError] = []
    for entry in entries:
        subject = f"the config of {shorten(repair_text(entry.path), 80)}"
        try:
            described = parse_object(bytes(entry.text), subject)
            config = _describe(described)
        except ReadError as error:
            unreadable.append(error)
            continue
        # Keras makes what the file describes wherever its path leads.
        model = found.layers[0] if found.layers else None
        parent = _find_parent(entry.path, by_path) or model
        layer = KnownLayer(config, parent, objects.owned.get(entry.number, frozenset()))
        by_path[entry.path] = layer
        found.layers.append(layer)
        if parent is None:
            training = _plain(described.get("training_config"))
            found.training.update(training if isinstance(training, dict) else {})
    return unreadable


def _entries(objects: SavedObjects, folder: Path | None) -> Iterator[_Entry]:
    file = None if folder is None else folder / FILE_NAME
    if folder is None or file is None or not os.path.lexists(file):
        for number, (names, described) in objects.described.items():
            yield _Entry(number, ".".join((_ROOT, *names))[:MAX_PATH], described)
        return
    require_inside(file, folder)
    for node in wire.messages(wire.split(map_file(file)), KerasMetadataField.NODE):
        fields = wire.split(node)
        text = wire.message(fields, KerasObjectField.METADATA)
        if text and wire.text(fields, KerasObjectField.IDENTIFIER) != _METRIC:
            number = wire.number(fields, KerasObjectField.NUMBER) or 0
            yield _Entry(number, wire.text(fields, KerasObjectField.PATH)[:MAX_PATH], text)


def _find_parent(path: str, by_path: dict[str, KnownLayer]) -> KnownLayer | None:
    """Return the layer that holds another: between them may lie lists."""
    while "." in path:
        path = path.rpartition(".")[0]
        if path in by_path:
            return by_path[path]
    return None


def _describe(described: dict[str, Any]) -> LayerConfig:
    class_name = str(described.get("class_name") or "")
    name = str(described.get("name") or class_name)
    config = _plain(described.get("config"))
    entry = {
        "class_name": class_name,
        "name": name,
        "config": config if isinstance(config, dict) else {},
    }
    return parse_layer(upgrade(entry), fallback_name=name)


def _plain(value: Any) -> Any:
    """Return a value without the wrapping that Keras 2 gave to tuples and shapes."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("class_name") in _WRAPPED and isinstance(value.get("items"), list):
        return _plain(value["items"])
    return {key: _plain(each) for key, each in value.items() if key != "shared_object_id"}
