"""Notes on what a file does not say about the weights of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from graphscope.graph import GraphBuilder, Layer
from graphscope.readers.text import quote

_MAX_LISTED = 3


@dataclass
class WeightNotes:
    """Collects layers, by id, and notes them together."""

    unnamed: list[str] = field(default_factory=list)
    """Layers whose weights have numbers for names."""
    adapted: list[str] = field(default_factory=list)
    """Layers with weights of LoRA that the file does not hold."""
    unknown: list[Layer] = field(default_factory=list)
    """Layers that may own more weights than are known."""

    def add_to(self, builder: GraphBuilder) -> None:
        """Add what was collected to a graph."""
        if self.unnamed:
            builder.add_note(
                "weights-unnamed",
                "The file numbers weights without naming them; in layers whose class it does not "
                "tell they are called variable_0, variable_1 and so on: "
                f"{_list_ids(self.unnamed)}.",
                self.unnamed[0],
            )
        if self.adapted:
            builder.add_note(
                "weights-lora",
                "The kernels in the file have the updates of LoRA added in; the factors, which "
                f"loading makes anew, are counted and have no numbers: {_list_ids(self.adapted)}.",
                self.adapted[0],
            )
        if self.unknown:
            names = [f"{quote(each.name)} ({each.class_name})" for each in self.unknown]
            builder.add_note(
                "weights-unknown",
                "Which weights a layer owns cannot be told from the file, so there may be more "
                f"parameters than are counted: {list_some(names)}.",
                self.unknown[0].id,
            )


def list_some(names: Sequence[str]) -> str:
    """Return the first of some names, and how many there are.

    >>> list_some("abcd")
    'a, b, c, … (4 in all)'
    """
    if len(names) <= _MAX_LISTED:
        return ", ".join(names)
    return f"{', '.join(names[:_MAX_LISTED])}, … ({len(names):,} in all)"


def _list_ids(ids: list[str]) -> str:
    return list_some([quote(id_.removeprefix("layer:")) for id_ in ids])
