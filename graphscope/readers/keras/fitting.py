"""Whether the weights of a file are those that its config leads to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import TypeAlias

from graphscope.graph import GraphBuilder, TensorSpec, format_shape
from graphscope.readers.declared.building import PATH, Sizes
from graphscope.readers.declared.inputs import built_for
from graphscope.readers.declared.model import RULES, Declaration
from graphscope.readers.keras.config import LayerConfig
from graphscope.readers.keras.declared_inputs import known_shapes
from graphscope.readers.keras.kinds import Kind
from graphscope.readers.keras.ownership import Ownership
from graphscope.readers.shapes.dimensions import Shape
from graphscope.readers.text import quote
from graphscope.readers.weights.lora import is_lora

NOTE = "weights-misfit"
"""The code of the notes on such layers."""

MAX_NOTES = 20
"""How many layers are noted one by one; the rest is counted."""

_MAX_LISTED = 3
_SCALES = ("/kernel_scale", "/embeddings_scale")
"""Ends of the ids of weights that only quantized layers have."""

Inputs: TypeAlias = Mapping[LayerConfig, Sequence[TensorSpec]]
Named: TypeAlias = tuple[str, Sizes]
"""Name and shape of a weight."""
_Key: TypeAlias = tuple[Kind, tuple[Shape, ...], tuple[Sizes, ...]]


def note_misfits(
    builder: GraphBuilder, ownership: Ownership, model: LayerConfig, inputs: Inputs
) -> None:
    """Note the layers whose weights in the file do not fit their settings and inputs.

    Args:
        builder: the graph that grows.
        ownership: the layers, and the weights that the file holds.
        model: the model of the file.
        inputs: the tensors that each layer is first called with.
    """
    count = 0
    for layer, text in _misfits(ownership, model, inputs):
        count += 1
        if count <= MAX_NOTES:
            title = f"layer {quote(layer.name)} ({layer.class_name})"
            builder.add_note(
                NOTE,
                f"The weights in the file do not fit {title}: {text}.",
                ownership.layer_id(layer),
            )
    if count > MAX_NOTES:
        builder.add_note(NOTE, f"The weights of {count - MAX_NOTES:,} more layers do not fit.")


def _misfits(
    ownership: Ownership, model: LayerConfig, inputs: Inputs
) -> Iterator[tuple[LayerConfig, str]]:
    seen: set[str] = set()
    fitting: set[_Key | None] = {None}
    declaration = Declaration(built_for, ownership.kinds)
    for layer in _leaves(model):
        id_ = ownership.find(layer)
        # Quantized kernels are laid out in ways of their own.
        if id_ is None or id_ in seen or ownership.kinds.of(layer).quantization_mode:
            continue
        seen.add(id_)
        stored = {
            weight: ownership.stored[weight].shape
            for weight in ownership.weights_of(id_)
            if weight in ownership.stored and not is_lora(weight.rpartition("/")[2])
        }
        if any(weight.endswith(_SCALES) for weight in stored):
            continue
        key = (
            _key(ownership.kinds.of(layer), inputs.get(layer), stored.values()) if stored else None
        )
        if key in fitting:
            continue
        declared = _declare(declaration, layer, inputs) if stored else None
        if declared is None or sorted(stored.values()) == sorted(shape for _, shape in declared):
            fitting.add(key)
            continue
        named = [(weight.rpartition("/")[2], shape) for weight, shape in stored.items()]
        if text := _compare(declared, named):
            yield layer, text


def _key(kind: Kind, inputs: Sequence[TensorSpec] | None, stored: Iterable[Sizes]) -> _Key:
    """Return all that decides whether weights fit: large models repeat few kinds of layers."""
    return kind, tuple(known_shapes(inputs) or ()), tuple(stored)


def _leaves(model: LayerConfig) -> Iterator[LayerConfig]:
    waiting = [model]
    while waiting:
        layer = waiting.pop()
        if layer.model is not None:
            waiting += reversed(layer.model.layers)
        elif layer.is_builtin and layer.class_name in RULES:
            yield layer


def _declare(declaration: Declaration, layer: LayerConfig, inputs: Inputs) -> list[Named] | None:
    """Return the weights that a layer must have; None when they are not known."""
    # What the file says it was built for is taken where no shape is known.
    for shapes in (known_shapes(inputs.get(layer)), None):
        groups = list(declaration.declare_for(layer, shapes).walk())
        if all(group.is_known for group in groups):
            return [
                (weight.key, weight.shape)
                for group in groups
                for weight in group.weights
                if PATH not in weight.key
            ]
    return None


def _compare(declared: list[Named], stored: list[Named]) -> str:
    """Return in words where the weights of the file differ; nothing where that has a reason."""
    missing, found = _differences(declared, stored)
    told: list[str] = []
    for name, shape in missing:
        match = next((each for each in found if each[0] == name), None)
        if match is None:
            told.append(f"{name}, {format_shape(shape)}, is missing")
            continue
        found.remove(match)
        if not _is_double_bias(name, shape, match[1]):
            told.append(
                f"{name} is {format_shape(match[1])} and would have to be {format_shape(shape)}"
            )
    told += [f"{quote(name)}, {format_shape(shape)}, is not among them" for name, shape in found]
    more = [f"{len(told) - _MAX_LISTED} more differ"] if len(told) > _MAX_LISTED else []
    return "; ".join(told[:_MAX_LISTED] + more)


def _differences(declared: list[Named], stored: list[Named]) -> tuple[list[Named], list[Named]]:
    """Return the weights that only one side has; the file may have other names for the same."""
    missing = list((Counter(declared) - Counter(stored)).elements())
    found = list((Counter(stored) - Counter(declared)).elements())
    for weight in list(missing):
        match = next((each for each in found if each[1] == weight[1]), None)
        if match is not None:
            missing.remove(weight)
            found.remove(match)
    return missing, found


def _is_double_bias(name: str, declared: Sizes, stored: Sizes) -> bool:
    # Layers of CuDNN had two biases in a row; they are the LSTM and GRU of today.
    return (
        name == "bias" and len(stored) == 1 and prod(stored) in (prod(declared), 2 * prod(declared))
    )
