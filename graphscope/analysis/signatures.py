"""Structural signatures: equal structures get equal small numbers, names never matter.

Keys are whole tuples and interned, so two different structures never share a number. Numbers
follow program order and are the same in every process.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from graphscope.analysis.call_classes import CallClasses
from graphscope.analysis.folding.parts import Part
from graphscope.analysis.folding.wiring import Slot
from graphscope.analysis.settings import Interner
from graphscope.graph import Node, NodeKind


class Signer:
    """Computes the signatures of one graph; signatures of two signers do not compare.

    Args:
        classes: the classes of the calls of the graph.
        specs: for each tensor of its wiring the number of its spec in the classes.
    """

    def __init__(self, classes: CallClasses, specs: Sequence[int]) -> None:
        self._exact = Interner()
        self._loose = Interner()
        self._classes = classes
        self._specs = specs
        self._loose_by_class: dict[int, int] = {}

    def sign_leaf(self, node: Node, slots: Sequence[Slot]) -> tuple[int, int]:
        """Return the exact and the loose signature of a node.

        Args:
            node: the node.
            slots: what arrives at its inputs.
        """
        number = self._classes.by_node[node.id]
        loose = self._loose_by_class.get(number)
        if loose is None:
            kind = None if node.kind is NodeKind.OP else node.kind
            loose = self._loose_by_class[number] = self._loose.number((node.type, kind))
        return self._exact.number((self._classes.computing[number], self._wires(slots))), loose

    def sign_whole(
        self, kind: str, type_: str, parts: Sequence[Part], outputs: Iterable[int]
    ) -> tuple[int, int]:
        """Return the signatures of a scope or block whose children are the parts, in order, and
        that hands on the outputs.
        """
        key = (kind, type_, _inner_pattern(parts, outputs))
        return self._exact.number(key), self._loose.number((kind, type_))

    def _wires(self, slots: Sequence[Slot]) -> Hashable:
        """Describe each input: its port and kind, which of the tensors arrives, and its spec."""
        specs = self._specs
        if len(slots) == 1:  # of one tensor there is only the first
            port, kind, tensor = slots[0]
            return (port, kind, specs[tensor])
        local: dict[int, int] = {}
        return tuple(
            [
                (port, kind, local.setdefault(tensor, len(local)), specs[tensor])
                for port, kind, tensor in slots
            ]
        )


def _inner_pattern(parts: Sequence[Part], outputs: Iterable[int]) -> tuple[tuple[int, ...], ...]:
    """Describe the wiring inside: each part by its signature and, for every tensor it reads,
    where that is made (how many parts back and at which output, or the how-many-th tensor from
    outside); and where the tensors that are handed on are made.

    All is one row of numbers, in which the number of tensors read, and a 1 or a 0 before each of
    them for inside and outside, tell what is what.
    """
    place_of, output_of = _find_makers(parts)
    outside: dict[int, int] = {}
    pattern: list[int] = []
    for place, part in enumerate(parts):
        pattern += (part.exact, len(part.inputs))
        for tensor in part.inputs:
            if tensor in place_of:
                pattern += (1, place - place_of[tensor], output_of.get(tensor, 0))
            else:
                pattern += (0, outside.setdefault(tensor, len(outside)))
    handed = [each for tensor in outputs for each in (place_of[tensor], output_of.get(tensor, 0))]
    return tuple(pattern), tuple(handed)


def _find_makers(parts: Sequence[Part]) -> tuple[dict[int, int], dict[int, int]]:
    """Return the place of the part that makes each tensor, and at which output, but for the
    first.
    """
    place_of: dict[int, int] = {}
    output_of: dict[int, int] = {}
    for place, part in enumerate(parts):
        for output, tensor in enumerate(part.outputs):
            place_of[tensor] = place
            if output:
                output_of[tensor] = output
    return place_of, output_of
