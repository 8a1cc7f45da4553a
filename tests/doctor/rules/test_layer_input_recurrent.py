"""Recurrent layers that drop the steps which a later layer needs."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "rnn-list-bidir",
        "missing-return-sequences",
        """
model = keras.Sequential([
    keras.Input((20, 6)),
    layers.Bidirectional(layers.LSTM(8)),  # HERE
    layers.Dropout(0.2),
    layers.Bidirectional(
        layers.GRU(4)
    ),
    layers.Dense(1),
])
""",
        words=("(None, 16)", "(None, 20, 6)"),
        layer="bidirectional",
        edit="layers.Bidirectional(layers.LSTM(8, return_sequences=True)),",
    ),
    Fault(
        "rnn-add-conv1d",
        "missing-return-sequences",
        """
model = keras.Sequential()
model.add(keras.Input((20, 6)))
model.add(layers.GRU(16, dropout=0.1))  # HERE
model.add(layers.LayerNormalization())
model.add(layers.Conv1D(8, 3, padding="same"))
model.add(layers.GlobalAveragePooling1D())
""",
        words=("(None, 16)", "(None, 20, 6)"),
        layer="conv1d",
        edit="model.add(layers.GRU(16, dropout=0.1, return_sequences=True))",
    ),
    Fault(
        "rnn-attention",
        "missing-return-sequences",
        """
inputs = keras.Input((None,), dtype="int32")
x = layers.Embedding(50, 8)(inputs)
enc = layers.LSTM(12)(x)  # HERE
ctx = layers.Attention()([enc, enc])
out = layers.GlobalAveragePooling1D()(ctx)
""",
        words=("(None, 12)", "(None, None, 8)"),
        layer="global_average_pooling1d",
        edit="enc = layers.LSTM(12, return_sequences=True)(x)",
    ),
    Fault(
        "rnn-timedist",
        "missing-return-sequences",
        """
class Tagger(keras.Model):
    def __init__(self, tags):
        super().__init__()
        self.embed = layers.Embedding(100, 8)
        self.rnn = layers.Bidirectional(layers.LSTM(8))  # HERE
        self.head = layers.TimeDistributed(layers.Dense(tags, activation="softmax"))
    def call(self, tokens):
        x = self.embed(tokens)
        x = self.rnn(x)
        return self.head(x)
model = Tagger(5)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.zeros((8, 12), "int32"), np.zeros((8, 12), "int32"), verbose=0)
""",
        words=("(None, 16)", "(None, 12, 8)"),
        layer="bidirectional",
        edit="self.rnn = layers.Bidirectional(layers.LSTM(8, return_sequences=True))",
    ),
    Fault(
        "rnn-pool",
        "missing-return-sequences",
        """
inputs = keras.Input((15, 3))
x = layers.RNN(layers.LSTMCell(9))(inputs)  # HERE
x = layers.Activation("tanh")(x)
x = layers.GlobalMaxPooling1D()(x)
""",
        words=("(None, 9)", "(None, 15, 3)"),
        layer="global_max_pooling1d",
        edit="x = layers.RNN(layers.LSTMCell(9), return_sequences=True)(inputs)",
    ),
    Fault(
        "rnn-loop-cfg",
        "missing-return-sequences",
        """
from dataclasses import dataclass
@dataclass
class Config:
    units: tuple = (32, 16, 8)
    steps: int = 20
def build(cfg):
    inputs = keras.Input((cfg.steps, 4))
    x = inputs
    for units in cfg.units:
        x = layers.LSTM(units)(x)  # HERE
        x = layers.Dropout(0.1)(x)
    return keras.Model(inputs, layers.Dense(1)(x))
m = build(Config())
m.compile("sgd","mse"); m.fit(np.zeros((4,20,4)), np.zeros((4,1)), verbose=0)
""",
        words=("(None, 32)", "(None, 20, 4)"),
        layer="lstm",
        edit="x = layers.LSTM(units, return_sequences=index < len(cfg.units) - 1)(x)",
    ),
    Fault(
        "rnn-loop-enumerate",
        "missing-return-sequences",
        """
sizes = [32, 16]
model = keras.Sequential([keras.Input((20, 4))])
for i, size in enumerate(sizes):
    model.add(layers.GRU(size))  # HERE
model.add(layers.Dense(1))
""",
        words=("(None, 32)", "(None, 20, 4)"),
        layer="gru",
        edit="model.add(layers.GRU(size, return_sequences=i < len(sizes) - 1))",
    ),
    Fault(
        "rnn-loop-range",
        "missing-return-sequences",
        """
def build(depth=3):
    model = keras.Sequential([keras.Input((20, 4))])
    for _ in range(depth):
        model.add(layers.Bidirectional(layers.LSTM(8)))  # HERE
    model.add(layers.Dense(1))
    return model
build()
""",
        words=("(None, 16)", "(None, 20, 4)"),
        layer="bidirectional",
        edit="model.add(layers.Bidirectional(layers.LSTM(8, return_sequences=index < depth - 1)))",
    ),
    Fault(
        "rnn-loop-self",
        "missing-return-sequences",
        """
class Stack(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.rnns = [layers.LSTM(u) for u in units]  # HERE
        self.out = layers.Dense(1)
    def call(self, x):
        for rnn in self.rnns:
            x = rnn(x)
        return self.out(x)
Stack([8, 4])(np.zeros((2, 10, 3), "float32"))
""",
        words=("(2, 8)", "(2, 10, 3)"),
        layer="lstm",
        edit="self.rnns = [layers.LSTM(u, return_sequences=index < len(units) - 1) for index, u in enumerate(units)]",
    ),
    Fault(
        "rnn-loop-append",
        "missing-return-sequences",
        """
class Stack(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.rnns = []
        for u in units:
            self.rnns.append(layers.LSTM(u, name=f"rnn_{u}"))  # HERE
        self.out = layers.Dense(1)
    def call(self, x):
        for rnn in self.rnns:
            x = rnn(x)
        return self.out(x)
m = Stack([8, 4])
m.compile("sgd", "mse")
m.fit(np.zeros((4, 10, 3), "float32"), np.zeros((4, 1)), verbose=0)
""",
        words=("(None, 8)", "(None, 10, 3)"),
        layer="rnn",
        edit='self.rnns.append(layers.LSTM(u, name=f"rnn_{u}", return_sequences=index < len(units) - 1))',
    ),
    Fault(
        "rnn-helper-file",
        "missing-return-sequences",
        """
import keras
from blocks import recurrent, head
inputs = keras.Input((30, 5))
x = recurrent(inputs, 24)
x = recurrent(x, 12)
model = keras.Model(inputs, head(x))
## blocks.py
from keras.layers import LSTM, Dropout, Dense
def recurrent(x, units, rate=0.1):
    x = LSTM(units)(x)  # HERE
    return Dropout(rate)(x)
def head(x):
    return Dense(1)(x)
""",
        words=("(None, 24)", "(None, 30, 5)"),
        layer="lstm",
        edit="x = LSTM(units, return_sequences=return_sequences)(x)",
    ),
    Fault(
        "rnn-helper-param",
        "missing-return-sequences",
        """
import keras
from blocks import recurrent, head
inputs = keras.Input((30, 5))
x = recurrent(inputs, 24)  # HERE
x = recurrent(x, 12)
model = keras.Model(inputs, head(x))
## blocks.py
from keras.layers import LSTM, Dropout, Dense
def recurrent(x, units, sequences=False):
    x = LSTM(units, return_sequences=sequences)(x)
    return Dropout(0.1)(x)
def head(x):
    return Dense(1)(x)
""",
        words=("(None, 24)", "(None, 30, 5)"),
        layer="lstm",
        edit="x = recurrent(inputs, 24, sequences=True)",
    ),
    Fault(
        "rnn-explicit-false",
        "missing-return-sequences",
        """
model = keras.Sequential([
    keras.Input((20, 6)),
    layers.LSTM(8, return_sequences=False),  # HERE
    layers.LSTM(4),
    layers.Dense(1),
])
""",
        words=("(None, 8)", "(None, 20, 6)"),
        layer="lstm",
        edit="layers.LSTM(8, return_sequences=True),",
    ),
    Fault(
        "rnn-userlayer",
        "missing-return-sequences",
        """
class Pool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1)
    def call(self, h):
        w = keras.ops.softmax(self.score(h), axis=1)
        return keras.ops.einsum("bto,btd->bd", w, h)
inputs = keras.Input((15, 3))
x = layers.LSTM(9)(inputs)  # HERE
x = Pool()(x)
model = keras.Model(inputs, layers.Dense(1)(x))
""",
        words=("(None, 9)", "(None, 15, 3)"),
        layer="lstm",
        edit="x = layers.LSTM(9, return_sequences=True)(inputs)",
    ),
    Fault(
        "rnn-convlstm",
        "missing-return-sequences",
        """
model = keras.Sequential([
    keras.Input((5, 16, 16, 1)),
    layers.ConvLSTM2D(8, 3, padding="same"),  # HERE
    layers.BatchNormalization(),
    layers.ConvLSTM2D(4, 3, padding="same"),
    layers.Conv2D(1, 3, padding="same"),
])
""",
        words=("(None, 16, 16, 8)", "(None, 5, 16, 16, 1)"),
        layer="conv_lstm2d",
        edit='layers.ConvLSTM2D(8, 3, padding="same", return_sequences=True),',
    ),
    Fault(
        "rnn-convlstm-conv3d",
        "missing-return-sequences",
        """
inputs = keras.Input((5, 16, 16, 1))
x = layers.ConvLSTM2D(8, 3, padding="same")(inputs)  # HERE
x = layers.Conv3D(1, 3, padding="same")(x)
""",
        words=("(None, 16, 16, 8)", "(None, 5, 16, 16, 1)"),
        layer="conv3d",
        edit='x = layers.ConvLSTM2D(8, 3, padding="same", return_sequences=True)(inputs)',
    ),
    Fault(
        "rnn-helper-lambda",
        "missing-return-sequences",
        """
def lstm(units, **kwargs):
    return layers.LSTM(units, recurrent_dropout=0.0, **kwargs)
model = keras.Sequential([
    keras.Input((20, 6)),
    lstm(8),  # HERE
    lstm(4),
    layers.Dense(1),
])
""",
        words=("(None, 8)", "(None, 20, 6)"),
        layer="lstm",
        edit="lstm(8, return_sequences=True),",
    ),
    Fault(
        "late-consumer",
        "missing-return-sequences",
        """
class WeightedMean(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1)
    def call(self, frames):
        weights = keras.ops.softmax(self.score(frames), axis=1)
        return keras.ops.sum(weights * frames, axis=1)
inputs = keras.Input((20, 6))
x = layers.Bidirectional(layers.GRU(12))(inputs)  # HERE
x = layers.LayerNormalization()(x)
x = WeightedMean()(x)
model = keras.Model(inputs, layers.Dense(3)(x))
""",
        words=("(None, 24)", "last time step"),
        layer="bidirectional",
        edit="layers.GRU(12, return_sequences=True)",
    ),
    Fault(
        "stage-by-loop",
        "missing-return-sequences",
        """
class Tower(keras.Model):
    def __init__(self, depth, units):
        super().__init__()
        self.layers_ = []
        for level in range(depth):
            last = level == depth - 1
            self.layers_.append(layers.LSTM(units, return_sequences=not last))  # HERE
        self.pool = layers.GlobalMaxPooling1D()
        self.head = layers.Dense(1)
    def call(self, x):
        for layer in self.layers_:
            x = layer(x)
        return self.head(self.pool(x))
m = Tower(3, 8)
m.compile("adam", "mse")
m.fit(np.zeros((4, 9, 2)), np.zeros((4, 1)), verbose=0)
""",
        words=("(None, 8)",),
        layer="global_max_pooling1d",
        edit="return_sequences=True",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_fault_is_explained_and_cured(fault: Fault) -> None:
    check(fault)
