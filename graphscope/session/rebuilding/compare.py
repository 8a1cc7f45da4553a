"""Whether a rebuilt model is the one that a file holds the weights of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphscope.graph import format_shape
from graphscope.readers.text import quote

Shape = tuple[int, ...]

MOST_DIFFERING = 0.1
"""The part of all weights that may differ in a model that is shown all the same: between two
versions of a library a layer gains a bias or loses one, and the rest stays as it was."""

_LISTED = 3


@dataclass(frozen=True, slots=True)
class Comparison:
    """Weights by their places in the file: where both agree, and where they do not."""

    equal: int
    only_in_file: tuple[str, ...] = ()
    only_rebuilt: tuple[str, ...] = ()
    reshaped: tuple[tuple[str, Shape, Shape], ...] = ()
    """Place, shape in the file, shape in the rebuilt model."""

    @property
    def differing(self) -> int:
        """The number of weights that differ."""
        return len(self.only_in_file) + len(self.only_rebuilt) + len(self.reshaped)

    @property
    def is_gross(self) -> bool:
        """Whether so much differs that it is another model."""
        return self.differing > MOST_DIFFERING * (self.equal + self.differing)

    def describe(self) -> str:
        """Return what differs, in a few words; nothing where all is equal."""
        parts = [
            f"{place} is {format_shape(stored)} in the file and {format_shape(rebuilt)} rebuilt"
            for place, stored, rebuilt in self.reshaped
        ]
        parts += [f"{place} is in the file alone" for place in self.only_in_file]
        parts += [f"{place} is not in the file" for place in self.only_rebuilt]
        more = f"; {len(parts) - _LISTED:,} more" if len(parts) > _LISTED else ""
        return "; ".join(parts[:_LISTED]) + more


def compare(stored: Mapping[str, Shape], rebuilt: Mapping[str, Shape]) -> Comparison:
    """Compare the weights of a file with those of a model, by place and shape.

    >>> compare({"/vars/0": (2, 3)}, {"/vars/0": (2, 4)}).describe()
    "'/vars/0' is 2×3 in the file and 2×4 rebuilt"
    """
    common = [place for place in stored if place in rebuilt]
    reshaped = [place for place in common if stored[place] != rebuilt[place]]
    return Comparison(
        equal=len(common) - len(reshaped),
        only_in_file=tuple(quote(place, 100) for place in stored if place not in rebuilt),
        only_rebuilt=tuple(quote(place, 100) for place in rebuilt if place not in stored),
        reshaped=tuple((quote(place, 100), stored[place], rebuilt[place]) for place in reshaped),
    )
