"""Names for the open sizes of a file's inputs, as a tracer gives them.

A file says which sizes are open, and rules follow them through the layers. Where two names meet
that must be one size, the model wants its inputs alike, or sizes that can be halved often: then
the file is read with those assumptions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from graphscope.graph import BATCH, Dimension, Graph, Note, TensorSpec
from graphscope.graph.dimensions import multiply, substitute
from graphscope.graph.open_sizes import name_axes, tell_multiples

_LENGTH_MULTIPLE = 16
_SPACE_MULTIPLE = 64
"""What is assumed to divide lengths, heights and widths of networks that halve them and join them
with what they had."""


@dataclass
class OpenSizes:
    """One way to name open sizes, and the names that it gave."""

    distinct: bool = True
    """Whether each input has open sizes of its own."""
    aligned: bool = False
    """Whether sizes are multiples of a large power of two."""
    named: bool = True
    """Whether others than the batch have names."""
    channels_first: bool = False
    multiples: dict[str, int] = field(default_factory=dict)
    """By name, what its size is a multiple of."""
    _earlier: int = 0

    def name(self, spec: TensorSpec) -> TensorSpec:
        """Return the spec of the next input with names for its open sizes."""
        shape = spec.shape
        if shape is None or None not in shape[1:] or not self.named:
            return spec
        suffix = str(self._earlier + 1) if self.distinct and self._earlier else ""
        names = name_axes(len(shape), channels_first=self.channels_first, suffix=suffix)
        self._earlier += 1
        sizes = (
            self._size(name) if size is None else size
            for size, name in zip(shape, names, strict=True)
        )
        return TensorSpec(tuple(sizes), spec.dtype)

    @property
    def has_several(self) -> bool:
        """Whether more than one input has open sizes."""
        return self._earlier > 1

    def _size(self, name: str) -> Dimension:
        if name == BATCH or not self.aligned:
            return name
        multiple = _LENGTH_MULTIPLE if name.startswith("T") else _SPACE_MULTIPLE
        self.multiples[name] = multiple
        return multiply(multiple, name)

    def release(self, graph: Graph) -> Graph:
        """Return the graph in which a name stands for its whole size again."""
        if not self.named:
            note = Note(
                "open-sizes-unnamed",
                "Open sizes that the layers take to be the same have different names, so all but "
                "the batch print as unknown.",
            )
            return replace(graph, notes=(*graph.notes, note))
        if not self.multiples:
            return graph
        parts = {name: Fraction(1, multiple) for name, multiple in self.multiples.items()}
        nodes = tuple(
            replace(node, outputs=tuple(_substitute(spec, parts) for spec in node.outputs))
            for node in graph.nodes
        )
        return replace(graph, nodes=nodes, notes=(*graph.notes, *tell_multiples(nodes)))


def attempts(first: OpenSizes, differences: Sequence[object]) -> Iterator[OpenSizes]:
    """Yield further ways to name open sizes, when the first left differences."""
    if not differences:
        return
    is_first = first.channels_first
    if first.has_several:
        yield OpenSizes(distinct=False, channels_first=is_first)
    yield OpenSizes(aligned=True, channels_first=is_first)
    if first.has_several:
        yield OpenSizes(distinct=False, aligned=True, channels_first=is_first)
    yield OpenSizes(named=False)


def _substitute(spec: TensorSpec, parts: dict[str, Fraction]) -> TensorSpec:
    if spec.shape is None or not any(isinstance(size, str) for size in spec.shape):
        return spec
    return TensorSpec(tuple(substitute(size, parts) for size in spec.shape), spec.dtype)
