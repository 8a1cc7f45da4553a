"""What can be shown of a file that holds weights and no model: the layers that own them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from graphscope.errors import ReadError
from graphscope.graph import ROOT, Graph, GraphBuilder
from graphscope.graph.collecting import pause_collecting
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.model_graph import ModelFile
from graphscope.readers.keras.ownership import Ownership, display_name
from graphscope.readers.keras.subclassed import emit_owners
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.text import quote

_CLASS = "Weights"


def read_weights(file: ModelFile) -> Graph:
    """Return a graph of the layers that own the weights of a file, without edges.

    Raises:
        ReadError: when there are no weights in it.
    """
    with pause_collecting():
        builder, ownership, model, optimizer = _own(file)
        metadata = file.metadata(builder)
        if optimizer:
            metadata["optimizer_variables"] = optimizer
        emit_owners(builder, ownership, model)
        builder.put_scope(replace(builder.get_scope(ROOT), layer=ownership.layer_id(model)))
        builder.add_note(
            "weights-only",
            "The file holds weights and no model, so there is no data flow to show: the boxes are "
            "the layers that own them. Open the model itself: a file that model.save wrote, or "
            "graphscope show path/to/module.py:attribute.",
            ROOT,
        )
        return builder.build(metadata=metadata)


def locate_weights(file: ModelFile) -> dict[str, str]:
    """Return where the weights lie in the file, by the ids that `read_weights` gives.

    Raises:
        ReadError: when there are no weights in it.
    """
    with pause_collecting():
        _, ownership, _, _ = _own(file)
        return {weight: found.path for weight, found in ownership.stored.items() if found.path}


def _own(file: ModelFile) -> tuple[GraphBuilder, Ownership, LayerConfig, int]:
    name = PurePath(file.name).stem.removesuffix(".weights")
    model = LayerConfig(name, _CLASS, "", {})
    builder = GraphBuilder(display_name(name), root_type=_CLASS)
    with file.weights(builder) as (weights, optimizer):
        if weights is None:
            raise ReadError(
                f"{quote(file.name)} is an HDF5 file, but it holds neither a model of Keras nor "
                "weights.",
                "Save the model with model.save('NAME.keras').",
            )
        ownership = Ownership(builder, model, weights, ValueCleaner())
    return builder, ownership, model, optimizer
