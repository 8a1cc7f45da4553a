"""The reader of SavedModels: `read(folder)` gives the graph of the entry point that is meant.

A SavedModel is a folder with `saved_model.pb` (graphs, functions, entry points, the tree of
objects) and `variables` (the weights). TensorFlow runs some of it when it loads the folder; here
it is read as data.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.formats import wire
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.files.regular_file import require_inside
from graphscope.readers.tensorflow.definitions import GraphDef
from graphscope.readers.tensorflow.document import Entry, Origin, locate_weights, read_entry
from graphscope.readers.tensorflow.known_variables import KnownVariables
from graphscope.readers.tensorflow.mapped import map_graph
from graphscope.readers.tensorflow.saved.entries import find_entry, list_entries
from graphscope.readers.tensorflow.saved.keras_metadata import read_keras_metadata
from graphscope.readers.tensorflow.saved.meta_graph import MetaGraph, read_meta_graph, read_tags
from graphscope.readers.tensorflow.saved.stored_weights import WeightFiles, check_weights
from graphscope.readers.tensorflow.schema import SavedModelField
from graphscope.readers.tensorflow.text_schema import encode
from graphscope.readers.text import quote

if TYPE_CHECKING:
    import numpy as np

FILE_NAME = "saved_model.pb"
TEXT_NAME = "saved_model.pbtxt"
"""What the file is called where the model was saved as text."""
_SERVE = "serve"
ENTRY = "entry_point"
"""What the metadata of a graph say of the entry point that was asked for."""
HAS_ENTRIES = True
"""That `read` takes the name of an entry point."""
_LISTED = 8
_META = "tensorflow meta graph"
_REMEDY = "The file is damaged or no SavedModel; copy or export it again."


def read(path: str | os.PathLike[str], entry: str = "") -> Graph:
    """Return the graph of a SavedModel folder.

    Args:
        path: the folder.
        entry: the entry point to show, the function of an object by its path, or the tags of a
            graph; empty for what is meant for serving.

    Raises:
        ReadError: when it holds no SavedModel, or a damaged one.
    """
    folder = Path(path)
    if not os.path.lexists(_find_file(folder)):
        raise ReadError(
            f"There is no {FILE_NAME} in {quote(folder.name)}, so it is no SavedModel.",
            "Name the folder that model.export() or tf.saved_model.save() wrote.",
        )
    name = folder.resolve().name
    try:
        data = _map(folder)
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error
    return read_saved_model(data, name=name, folder=folder, entry=entry)


def read_saved_model(
    data: memoryview, *, name: str, folder: Path | None = None, entry: str = ""
) -> Graph:
    """Return the graph of a serialized SavedModel.

    Args:
        data: the message.
        name: what the model is called, also in messages.
        folder: where it lies, if its weights are to be looked for.
        entry: as for `read`.

    Raises:
        ReadError: when it is damaged, or holds nothing to show, or not what is asked for.
    """
    try:
        meta, notes, chosen = _choose(data, name, entry)
        if folder is not None:
            notes += check_weights(folder, meta.objects.variables.values())
        graph = read_entry(*_prepare(meta, name, notes, folder, entry=chosen))
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error
    return replace(graph, metadata={**graph.metadata, ENTRY: entry}) if entry else graph


def read_meta_graph_file(data: memoryview, *, name: str) -> Graph:
    """Return the graph of a serialized MetaGraphDef, as TensorFlow 1 kept it beside checkpoints.

    Raises:
        ReadError: when it is damaged, or holds nothing to show.
    """
    try:
        return read_entry(*_prepare(read_meta_graph(data), name, [], None, format_=_META))
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error


def weight_parts(
    path: Path, weight: str, limit: int, entry: str = ""
) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of a weight in parts, evenly spread where they exceed the limit.

    Args:
        path: the folder.
        weight: the id of the weight in the graph that `read` gives.
        limit: how many bytes are read at most.
        entry: what `read` was asked for.

    Raises:
        KeyError: when there is no such weight, or no numbers are stored for it.
        ReadError: when a file is damaged, or holds a type of numbers that NumPy does not know.
    """
    status = _find_file(path).stat()
    key = _locate_weights(path, entry, status.st_mtime_ns, status.st_size)[weight]
    yield from WeightFiles(path).parts(key, limit)


@lru_cache(maxsize=1)
def _locate_weights(folder: Path, entry: str, _time: int, _size: int) -> dict[str, str]:
    """Return the keys of the stored weights by the ids of the graph."""
    name = folder.resolve().name
    try:
        meta, notes, entry = _choose(_map(folder), name, entry)
        definition, shown, origin, known = _prepare(meta, name, notes, folder, entry=entry)
        found = locate_weights(definition, shown, origin, known)
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error
    return {
        weight: known.facts[variable].key or variable.name for weight, variable in found.items()
    }


def _find_file(folder: Path) -> Path:
    """Return the file of a folder that holds the model; the one in bytes counts more."""
    is_text = not os.path.lexists(folder / FILE_NAME) and os.path.lexists(folder / TEXT_NAME)
    return folder / (TEXT_NAME if is_text else FILE_NAME)


def _map(folder: Path) -> memoryview:
    file = _find_file(folder)
    require_inside(file, folder)
    data = map_graph(file)
    return encode(data, "SavedModel") if file.name == TEXT_NAME else data


def _choose(
    data: memoryview, name: str, entry: str
) -> tuple[MetaGraph, list[tuple[str, str]], str]:
    """Return the graph that is meant, notes on the others, and the entry point in it."""
    graphs = wire.messages(wire.split(data), SavedModelField.META_GRAPH)
    if not graphs:
        raise ReadError(f"{quote(name)} holds no graph.", _REMEDY)
    tags = [read_tags(wire.split(each)) for each in graphs]
    meant = next((index for index, each in enumerate(tags) if _SERVE in each), 0)
    order = sorted(range(len(graphs)), key=lambda index: index != meant)
    by_tags = [index for index in order if entry and entry == _join(tags[index])]
    known: dict[str, None] = {}
    for index in by_tags or order:
        meta = read_meta_graph(graphs[index])
        names = list_entries(meta)
        if not entry or by_tags or entry in names:
            notes = [] if len(graphs) == 1 else [_tell_graphs(tags, index)]
            return meta, notes, "" if by_tags else entry
        known |= dict.fromkeys(names)
    listed = ", ".join(quote(each, 80) for each in [*known][:_LISTED]) or "none"
    more = f" and {len(known) - _LISTED:,} more" if len(known) > _LISTED else ""
    raise ReadError(
        f"{quote(name)} has no entry point {quote(entry, 80)}.", f"It has {listed}{more}."
    )


def _join(tags: Iterable[str]) -> str:
    return ", ".join(tags)


def _prepare(
    meta: MetaGraph,
    name: str,
    notes: list[tuple[str, str]],
    folder: Path | None,
    *,
    entry: str = "",
    format_: str = "tensorflow saved model",
) -> tuple[GraphDef, Entry, Origin, KnownVariables]:
    """Return what of a graph is to be shown, and what is known of it."""
    metadata: dict[str, Any] = {"format": format_}
    if meta.version:
        metadata["producer"] = f"tensorflow {meta.version}"
    known = KnownVariables(
        meta.variables_by_handle(), saved=meta.objects.of_model(), trained=meta.trained
    )
    shown = find_entry(meta, known, notes, entry)
    if shown is None:
        raise ReadError(
            f"{quote(name)} holds no entry point and no function, so there is nothing to show.",
            "Export the model with model.export().",
        )
    keras = read_keras_metadata(meta.objects, folder)
    notes += keras.notes
    origin = Origin(name, metadata, notes, meta.described, meta.loading, keras)
    return meta.graph, shown, origin, known


def _tell_graphs(tags: list[tuple[str, ...]], chosen: int) -> tuple[str, str]:
    others = [quote(_join(each)) for index, each in enumerate(tags) if index != chosen]
    shown = quote(_join(tags[chosen]))
    return (
        "more-graphs",
        f"The SavedModel holds {len(tags)} graphs; shown is the one for {shown}. The others are "
        f"for {'; '.join(others[:5])}; --entry with one of these shows it.",
    )
