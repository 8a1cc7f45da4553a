"""The reader of SavedModels: `read(folder)` gives the graph of the entry point that is meant.

A SavedModel is a folder with `saved_model.pb` (graphs, functions, entry points, the tree of
objects) and `variables` (the weights). TensorFlow runs some of it when it loads the folder; here
it is read as data.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.formats import wire
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.files.regular_file import require_inside
from graphscope.readers.tensorflow.definitions import FunctionDef, GraphDef
from graphscope.readers.tensorflow.document import Entry, Origin, locate_weights, read_entry
from graphscope.readers.tensorflow.known_variables import KnownVariables
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved.keras_metadata import read_keras_metadata
from graphscope.readers.tensorflow.saved.meta_graph import MetaGraph, read_meta_graph, read_tags
from graphscope.readers.tensorflow.saved.signatures import Signature, entry_points
from graphscope.readers.tensorflow.saved.stored_weights import WeightFiles, check_weights
from graphscope.readers.tensorflow.schema import SavedModelField
from graphscope.readers.tensorflow.text_schema import encode
from graphscope.readers.tensorflow.unfolding.order import find_sinks
from graphscope.readers.tensorflow.unfolding.program import Variable
from graphscope.readers.tensorflow.unfolding.references import referred_node
from graphscope.readers.text import quote

if TYPE_CHECKING:
    import numpy as np

FILE_NAME = "saved_model.pb"
TEXT_NAME = "saved_model.pbtxt"
"""What the file is called where the model was saved as text."""
_SERVE = "serve"
_METHODS = ("serve", "call", "__call__", "call_and_return_conditional_losses")
"""Methods that are a model's own computation, the one that is meant first."""
_META = "tensorflow meta graph"
_REMEDY = "The file is damaged or no SavedModel; copy or export it again."


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph of a SavedModel folder.

    Args:
        path: the folder.

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
    return read_saved_model(data, name=name, folder=folder)


def read_saved_model(data: memoryview, *, name: str, folder: Path | None = None) -> Graph:
    """Return the graph of a serialized SavedModel.

    Args:
        data: the message.
        name: what the model is called, also in messages.
        folder: where it lies, if its weights are to be looked for.

    Raises:
        ReadError: when it is damaged, or holds nothing to show.
    """
    try:
        meta, notes = _choose(data, name)
        if folder is not None:
            notes += check_weights(folder, meta.objects.variables.values())
        return read_entry(*_prepare(meta, name, notes, folder))
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error


def read_meta_graph_file(data: memoryview, *, name: str) -> Graph:
    """Return the graph of a serialized MetaGraphDef, as TensorFlow 1 kept it beside checkpoints.

    Raises:
        ReadError: when it is damaged, or holds nothing to show.
    """
    try:
        return read_entry(*_prepare(read_meta_graph(data), name, [], None, _META))
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error


def weight_parts(path: Path, weight: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
    """Yield the numbers of a weight in parts, evenly spread where they exceed the limit.

    Args:
        path: the folder.
        weight: the id of the weight in the graph that `read` gives.
        limit: how many bytes are read at most.

    Raises:
        KeyError: when there is no such weight, or no numbers are stored for it.
        ReadError: when a file is damaged, or holds a type of numbers that NumPy does not know.
    """
    status = _find_file(path).stat()
    key = _locate_weights(path, status.st_mtime_ns, status.st_size)[weight]
    yield from WeightFiles(path).parts(key, limit)


@lru_cache(maxsize=1)
def _locate_weights(folder: Path, _time: int, _size: int) -> dict[str, str]:
    """Return the keys of the stored weights by the ids of the graph."""
    name = folder.resolve().name
    try:
        meta, notes = _choose(_map(folder), name)
        definition, entry, origin, known = _prepare(meta, name, notes, folder)
        found = locate_weights(definition, entry, origin, known)
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
    data = map_file(file)
    return encode(data, "SavedModel") if file.name == TEXT_NAME else data


def _choose(data: memoryview, name: str) -> tuple[MetaGraph, list[tuple[str, str]]]:
    """Return the graph that is meant, with notes on the others."""
    graphs = wire.messages(wire.split(data), SavedModelField.META_GRAPH)
    if not graphs:
        raise ReadError(f"{quote(name)} holds no graph.", _REMEDY)
    tags = [read_tags(wire.split(each)) for each in graphs]
    chosen = next((index for index, each in enumerate(tags) if _SERVE in each), 0)
    notes = [] if len(graphs) == 1 else [_tell_graphs(tags, chosen)]
    return read_meta_graph(graphs[chosen]), notes


def _prepare(
    meta: MetaGraph,
    name: str,
    notes: list[tuple[str, str]],
    folder: Path | None,
    format_: str = "tensorflow saved model",
) -> tuple[GraphDef, Entry, Origin, KnownVariables]:
    """Return what of a graph is to be shown, and what is known of it."""
    metadata: dict[str, Any] = {"format": format_}
    if meta.version:
        metadata["producer"] = f"tensorflow {meta.version}"
    known = KnownVariables(meta.variables_by_handle(), saved=meta.objects.of_model())
    entry = _find_entry(meta, known, notes)
    if entry is None:
        raise ReadError(
            f"{quote(name)} holds no entry point and no function, so there is nothing to show.",
            "Export the model with model.export().",
        )
    keras = read_keras_metadata(meta.objects, folder)
    notes += keras.notes
    origin = Origin(name, metadata, notes, meta.described, meta.loading, keras)
    return meta.graph, entry, origin, known


def _find_entry(
    meta: MetaGraph, known: KnownVariables, notes: list[tuple[str, str]]
) -> Entry | None:
    """Return the entry point that is meant, else a function that can be called; None without."""
    signatures = entry_points(meta.signatures)
    if signatures:
        if len(signatures) > 1:
            notes.append(_tell_signatures(signatures))
        return Entry(
            list(signatures[0].outputs.values()),
            {referred_node(tensor): name for name, tensor in signatures[0].inputs.items()},
            names=list(signatures[0].outputs),
        )
    found = _find_function(meta)
    if found is not None:
        path, function = found
        notes.append(
            ("no-entry-point", f"The SavedModel has no entry point; shown is {quote(path)}.")
        )
        return Entry(function=function, captures=_captures(meta, function.name, known))
    # Where there are objects, their functions would be what there is to show.
    sinks = [] if meta.objects.variables else find_sinks(meta.graph.by_name)
    return Entry(sinks, names=sinks) if sinks else None


def _find_function(meta: MetaGraph) -> tuple[str, FunctionDef] | None:
    """Return the function that is most likely the model, with the path of its object."""
    functions = meta.objects.functions
    for path in sorted(functions, key=lambda name: name not in _METHODS):
        function = meta.graph.functions.get(functions[path])
        if function is not None:
            return path, function
    return None


def _captures(meta: MetaGraph, function: str, known: KnownVariables) -> list[Variable | None]:
    """Return the variables that a function takes, and let them be known by what was saved."""
    found: list[Variable | None] = []
    for number in meta.objects.captures.get(function, ()):
        saved = meta.objects.variables.get(number)
        variable = None if saved is None else Variable(saved.name, saved.shape, saved.dtype)
        if saved is not None and variable is not None:
            known.captured[variable] = saved
        found.append(variable)
    return found


def _tell_graphs(tags: list[tuple[str, ...]], chosen: int) -> tuple[str, str]:
    others = [quote(", ".join(each)) for index, each in enumerate(tags) if index != chosen]
    shown = quote(", ".join(tags[chosen]))
    return (
        "more-graphs",
        f"The SavedModel holds {len(tags)} graphs; shown is the one for {shown}. The others are "
        f"for {'; '.join(others[:5])}.",
    )


def _tell_signatures(signatures: list[Signature]) -> tuple[str, str]:
    names = [quote(each.name) for each in signatures]
    return (
        "more-entry-points",
        f"The SavedModel has {len(names)} entry points; shown is {names[0]}. The others are "
        f"{', '.join(names[1:6])}.",
    )
