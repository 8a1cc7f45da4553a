"""Entry points of a SavedModel: named inputs, named results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphscope.formats import wire
from graphscope.readers.tensorflow.schema import (
    MetaGraphField,
    SignatureField,
    SparseField,
    TensorInfoField,
)
from graphscope.readers.tensorflow.unfolding.references import referred_node

INITIALIZER = "__saved_model_init_op"
"""What TensorFlow runs when it loads the model."""

_MAIN_OPERATIONS = ("saved_model_main_op", "legacy_init_op")
_SPARSE = {
    "values": SparseField.VALUES,
    "indices": SparseField.INDICES,
    "dense_shape": SparseField.DENSE_SHAPE,
}
_MAX_DEPTH = 8
"""Values within values: a ragged tensor of ragged tensors has one level for each."""
_PREFERRED = ("serving_default", "serve", "call")


@dataclass(frozen=True, slots=True)
class Signature:
    """An entry point.

    Attributes:
        name: what callers call it.
        inputs: references to the placeholders of its inputs, by name.
        outputs: references to the tensors it returns, by name.
    """

    name: str
    inputs: Mapping[str, str]
    outputs: Mapping[str, str]


def read_signatures(meta_graph: wire.Fields) -> list[Signature]:
    """Return the entry points of a meta graph, the one that is meant first.

    Raises:
        MalformedError: when they are damaged.
    """
    found = [
        Signature(
            name,
            _read_tensors(fields, SignatureField.INPUTS),
            _read_tensors(fields, SignatureField.OUTPUTS),
        )
        for name, data in wire.entries(meta_graph, MetaGraphField.SIGNATURE)
        for fields in (wire.split(data),)
    ]
    return sorted(found, key=_rank)


def entry_points(signatures: Iterable[Signature]) -> list[Signature]:
    """Return those that compute something, without the one that runs at load."""
    return [each for each in signatures if each.outputs and each.name != INITIALIZER]


def initializers(meta_graph: wire.Fields, signatures: Iterable[Signature]) -> list[str]:
    """Return the names of the operations that TensorFlow runs when it loads the model."""
    found = [
        referred_node(tensor)
        for signature in signatures
        if signature.name == INITIALIZER
        for tensor in signature.outputs.values()
    ]
    for name, data in wire.entries(meta_graph, MetaGraphField.COLLECTION):
        nodes = wire.message(wire.split(data), 1)
        if name in _MAIN_OPERATIONS and nodes is not None:
            found += map(wire.decode, wire.messages(wire.split(nodes), 1))
    return found


def _rank(signature: Signature) -> tuple[int, str]:
    name = signature.name
    return _PREFERRED.index(name) if name in _PREFERRED else len(_PREFERRED), name


def _read_tensors(fields: wire.Fields, field: int) -> dict[str, str]:
    tensors = dict(wire.entries(fields, field))
    found: dict[str, str] = {}
    for name, info in sorted(tensors.items()):
        found |= _read_parts(name, wire.split(info))
    return found


def _read_parts(name: str, info: wire.Fields, depth: int = 0) -> dict[str, str]:
    """Return the tensors that a value is made of; sparse and ragged ones have several."""
    sparse = wire.message(info, TensorInfoField.SPARSE)
    if sparse is not None:
        parts = wire.split(sparse)
        return {
            f"{name}/{part}": wire.text(parts, number)
            for part, number in _SPARSE.items()
            if wire.text(parts, number)
        }
    composite = wire.message(info, TensorInfoField.COMPOSITE)
    if composite is None or depth > _MAX_DEPTH:
        return {name: wire.text(info, TensorInfoField.NAME)}
    found: dict[str, str] = {}
    components = wire.messages(wire.split(composite), TensorInfoField.COMPONENTS)
    for number, component in enumerate(components):
        found |= _read_parts(f"{name}/{number}", wire.split(component), depth + 1)
    return found
