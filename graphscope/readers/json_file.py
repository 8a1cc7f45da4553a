"""The reader of `.json` files: graphs, configs of Keras models, and lists of files of weights."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.graph.codec import FORMAT
from graphscope.graph.collecting import pause_collecting
from graphscope.readers.files import json_text
from graphscope.readers.files.regular_file import is_beside
from graphscope.readers.graph_json import read_document
from graphscope.readers.keras.config_text import read_parsed_config
from graphscope.readers.keras.model_graph import read_model
from graphscope.readers.keras.recipe import Recipe, take_recipe
from graphscope.readers.keras.sharded import find_shards, is_index, read_shards
from graphscope.readers.keras.unpacked import UnpackedArchive, find_parts, has_weights
from graphscope.readers.short_form import SCHEMA, read_short_form
from graphscope.readers.text import quote

_SHOWN = 4

_KNOWN = (
    "It reads graphs (docs/graph-json.md), and configs of Keras models: config.json of an archive, "
    "or what model.to_json() wrote."
)

RARE_IMPORTS = (
    "h5py",
    "graphscope.readers.weights.hdf5",
    "graphscope.readers.weights.hdf5_library",
)
"""What only lists of files of weights need."""


def companions(path: Path) -> list[Path]:
    """Return the files that are read with a file, found by their names alone.

    Links that lead out of its folder are none of them.
    """
    return [each for each in (*find_shards(path), *find_parts(path)) if is_beside(each, path)]


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph that a JSON file describes.

    Args:
        path: the file.

    Raises:
        ReadError: when the file is missing, damaged, beyond the limits, or holds none of these.
    """
    with pause_collecting():
        return _read(Path(path))


def recipe(path: Path) -> Recipe | None:
    """Return what the model of a Keras config is made from; None for a graph.

    Raises:
        ReadError: when the file is missing, damaged or beyond the limits.
    """
    document = _load(path)
    is_graph = isinstance(document, dict) and (
        document.get("format") == FORMAT or document.get("schema") == SCHEMA
    )
    config = None if is_graph else _find_config(document)
    if config is not None and has_weights(path):
        return take_recipe(UnpackedArchive(config, path))
    return None if config is None else {"document": config, "weights": None}


def _load(path: Path) -> Any:
    document = json_text.load(path)
    if isinstance(document, str):
        # json.dump(model.to_json(), file) writes a text that is JSON once more.
        return json_text.parse(document.encode("utf-8", "surrogatepass"), quote(path.name, 200))
    return document


def _read(path: Path) -> Graph:
    shown = quote(path.name, 200)
    document = _load(path)
    if isinstance(document, dict):
        if document.get("format") == FORMAT:
            return read_document(document, shown)
        if document.get("schema") == SCHEMA:
            return read_short_form(document, shown)
    if is_index(document):
        return read_shards(document, path)
    config = _find_config(document)
    if config is None:
        raise ReadError(
            f"{shown} is JSON, but {_describe(document)}: neither a graph nor the config of a "
            "Keras model.",
            _KNOWN,
        )
    if has_weights(path):
        return read_model(UnpackedArchive(config, path))
    return read_parsed_config(config, name=path.name, format_="keras config")


def _find_config(document: Any) -> dict[str, Any] | None:
    """Return the config of a model, an object with `class_name` and `config`, if there is one."""
    if isinstance(document, list) and document and all(_is_layer(entry) for entry in document):
        return {"class_name": "Sequential", "config": document}
    if not isinstance(document, dict):
        return None
    if _is_layer(document):
        return document
    # TensorFlow.js keeps the config among other things.
    for key in ("modelTopology", "model_config"):
        if isinstance(document.get(key), dict):
            return _find_config(document[key])
    if isinstance(document.get("layers"), list):
        # What model.get_config() gives, without the class.
        class_name = "Functional" if "input_layers" in document else "Sequential"
        return {"class_name": class_name, "config": document}
    return None


def _is_layer(entry: Any) -> bool:
    return isinstance(entry, dict) and "class_name" in entry and "config" in entry


def _describe(document: Any) -> str:
    if not isinstance(document, dict):
        return f"holds {json_text.describe(document)}"
    keys = [quote(key, 30) for key in list(document)[:_SHOWN]]
    more = ", …" if len(document) > _SHOWN else ""
    return f"an object with the keys {', '.join(keys)}{more}" if keys else "an empty object"
