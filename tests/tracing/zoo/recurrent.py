"""Recurrent models: loops over time, states, cells of one's own."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from tests.tracing.zoo.examples import Example, by_name


class MinimalCell(layers.Layer):
    """A gated cell that is written out, with two states."""

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units
        self.state_size = [units, units]
        self.gate = layers.Dense(units, activation="sigmoid")
        self.candidate = layers.Dense(units, activation="tanh")

    def call(self, x: Any, states: Any) -> Any:
        fast, slow = states
        joined = ops.concatenate([x, fast], axis=-1)
        gate = self.gate(joined)
        fast = gate * fast + (1 - gate) * self.candidate(joined)
        return fast, [fast, 0.9 * slow + 0.1 * fast]


def custom_cell() -> Example:
    """A cell of one's own in a loop."""
    x = keras.Input((7, 3))
    return keras.Model(x, layers.RNN(MinimalCell(4), return_sequences=True)(x)), None


def stacked_cells() -> Example:
    """Three cells in one loop, two of one's own."""
    x = keras.Input((7, 3))
    cells = [MinimalCell(4), layers.GRUCell(5), MinimalCell(2)]
    return keras.Model(x, layers.RNN(cells)(x)), None


def stateful_recurrent() -> Example:
    """The state is a weight that is written at each call."""
    x = keras.Input(batch_shape=(4, 6, 3))
    y = layers.LSTM(5, stateful=True, return_sequences=True)(x)
    return keras.Model(x, layers.GRU(3, stateful=True)(y)), None


def time_distributed() -> Example:
    """A small network applied to every step."""
    frame = keras.Sequential([layers.Conv2D(4, 3), layers.GlobalAveragePooling2D()])
    x = keras.Input((5, 8, 8, 3))
    return keras.Model(x, layers.LSTM(3)(layers.TimeDistributed(frame)(x))), None


def bidirectional() -> Example:
    """Both directions, with states handed to a decoder."""
    x, y = keras.Input((6, 3), name="source"), keras.Input((4, 3), name="target")
    encoder = layers.Bidirectional(layers.GRU(4, return_state=True, return_sequences=True))
    _, forward, backward = encoder(x)
    state = layers.Concatenate()([forward, backward])
    decoded = layers.GRU(8, return_sequences=True)(y, initial_state=state)
    return keras.Model([x, y], layers.TimeDistributed(layers.Dense(3))(decoded)), None


def unrolled() -> Example:
    """A recurrence without a loop: the cell is called once for each step."""
    x = keras.Input((3, 2))
    return keras.Model(x, layers.SimpleRNN(4, unroll=True)(x)), None


def convolutional_recurrent() -> Example:
    """Convolutions inside the loop."""
    x = keras.Input((4, 6, 6, 2))
    return keras.Model(x, layers.ConvLSTM2D(3, 3, padding="same")(x)), None


def open_time() -> Example:
    """A recurrence over a number of steps that nobody knows."""
    x = keras.Input((None, 3))
    return keras.Model(x, layers.Dense(2)(layers.LSTM(4, return_sequences=True)(x))), None


MODELS = by_name(
    custom_cell,
    stacked_cells,
    stateful_recurrent,
    time_distributed,
    bidirectional,
    unrolled,
    convolutional_recurrent,
    open_time,
)
