"""Models with open sizes, and what their outputs are."""

from __future__ import annotations

from collections.abc import Callable

import keras
from keras import layers, ops


def convolutional() -> keras.Model:
    """A fully convolutional network that halves an image six times."""
    x = image = keras.Input((None, None, 3))
    for filters in (8, 16, 32, 64, 64, 64):
        y = layers.Conv2D(filters, 3, strides=2, padding="same")(x)
        x = layers.ReLU()(layers.BatchNormalization()(y))
    return keras.Model(image, x)


def residual() -> keras.Model:
    """Blocks with a projection beside them, after a stem with padding of its own."""
    image = keras.Input((None, None, 3))
    x = layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(layers.Conv2D(8, 7, 2, "same")(image)))
    for filters in (8, 16):
        y = layers.Conv2D(filters, 3, strides=2, padding="same")(x)
        x = layers.Conv2D(filters, 1, strides=2)(x) + layers.Conv2D(filters, 3, padding="same")(y)
    return keras.Model(image, x)


def u_net() -> keras.Model:
    """An encoder and a decoder that are joined at every level."""
    x = image = keras.Input((None, None, 3))
    skipped = []
    for filters in (8, 16, 32):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        skipped.append(x)
        x = layers.MaxPooling2D(2)(x)
    for filters, skip in zip((32, 16, 8), reversed(skipped), strict=True):
        x = layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(x)
        x = layers.Conv2D(filters, 3, padding="same")(layers.Concatenate()([x, skip]))
    return keras.Model(image, layers.Conv2D(1, 1)(x))


def valid_windows() -> keras.Model:
    """Windows without padding, margins, and the way up again."""
    image = keras.Input((None, None, 3))
    x = layers.MaxPooling2D(3, 2)(layers.Conv2D(8, 5, strides=2)(image))
    x = layers.UpSampling2D(2)(layers.ZeroPadding2D(((1, 2), (0, 1)))(x))
    x = layers.Conv2D(8, 3, dilation_rate=2)(layers.Cropping2D(1)(x))
    x = layers.AveragePooling2D(2, padding="same")(x)
    x = layers.SeparableConv2D(4, 3, strides=2)(x)
    return keras.Model(image, layers.Conv2DTranspose(4, 3, strides=2)(x))


def transformer() -> keras.Model:
    """Self-attention over an open length."""
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(100, 32)(tokens)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(4, 8)(x, x, use_causal_mask=True))
    x = x + layers.Dense(32)(layers.Dense(64, activation="gelu")(x))
    return keras.Model(tokens, layers.Dense(100)(x))


def short_table() -> keras.Model:
    """Positions that are looked up in a table of 16."""
    tokens = keras.Input((None,), dtype="int32")
    positions = layers.Embedding(16, 8, name="positions")

    class AddPositions(layers.Layer):
        def call(self, x):  # type: ignore[no-untyped-def]  # as users write it
            return x + ops.slice(ops.ones((16, 8)), (0, 0), (ops.shape(x)[1], 8))

    x = AddPositions()(layers.Embedding(50, 8)(tokens))
    return keras.Model(tokens, x + positions(tokens))


def recurrent() -> keras.Model:
    """Loops over an open length, whose results are collected."""
    steps = keras.Input((None, 6))
    x = layers.LSTM(8, return_sequences=True)(steps)
    x = layers.Bidirectional(layers.GRU(4, return_sequences=True))(x)
    return keras.Model(steps, [x, layers.SimpleRNN(5)(x)])


def two_lengths() -> keras.Model:
    """Two inputs of different lengths."""
    first, second = keras.Input((None, 8)), keras.Input((None, 8))
    joined = layers.Concatenate(axis=1)([first, second])
    halved = layers.Conv1D(4, 3, strides=2, padding="same")(joined)
    attended = layers.Attention()([first, second])
    return keras.Model([first, second], [joined, halved, attended, ops.reshape(joined, (-1, 8))])


def causal() -> keras.Model:
    """Dilated causal convolutions, which TensorFlow folds into the batch."""
    x = steps = keras.Input((None, 2))
    for rate in (1, 2, 4):
        x = layers.Conv1D(8, 2, padding="causal", dilation_rate=rate)(x)
    return keras.Model(steps, layers.MaxPooling1D(2)(layers.Conv1D(8, 4, strides=3)(x)))


def sound() -> keras.Model:
    """Windows over raw sound, which no short length admits."""
    x = samples = keras.Input((None, 1))
    for window, stride in ((10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2)):
        x = layers.Conv1D(16, window, strides=stride)(x)
    return keras.Model(samples, x)


def sliced() -> keras.Model:
    """Steps, margins, reshapes and repetitions by operations."""
    image = keras.Input((None, None, 4))
    rows = layers.Reshape((-1, 4))(image)
    columns = ops.transpose(rows, (0, 2, 1))
    outputs = [
        image[:, ::2, 1:-1],
        rows,
        ops.matmul(rows, columns),
        ops.pad(image, ((0, 0), (2, 3), (0, 0), (0, 0))),
        ops.repeat(image, 3, axis=1),
        ops.tile(image, (1, 2, 1, 1)),
        ops.sum(image, axis=1),
    ]
    return keras.Model(image, outputs)


def volume() -> keras.Model:
    """Depth, height and width."""
    x = volume = keras.Input((None, None, None, 1))
    x = layers.MaxPooling3D(2)(layers.Conv3D(4, 3, strides=2, padding="same")(x))
    return keras.Model(volume, layers.GlobalAveragePooling3D(keepdims=True)(x))


MODELS: dict[str, tuple[Callable[[], keras.Model], list[str]]] = {
    "convolutional": (convolutional, ["B×⌈H/64⌉×⌈W/64⌉×64"]),
    "residual": (residual, ["B×⌈H/16⌉×⌈W/16⌉×16"]),
    "u_net": (u_net, ["B×H×W×1"]),
    "valid_windows": (valid_windows, ["B×(2⌈H/8⌉-3)×(2⌈W/8⌉-5)×4"]),
    "transformer": (transformer, ["B×T×100"]),
    "short_table": (short_table, ["B×T×8"]),
    "recurrent": (recurrent, ["B×T×8", "B×5"]),
    "two_lengths": (two_lengths, ["B×(T+T2)×8", "B×⌈(T+T2)/2⌉×4", "B×T×8", "B(T+T2)×8"]),
    "causal": (causal, ["B×(⌈T/6⌉-1)×8"]),
    "sound": (sound, ["B×(⌊(T+240)/320⌋-1)×16"]),
    "sliced": (
        sliced,
        [
            "B×⌈H/2⌉×(W-2)×4",
            "B×HW×4",
            "B×HW×HW",
            "B×(H+5)×W×4",
            "B×3H×W×4",
            "B×2H×W×4",
            "B×W×4",
        ],
    ),
    "volume": (volume, ["B×1×1×1×4"]),
}
"""Models and the shapes of their outputs, by name."""
