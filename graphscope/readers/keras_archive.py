"""The reader of `.keras` archives: `read(path)` gives the graph, and nothing in the file runs.

The archive is a zip file with `config.json` (the architecture), `metadata.json` (the Keras
version) and `model.weights.h5` (the weights). All three are read as data; the HDF5 file is opened
where it lies inside the archive.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from graphscope.errors import ReadError
from graphscope.graph import ROOT, Graph, GraphBuilder, Port, Scope, ScopeKind
from graphscope.readers.archive import Archive
from graphscope.readers.code import find_code_in
from graphscope.readers.config import LayerConfig
from graphscope.readers.emission import Emission
from graphscope.readers.json_text import parse_object
from graphscope.readers.open_sizes import OpenSizes, attempts
from graphscope.readers.optimizer import read_optimizer
from graphscope.readers.ownership import Ownership, display_name
from graphscope.readers.parse import parse_model
from graphscope.readers.shapes.dimensions import differences_noted
from graphscope.readers.stored_weights import stored_weights
from graphscope.readers.subclassed import emit_weight_tree
from graphscope.readers.text import quote, repair_text, shorten
from graphscope.readers.values import ValueCleaner

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
    with Archive(Path(path)) as archive, _collector_paused():
        sizes = OpenSizes()
        with differences_noted() as differences:
            graph = _read(archive, sizes)
        for further in attempts(sizes, differences):
            with differences_noted() as differences:
                graph = further.release(_read(archive, further))
            if not differences:
                break
        return graph


def locate_weights(path: Path) -> dict[str, str]:
    """Return where the weights lie in the archive's weights file, by the ids that `read` gives.

    Weights that point out of the file are left out.

    Raises:
        ReadError: as `read` does.
    """
    with Archive(path) as archive, _collector_paused():
        document = parse_object(archive.read(CONFIG), f"{CONFIG} in {quote(archive.name)}")
        model = parse_model(document, archive.name)
        builder = GraphBuilder(display_name(model.name))
        with stored_weights(archive, builder) as (weights, _):
            stored = Ownership(builder, model, weights, ValueCleaner()).stored
        return {weight: found.path for weight, found in stored.items() if found.path}


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep Python from looking for garbage among the many small objects that a graph is made of.

    None of them is garbage while the graph grows, and looking for it took half of the time.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


def _read(archive: Archive, sizes: OpenSizes) -> Graph:
    subject = f"in {quote(archive.name)}"
    if CONFIG not in archive:
        raise ReadError(
            f"There is no {CONFIG} {subject}, so it is no Keras archive.",
            "Save the model with model.save('NAME.keras').",
        )
    document = parse_object(archive.read(CONFIG), f"{CONFIG} {subject}")
    model = parse_model(document, archive.name)
    sizes.channels_first = _has_channels_first(document)
    builder = GraphBuilder(display_name(model.name), root_type=display_name(model.class_name))
    metadata = _read_metadata(archive, builder)
    cleaner = ValueCleaner()
    with stored_weights(archive, builder) as (weights, optimizer):
        ownership = Ownership(builder, model, weights, cleaner)
    outputs = _emit(builder, ownership, model, cleaner, sizes)
    _note_code(builder, document)
    if cleaner.shortened:
        builder.add_note(
            "value-shortened", f"{cleaner.shortened:,} long values of the config were shortened."
        )
    if optimizer:
        metadata["optimizer_variables"] = optimizer
    compiled = read_optimizer(document.get("compile_config"))
    if compiled is not None:
        metadata["optimizer"] = compiled
    return builder.build(outputs=outputs, metadata=metadata)


def _has_channels_first(document: Any) -> bool:
    """Whether any layer has its channels first, as the inputs then have them too."""
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if value.get("data_format") == "channels_first":
                return True
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return False


def _emit(
    builder: GraphBuilder,
    ownership: Ownership,
    model: LayerConfig,
    cleaner: ValueCleaner,
    sizes: OpenSizes,
) -> tuple[Port, ...]:
    outputs: tuple[Port, ...] = ()
    if model.model is None:
        emit_weight_tree(builder, ownership, model, cleaner)
    else:
        outputs = Emission(builder, ownership, cleaner, sizes).emit_root(model)
    builder.put_scope(
        Scope(
            ROOT,
            builder.name,
            display_name(model.class_name),
            ScopeKind.LAYER,
            None,
            layer=ownership.layer_id(model),
            outputs=outputs,
        )
    )
    return outputs


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


def _note_code(builder: GraphBuilder, document: Mapping[str, Any]) -> None:
    compiled = document.get("compile_config")
    found = find_code_in(compiled) if isinstance(compiled, dict) else None
    if found:
        builder.add_note(
            "contains-code",
            f"The compile settings hold {found}; graphscope does not run it, but "
            "keras.models.load_model may.",
            ROOT,
        )
