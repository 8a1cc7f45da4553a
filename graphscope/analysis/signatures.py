"""Structural signatures: equal structures get equal small numbers, names never matter.

Keys are whole tuples and interned, so two different structures never share a number. Numbers
follow program order and are the same in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from graphscope.analysis.folding.parts import Part
from graphscope.analysis.folding.wiring import Slot
from graphscope.graph import EdgeKind, Layer, Node, NodeKind, TensorSpec

_NAMING = frozenset({"name", "seed", "trainable", "source", "synthetic"})
"""Keys of a config or of attributes that do not change what is computed here."""

_PLAIN = frozenset({str, int, float, bool, type(None)})
_DEEPEST = 64
"""A config nested deeper than this is equal to none but itself."""


class Interner:
    """Gives every distinct key the next small number, from 1 on."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, key: Hashable) -> int:
        """Return the number of the key."""
        return self._numbers.setdefault(key, len(self._numbers) + 1)


class Signer:
    """Computes the signatures of one graph; signatures of two signers do not compare."""

    def __init__(self) -> None:
        self._exact = Interner()
        self._loose = Interner()
        self._settings = Interner()
        self._layers: dict[str, int] = {}
        self._specs = Interner()
        self._spec_numbers: dict[int, tuple[TensorSpec, int]] = {}

    def sign_leaf(
        self,
        node: Node,
        slots: Sequence[Slot],
        layer: Layer | None,
        spec_of: Callable[[int], TensorSpec],
    ) -> tuple[int, int]:
        """Return the exact and the loose signature of a node.

        Args:
            node: the node.
            slots: what arrives at its inputs.
            layer: the layer that the node calls, if it is a layer call.
            spec_of: gives the tensor spec for the number of a tensor.
        """
        settings = self.number_settings(node.attributes) if node.attributes else 0
        config = self.number_config(layer) if layer is not None else 0
        kind = None if node.kind is NodeKind.OP else node.kind
        made = tuple([self.number_spec(spec) for spec in node.outputs])
        wires = self._slot_pattern(slots, spec_of)
        exact = self._exact.number((node.type, kind, settings, config, made, wires))
        return exact, self._loose.number((node.type, kind))

    def sign_whole(
        self, kind: str, type_: str, parts: Sequence[Part], outputs: Iterable[int]
    ) -> tuple[int, int]:
        """Return the signatures of a scope or block whose children are the parts, in order, and
        that hands on the outputs.
        """
        key = (kind, type_, _inner_pattern(parts, outputs))
        return self._exact.number(key), self._loose.number((kind, type_))

    def _slot_pattern(
        self, slots: Sequence[Slot], spec_of: Callable[[int], TensorSpec]
    ) -> Hashable:
        local: dict[int, int] = {}
        return tuple(
            [
                (
                    slot.port,
                    None if slot.kind is EdgeKind.DATA else slot.kind,
                    local.setdefault(slot.tensor, len(local)),
                    self.number_spec(spec_of(slot.tensor)),
                )
                for slot in slots
            ]
        )

    def number_spec(self, spec: TensorSpec) -> int:
        """Return a number that equal specs share."""
        # Few specs are shared by many nodes: by identity first, which spares hashing them. The
        # spec is kept so that its identity stays its own.
        found = self._spec_numbers.get(id(spec))
        if found is None:
            found = self._spec_numbers[id(spec)] = (spec, self._specs.number(spec))
        return found[1]

    def number_config(self, layer: Layer) -> int:
        """Return a number that layers with equal settings share."""
        found = self._layers.get(layer.id)
        if found is None:
            found = self._layers[layer.id] = self.number_settings(layer.config)
        return found

    def number_settings(self, settings: Mapping[str, Any]) -> int:
        """Return a number that equal attributes or configs share, whatever they are named."""
        kept = [
            (key, value.__class__, value) if value.__class__ in _PLAIN else (key, canonical(value))
            for key, value in settings.items()
            if key not in _NAMING
        ]
        if len(kept) > 1:
            kept.sort(key=_key)
        return self._settings.number(tuple(kept))


def canonical(value: Any, depth: int = 0) -> Hashable:
    """Return JSON values as a key that ignores names, seeds and the order of dicts."""
    if isinstance(value, str | int | float | None):
        return (type(value).__name__, value)
    if depth > _DEEPEST:
        return ("deep", id(value))
    if isinstance(value, Mapping):
        kept = [(str(key), each) for key, each in value.items() if key not in _NAMING]
        return tuple((key, canonical(each, depth + 1)) for key, each in sorted(kept, key=_key))
    if isinstance(value, Sequence):
        return tuple(canonical(each, depth + 1) for each in value)
    return repr(value)


def _key(item: tuple[Any, ...]) -> Any:
    return item[0]


def _inner_pattern(parts: Sequence[Part], outputs: Iterable[int]) -> Hashable:
    """Describe the wiring inside: each part by its signature and, for every tensor it reads,
    where that is made (how many parts back and at which output, or the how-many-th tensor from
    outside); at the end, where the tensors that are handed on are made.
    """
    made = {
        tensor: (place, output)
        for place, part in enumerate(parts)
        for output, tensor in enumerate(part.outputs)
    }
    outside: dict[int, int] = {}
    pattern: list[Hashable] = []
    for place, part in enumerate(parts):
        row: list[Hashable] = [part.exact]
        for tensor in part.inputs:
            source = made.get(tensor)
            if source is None:
                row.append(outside.setdefault(tensor, len(outside)))
            else:
                row.append((place - source[0], source[1]))
        pattern.append(tuple(row))
    return tuple(pattern), tuple(made[tensor] for tensor in outputs)
