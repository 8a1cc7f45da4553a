"""A random case, and the random sizes that all makers of cases draw."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras

Shape = tuple[int | None, ...]


@dataclass
class Case:
    """A layer and how it is called."""

    layer: Any
    shapes: list[Shape]
    dtype: str = "float32"
    as_list: bool = False
    kwargs: dict[str, Any] = field(default_factory=dict)

    def call(self) -> tuple[list[Any], Any]:
        """Call the layer on symbolic inputs and return inputs and outputs."""
        inputs = [
            keras.Input(batch_shape=shape, dtype=self.dtype, name=f"in_{index}")
            for index, shape in enumerate(self.shapes)
        ]
        arguments = [inputs] if self.as_list else inputs
        return inputs, self.layer(*arguments, **self.kwargs)


def random_size(
    rng: random.Random, *, known: bool = False, low: int = 6, high: int = 12
) -> int | None:
    return rng.randint(low, high) if known or rng.random() < 0.75 else None


def image_shape(rng: random.Random, rank: int, data_format: str | None = None) -> Shape:
    channels = rng.choice([2, 4])
    sizes = tuple(random_size(rng) for _ in range(rank))
    batch = rng.choice([None, None, 3])
    if data_format == "channels_first":
        return (batch, channels, *sizes)
    return (batch, *sizes, channels)


def one_or_many(rng: random.Random, rank: int, high: int = 3) -> Any:
    if rng.random() < 0.5:
        return rng.randint(1, high)
    return tuple(rng.randint(1, high) for _ in range(rank))


def data_format_of(rng: random.Random) -> str:
    return rng.choice(["channels_last", "channels_last", "channels_first"])


Maker = Callable[[random.Random], Case]
"""Makes a random case of one class."""
