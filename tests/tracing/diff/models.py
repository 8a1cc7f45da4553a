"""Models that are written twice, with one thing changed."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers


def transformer(
    *,
    depth: int = 4,
    width: int = 32,
    expansion: int = 4,
    activation: str = "gelu",
    heads: int = 4,
    norm_first_block: bool = True,
    names: str = "layer",
    head: int = 10,
) -> keras.Model:
    """A flat functional transformer: nothing but names says where its blocks are."""
    tokens = keras.Input((16,), dtype="int32", name="tokens")
    x = layers.Embedding(100, width, name="embedding")(tokens)
    for index in range(depth):
        name = f"{names}_{index}"
        y = layers.LayerNormalization(name=f"{name}_norm")(x) if norm_first_block or index else x
        y = layers.MultiHeadAttention(heads, width // heads, name=f"{name}_attention")(y, y)
        x = layers.Add(name=f"{name}_residual")([x, y])
        y = layers.Dense(width * expansion, activation=activation, name=f"{name}_expand")(x)
        y = layers.Dense(width, name=f"{name}_contract")(y)
        x = layers.Add(name=f"{name}_sum")([x, y])
    x = layers.GlobalAveragePooling1D(name="pool")(x)
    return keras.Model(tokens, layers.Dense(head, name="head")(x), name="transformer")


def residual(*, blocks: int = 4, filters: int = 8, dropout: bool = False) -> keras.Model:
    """A residual network whose layers have the names that Keras makes up."""
    image = keras.Input((32, 32, 3), name="image")
    x = layers.Conv2D(filters, 3, padding="same")(image)
    for index in range(blocks):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        y = layers.BatchNormalization()(y)
        y = layers.ReLU()(y)
        if dropout and index == 1:
            y = layers.Dropout(0.5)(y)
        x = layers.Add()([x, y])
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10)(x), name="residual")


class Block(layers.Layer):
    """A block of a subclassed model."""

    def __init__(self, width: int, *, gated: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.expand = layers.Dense(width * 2, activation="relu", name="expand")
        self.contract = layers.Dense(width, name="contract")
        self.gate = layers.Dense(width, activation="sigmoid", name="gate") if gated else None

    def call(self, x: Any) -> Any:
        y = self.contract(self.expand(x))
        return x + (y if self.gate is None else y * self.gate(x))


class Stack(keras.Model):
    """A subclassed model of blocks."""

    def __init__(self, depth: int = 3, gated: int | None = None) -> None:
        super().__init__(name="stack")
        self.blocks = [
            Block(8, gated=index == gated, name=f"block_{index}") for index in range(depth)
        ]

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return x
