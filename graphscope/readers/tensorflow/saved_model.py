"""The reader of SavedModels: `read(folder)` gives the graph of the entry point that is meant.

A SavedModel is a folder with `saved_model.pb` (graphs, functions, entry points, the tree of
objects) and `variables` (the weights). TensorFlow runs some of it when it loads the folder; here
it is read as data.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.formats import wire
from graphscope.formats.wire import MalformedError
from graphscope.graph import Graph
from graphscope.readers.tensorflow.document import Entry, Origin, read_entry
from graphscope.readers.tensorflow.known_variables import KnownVariables
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved.meta_graph import MetaGraph, read_meta_graph, read_tags
from graphscope.readers.tensorflow.saved.signatures import Signature, entry_points
from graphscope.readers.tensorflow.schema import SavedModelField
from graphscope.readers.tensorflow.unfolding.references import referred_node
from graphscope.readers.text import quote

FILE_NAME = "saved_model.pb"
_SERVE = "serve"
_REMEDY = "The file is damaged or no SavedModel; copy or export it again."


def read(path: str | os.PathLike[str]) -> Graph:
    """Return the graph of a SavedModel folder.

    Args:
        path: the folder.

    Raises:
        ReadError: when it holds no SavedModel, or a damaged one.
    """
    folder = Path(path)
    file = folder / FILE_NAME
    if not os.path.lexists(file):
        raise ReadError(
            f"There is no {FILE_NAME} in {quote(folder.name)}, so it is no SavedModel.",
            "Name the folder that model.export() or tf.saved_model.save() wrote.",
        )
    return read_saved_model(map_file(file), name=folder.resolve().name)


def read_saved_model(data: memoryview, *, name: str) -> Graph:
    """Return the graph of a serialized SavedModel.

    Args:
        data: the message.
        name: what the model is called, also in messages.

    Raises:
        ReadError: when it is damaged, or holds nothing to show.
    """
    try:
        graphs = wire.messages(wire.split(data), SavedModelField.META_GRAPH)
        if not graphs:
            raise ReadError(f"{quote(name)} holds no graph.", _REMEDY)
        tags = [read_tags(wire.split(each)) for each in graphs]
        chosen = next((index for index, each in enumerate(tags) if _SERVE in each), 0)
        meta = read_meta_graph(graphs[chosen])
        notes = [] if len(graphs) == 1 else [_tell_graphs(tags, chosen)]
        return _read(meta, name, notes)
    except MalformedError as error:
        raise ReadError(f"{quote(name)} is damaged: {error}.", _REMEDY) from error


def _read(meta: MetaGraph, name: str, notes: list[tuple[str, str]]) -> Graph:
    signatures = entry_points(meta.signatures)
    if len(signatures) > 1:
        notes.append(_tell_signatures(signatures))
    entry = _enter(signatures[0]) if signatures else None
    if entry is None:
        raise ReadError(f"{quote(name)} holds no entry point.", _REMEDY)
    metadata: dict[str, Any] = {"format": "tensorflow saved model"}
    if meta.version:
        metadata["producer"] = f"tensorflow {meta.version}"
    saved = [
        variable
        for number, variable in meta.objects.variables.items()
        if number not in meta.objects.of_training
    ]
    known = KnownVariables(meta.variables_by_handle(), saved)
    return read_entry(
        meta.graph, entry, Origin(name, metadata, notes, meta.described, meta.load), known
    )


def _enter(signature: Signature) -> Entry:
    return Entry(
        list(signature.outputs.values()),
        {referred_node(tensor): name for name, tensor in signature.inputs.items()},
    )


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
