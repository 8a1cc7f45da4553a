"""What open sizes are called, and what must be said about them."""

from __future__ import annotations

from collections.abc import Iterable
from math import lcm

from graphscope.graph.dimensions import divisor_of
from graphscope.graph.types import BATCH, Node, Note

_SPACES = {2: ["T"], 3: ["T"], 4: ["H", "W"], 5: ["D", "H", "W"]}


def name_axes(rank: int, *, channels_first: bool, suffix: str = "") -> list[str]:
    """Return what the sizes of an input are called: batch, time, depth, height, width.

    Args:
        rank: number of the input's axes, the batch among them.
        channels_first: whether images have their channels before their height and width.
        suffix: follows the name of every size but the batch.

    >>> name_axes(4, channels_first=False), name_axes(3, channels_first=False, suffix="2")
    (['B', 'H', 'W', 'N3'], ['B', 'T2', 'N22'])
    """
    space = _SPACES.get(rank, [])
    names = [f"N{axis}" for axis in range(rank)]
    first = 2 if channels_first and rank > 3 else 1
    names[first : first + len(space)] = space
    return [BATCH, *(f"{name}{suffix}" for name in names[1:])]


def tell_multiples(nodes: Iterable[Node]) -> tuple[Note, ...]:
    """Return a note on which open sizes must be multiples of something, if any must."""
    sizes = {
        size
        for node in nodes
        for spec in node.outputs
        for size in spec.shape or ()
        if isinstance(size, str) and "/" in size
    }
    found: dict[str, int] = {}
    for size in sorted(sizes):
        for name, divisor in divisor_of(size).items():
            found[name] = lcm(found.get(name, 1), divisor)
    if not found:
        return ()
    told = ", ".join(f"{name} is a multiple of {count}" for name, count in sorted(found.items()))
    text = f"The model does not admit every size; shapes are those where {told}."
    return (Note("sizes-are-multiples", text),)
