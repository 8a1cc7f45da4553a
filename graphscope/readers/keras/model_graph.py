"""From the config of a model to its graph, whatever kind of file the config was found in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

import orjson

from graphscope.graph import ROOT, Graph, GraphBuilder, Port, Scope, ScopeKind
from graphscope.graph.collecting import pause_collecting
from graphscope.readers.declared.model import Declaration
from graphscope.readers.keras.code import CodeCollector, find_code_in
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.declared_inputs import InputFinder
from graphscope.readers.keras.emission import Emission
from graphscope.readers.keras.faults import Faults, Refusal
from graphscope.readers.keras.fitting import note_misfits
from graphscope.readers.keras.kinds import Kinds
from graphscope.readers.keras.open_sizes import OpenSizes, attempts
from graphscope.readers.keras.optimizer import read_optimizer
from graphscope.readers.keras.ownership import Ownership, display_name
from graphscope.readers.keras.parse import parse_model
from graphscope.readers.keras.subclassed import emit_weight_tree
from graphscope.readers.keras.values import ValueCleaner
from graphscope.readers.shapes.dimensions import differences_noted
from graphscope.readers.weights.tree import WeightGroup


class ModelFile(Protocol):
    """A file that holds the config of a model, and perhaps its weights."""

    @property
    def name(self) -> str:
        """What messages call the file."""
        ...

    def document(self) -> dict[str, Any]:
        """Return the config of the model: an object with `class_name` and `config`.

        Raises:
            ReadError: when there is none.
        """
        ...

    def metadata(self, builder: GraphBuilder) -> dict[str, Any]:
        """Return what the file says of itself; what it should say and does not becomes a note."""
        ...

    def weights(
        self, builder: GraphBuilder
    ) -> AbstractContextManager[tuple[WeightGroup | None, int]]:
        """Give the weights of the model and the number of the optimizer's variables.

        The weights are None when there are none or they cannot be read; a note then says why.
        """
        ...


def read_model(file: ModelFile) -> Graph:
    """Return the model of a file as a graph.

    Raises:
        ReadError: when the config describes no model, or a broken one; then with the graph of
            what can be shown of it, noted where it is broken.
    """
    with pause_collecting():
        sizes, faults = OpenSizes(), Faults()
        with differences_noted() as differences:
            graph = _read(file, sizes, faults)
        faults.raise_with(graph)
        for further in attempts(sizes, differences):
            with differences_noted() as differences:
                graph = further.release(_read(file, further, Refusal()))
            if not differences:
                break
        return graph


def locate_weights(file: ModelFile) -> dict[str, str]:
    """Return where the weights lie in the file's HDF5, by the ids that `read_model` gives.

    Weights that point out of the file are left out.

    Raises:
        ReadError: as `read_model` does.
    """
    with pause_collecting():
        # Of a broken model, too, what is shown has weights.
        model = parse_model(file.document(), file.name, Faults())
        builder = GraphBuilder(display_name(model.name))
        with file.weights(builder) as (weights, _):
            stored = Ownership(builder, model, weights, ValueCleaner()).stored
        return {weight: found.path for weight, found in stored.items() if found.path}


def _read(file: ModelFile, sizes: OpenSizes, faults: Faults) -> Graph:
    document = file.document()
    model = parse_model(document, file.name, faults)
    sizes.channels_first = _has_channels_first(document)
    builder = GraphBuilder(display_name(model.name), root_type=display_name(model.class_name))
    metadata = file.metadata(builder)
    cleaner = ValueCleaner()
    with file.weights(builder) as (weights, optimizer):
        kinds = Kinds()
        tree = _declare_weights(builder, model, kinds) if weights is None else weights
        ownership = Ownership(builder, model, tree, cleaner, kinds)
    emission = Emission(builder, ownership, cleaner, sizes, faults)
    outputs = _emit(builder, ownership, model, cleaner, emission)
    faults.note(builder, ownership.find)
    # Keras 1 cut weights in another way.
    if weights is not None and not str(metadata.get("keras_version")).startswith("1."):
        note_misfits(builder, ownership, model, emission.notes.inputs)
    metadata |= _collect_code(ownership.code, document)
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


def _declare_weights(builder: GraphBuilder, model: LayerConfig, kinds: Kinds) -> WeightGroup:
    """Return the weights that the config leads to."""
    tree = Declaration(InputFinder(model, kinds), kinds).declare_file(model)
    if tree.count():
        builder.add_note(
            "weights-from-config",
            "The weights shown are those that the config and the shapes of the inputs lead to; "
            "there are no numbers in them.",
        )
    return tree


def _has_channels_first(document: Any) -> bool:
    """Whether any layer has its channels first, as the inputs then have them too."""
    try:
        text = orjson.dumps(document)
    except TypeError:  # Whole numbers beyond 64 bits and broken text.
        text = json.dumps(document, separators=(",", ":")).encode("ascii")
    # Quotes in texts are escaped, so this is a setting, and found faster than by a walk.
    return b'"data_format":"channels_first"' in text


def _emit(
    builder: GraphBuilder,
    ownership: Ownership,
    model: LayerConfig,
    cleaner: ValueCleaner,
    emission: Emission,
) -> tuple[Port, ...]:
    outputs: tuple[Port, ...] = ()
    if model.model is None:
        emit_weight_tree(builder, ownership, model, cleaner)
    else:
        outputs = emission.emit_root(model)
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


def _collect_code(collector: CodeCollector, document: Mapping[str, Any]) -> dict[str, object]:
    compiled = document.get("compile_config")
    if isinstance(compiled, dict):
        found = find_code_in(compiled, "compile_config", show=collector.show)
        collector.add(found, ROOT, lambda: "The compile settings hold")
    return collector.rows()
