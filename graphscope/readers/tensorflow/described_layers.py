"""What the file tells of layers beside its graph: the code in them, and those the graph has not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from graphscope.graph import ROOT, GraphBuilder
from graphscope.graph.code import METADATA_KEY, Code, CodeKind
from graphscope.readers.keras.code import CodeCollector, find_code, find_code_in
from graphscope.readers.keras.code.search import Found
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.tensorflow.saved.keras_metadata import KerasMetadata
from graphscope.readers.tensorflow.scoping.known_layers import KnownLayer
from graphscope.readers.tensorflow.scoping.layers import LayerCalls
from graphscope.readers.text import quote

_BYTECODE = (
    "Keras 2 makes a function of it when it loads the folder, without asking; it runs when the "
    "model is called. Keras 3 loads no such folders."
)
_INPUTS = ("InputLayer", "Input")
_LISTED = 3


def add_code(
    builder: GraphBuilder, keras: KerasMetadata, ids: Mapping[KnownLayer, str]
) -> list[dict[str, str]]:
    """Note the code in the configs of layers; return the rows that the metadata have of it.

    Args:
        builder: the graph that gets the notes.
        keras: the layers.
        ids: those that are in the graph, with their ids.
    """
    collector = CodeCollector(builder)
    seen: set[object] = set()
    # Keras makes the layers in the config of a model too, should they be others.
    for known in sorted(keras.layers, key=lambda each: each.config.model is not None):
        for layer in _walk(known.config):
            found = _take_new(layer, collector, seen)
            collector.add(found, ids.get(known), partial(_holder, layer))
    training = find_code_in(keras.training, "training_config", show=collector.show)
    collector.add(
        ((_explain(piece), value) for piece, value in training),
        ROOT,
        lambda: "The compile settings hold",
    )
    rows: list[dict[str, str]] = collector.rows().get(METADATA_KEY, [])  # type: ignore[assignment]
    return rows


def _holder(layer: LayerConfig) -> str:
    return f"Layer {quote(layer.name)} ({quote(layer.class_name)[1:-1]}) holds"


def _walk(layer: LayerConfig) -> Iterator[LayerConfig]:
    waiting = [layer]
    while waiting:
        each = waiting.pop()
        yield each
        waiting += reversed(each.model.layers if each.model is not None else ())


def _take_new(layer: LayerConfig, collector: CodeCollector, seen: set[object]) -> Iterator[Found]:
    for piece, value in find_code(layer, collector.show, collector.harmless):
        if (layer.name, piece) not in seen:
            seen.add((layer.name, piece))
            yield _explain(piece), value


def _explain(piece: Code) -> Code:
    return replace(piece, effect=_BYTECODE) if piece.kind is CodeKind.BYTECODE else piece


def add_missing(builder: GraphBuilder, keras: KerasMetadata, calls: LayerCalls) -> None:
    """Note how many layers of the model leave no operation in the graph."""
    drafts = [*calls.drafts()]
    met = {each.known for each in drafts} | {calls.model.known}
    if keras.layers:
        missing = [
            f"{quote(each.name, 80)} ({each.config.class_name})"
            for each in keras.layers
            if each not in met and each.config.class_name not in _INPUTS
        ]
        count, named = len(missing), f": {', '.join(missing[:_LISTED])}"
        named += " and others" if count > _LISTED else ""
    else:
        count, named = keras.count - len(drafts), ", as inputs and dropout do"
    if count > 0:
        verb = "layers of the model leave" if count > 1 else "layer of the model leaves"
        builder.add_note(
            "layers-without-operations", f"{count:,} {verb} no operation in the graph{named}."
        )
