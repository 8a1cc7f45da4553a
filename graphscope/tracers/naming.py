"""What the open sizes of a model's inputs are called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import product
from typing import TypeAlias

from graphscope.graph import BATCH
from graphscope.graph.open_sizes import name_axes
from graphscope.tracers.symbols import Scale, Symbols

OpenShape: TypeAlias = tuple[int | None, ...]
"""The shape of an input; None where a size is open."""


class Naming(Enum):
    """Which open sizes of the inputs have names, and which are the same."""

    DISTINCT = "each input has open sizes of its own"
    SHARED = "inputs that are alike share their open sizes"
    BATCH_ONLY = "only the batch has a name"


def bind_shapes(
    shapes: Sequence[OpenShape | None], symbols: Symbols, naming: Naming, trial: int
) -> list[list[int | None] | None]:
    """Return the shapes of a model's inputs with a number for every open size that has a name.

    Args:
        shapes: the shapes in order; None for an input that has no single shape (sparse, ragged).
        symbols: gives the numbers.
        naming: which open sizes have names.
        trial: which of the two numbers of a name to take.
    """
    bound: list[list[int | None] | None] = []
    earlier = 0
    for shape in shapes:
        if not shape:
            bound.append(None if shape is None else [])
            continue
        names = _name_axes(len(shape), naming, earlier)
        bound.append(
            [
                symbols.bind(name, trial) if size is None and name else size
                for size, name in zip(shape, names, strict=True)
            ]
        )
        earlier += None in shape[1:]
    return bound


def _name_axes(rank: int, naming: Naming, earlier: int) -> list[str]:
    """Return what the sizes of an input are called: batch, time, depth, height, width.

    Args:
        rank: number of the input's axes, the batch among them.
        naming: which sizes have names; the others are called "".
        earlier: number of inputs with open sizes before this one.
    """
    import keras

    if naming is Naming.BATCH_ONLY:
        return [BATCH, *[""] * (rank - 1)]
    return name_axes(
        rank,
        channels_first=keras.config.image_data_format() == "channels_first",
        suffix=str(earlier + 1) if naming is Naming.DISTINCT and earlier else "",
    )


def attempts(shapes: Sequence[OpenShape | None]) -> Iterator[tuple[Naming, Symbols]]:
    """Yield ways to choose numbers for open sizes, the one that tells most first.

    A tracer takes the first that the model admits. Inputs are taken to differ in their open sizes
    before they are taken to be alike; then the model may want sizes that can be halved often, or
    smaller or larger ones. A tracer that sees another program in the second trial says so by
    `symbols.unlike`: then other numbers will not help either.

    Args:
        shapes: the shapes of the inputs; see `bind_shapes`.
    """
    opened = sum(shape is not None and None in shape[1:] for shape in shapes)
    namings = (Naming.DISTINCT, Naming.SHARED) if opened > 1 else (Naming.DISTINCT,)
    for scale, naming in product(Scale, namings) if opened else ():
        symbols = Symbols(scale)
        yield naming, symbols
        if symbols.unlike:
            break
    yield Naming.BATCH_ONLY, Symbols()
