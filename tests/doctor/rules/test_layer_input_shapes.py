"""Inputs, maps and shared layers that do not fit the layers behind them."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "batch-input-helper",
        "batch-axis-in-input-shape",
        """
import numpy as np
from model import build
x_train = np.zeros((100, 28, 28, 1), "float32")
y_train = np.zeros((100,), "int32")
model = build(x_train.shape)  # HERE
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train, verbose=0)
## model.py
import keras
from keras import layers
def build(shape):
    inputs = keras.Input(shape=shape)
    x = layers.Conv2D(8, 3)(inputs)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(10, activation="softmax")(x))
""",
        words=("(None, 100, 28, 28, 1)", "(100, 28, 28, 1)"),
        layer="conv2d",
        edit="model = build(x_train.shape[1:])",
    ),
    Fault(
        "batch-first-layer",
        "batch-axis-in-input-shape",
        """
x = np.zeros((64, 30, 6), "float32"); y = np.zeros((64, 1))
model = keras.Sequential()
model.add(layers.LSTM(16, input_shape=x.shape))  # HERE
model.add(layers.Dense(1))
model.compile("adam", "mse"); model.fit(x, y, verbose=0)
""",
        words=("(None, 64, 30, 6)", "(64, 30, 6)"),
        layer="lstm",
        edit="model.add(layers.LSTM(16, input_shape=x.shape[1:]))",
    ),
    Fault(
        "batch-cfg",
        "batch-axis-in-input-shape",
        """
from dataclasses import dataclass
@dataclass
class Config:
    batch_size: int = 16
    steps: int = 30
    features: int = 6
cfg = Config()
x = np.zeros((64, cfg.steps, cfg.features), "float32"); y = np.zeros((64, 1))
inputs = keras.Input(shape=(cfg.batch_size, cfg.steps, cfg.features))  # HERE
h = layers.GRU(8)(inputs)
model = keras.Model(inputs, layers.Dense(1)(h))
model.compile("adam", "mse"); model.fit(x, y, batch_size=cfg.batch_size, verbose=0)
""",
        words=("(None, 16, 30, 6)", "(16, 30, 6)"),
        layer="gru",
        edit="inputs = keras.Input(shape=(cfg.steps, cfg.features))",
    ),
    Fault(
        "batch-none",
        "batch-axis-in-input-shape",
        """
inputs = layers.Input(shape=(None, 64, 64, 3))  # HERE
h = layers.Conv2D(8, 3)(inputs)
""",
        words=("(None, None, 64, 64, 3)", "(None, 64, 64, 3)"),
        layer="conv2d",
        edit="inputs = layers.Input(shape=(64, 64, 3))",
    ),
    Fault(
        "lacks-axis-lstm",
        "missing-axis-in-input-shape",
        """
x = np.zeros((64, 30, 6), "float32"); y = np.zeros((64, 1))
n_features = x.shape[2]
inputs = keras.Input(shape=(n_features,))  # HERE
h = layers.Bidirectional(layers.LSTM(8))(inputs)
model = keras.Model(inputs, layers.Dense(1)(h))
model.compile("adam", "mse"); model.fit(x, y, verbose=0)
""",
        words=("(None, 6)", "(64, 30, 6)"),
        layer="bidirectional",
        edit="inputs = keras.Input(shape=(30, n_features))",
    ),
    Fault(
        "lacks-channel",
        "missing-axis-in-input-shape",
        """
def make(size):
    model = keras.Sequential([
        layers.Input((size, size)),  # HERE
        layers.Conv2D(8, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(3, activation="softmax"),
    ])
    return model
x = np.zeros((20, 32, 32), "float32")
model = make(32)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, np.zeros(20, "int32"), verbose=0)
""",
        words=("(None, 32, 32)", "(20, 32, 32)"),
        layer="conv2d",
        edit="layers.Input((size, size, 1)),",
    ),
    Fault(
        "lacks-channel-class",
        "missing-axis-in-input-shape",
        """
import numpy as np
from net import Classifier, Options
x = np.zeros((20, 100), "float32")
clf = Classifier(Options(length=100))
clf.model.compile("adam", "sparse_categorical_crossentropy")
clf.model.fit(x[..., None], np.zeros(20, "int32"), verbose=0)
## net.py
import keras
from keras.layers import Conv1D, Dense, Flatten, Input, MaxPooling1D
class Options:
    def __init__(self, length, filters=8):
        self.length = length
        self.filters = filters
class Classifier:
    def __init__(self, options):
        self.options = options
        self.model = self.build()
    def build(self):
        inputs = Input(shape=(self.options.length,))  # HERE
        x = Conv1D(self.options.filters, 5, activation="relu")(inputs)
        x = MaxPooling1D()(x)
        x = Flatten()(x)
        return keras.Model(inputs, Dense(2, activation="softmax")(x))
""",
        words=("(None, 100)", "(20, 100, 1)"),
        layer="conv1d",
        edit="inputs = Input(shape=(100, 1))",
    ),
    Fault(
        "lacks-input-dim",
        "missing-axis-in-input-shape",
        """
x = np.zeros((64, 12), "float32"); y = np.zeros((64, 1))
model = keras.Sequential()
model.add(layers.Input((12,)))  # HERE
model.add(layers.LSTM(16))
model.add(layers.Dense(1))
model.compile("adam", "mse"); model.fit(x, y, verbose=0)
""",
        words=("(None, 12)", "(64, 12)"),
        layer="lstm",
        edit="model.add(layers.Input((12, 1)))",
    ),
    Fault(
        "neg-loop",
        "map-too-small",
        """
def build(size, widths):
    x = inputs = keras.Input((size, size, 3))
    for w in widths:
        x = layers.Conv2D(w, 3, activation="relu")(x)  # HERE
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    return keras.Model(inputs, layers.Dense(10)(x))
build(32, [16, 32, 64, 128])
""",
        words=("(None, 2, 2, 64)",),
        layer="conv2d",
        edit='x = layers.Conv2D(w, 3, activation="relu", padding="same")(x)',
    ),
    Fault(
        "neg-sub",
        "map-too-small",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.c1 = layers.Conv2D(8, 5, strides=2)
        self.c2 = layers.Conv2D(16, 5, strides=2)
        self.c3 = layers.Conv2D(32, 5)  # HERE
        self.pool = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(2)
    def call(self, x):
        return self.head(self.pool(self.c3(self.c2(self.c1(x)))))
m = Net()
m.compile("adam", "mse")
m.fit(np.zeros((4, 20, 20, 1), "float32"), np.zeros((4, 2)), verbose=0)
""",
        words=("(None, 2, 2, 16)",),
        layer="conv2d",
        edit='self.c3 = layers.Conv2D(32, 5, padding="same")',
    ),
    Fault(
        "neg-cf-data",
        "map-too-small",
        """
inputs = keras.Input((3, 64, 64))  # HERE
x = layers.Conv2D(8, 5, activation="relu")(inputs)
x = layers.MaxPooling2D()(x)
model = keras.Model(inputs, layers.GlobalAveragePooling2D()(x))
""",
        words=("(None, 3, 64, 64)", "(3, 64, 64)"),
        layer="conv2d",
        edit="inputs = keras.Input((64, 64, 3))",
    ),
    Fault(
        "neg-dilated",
        "map-too-small",
        """
model = keras.Sequential([keras.Input((24, 4))])
for rate in (1, 2, 4, 8):
    model.add(layers.Conv1D(8, 3, dilation_rate=rate, activation="relu"))  # HERE
model.add(layers.GlobalMaxPooling1D())
""",
        words=("(None, 10, 8)",),
        layer="conv1d",
        edit='model.add(layers.Conv1D(8, 3, dilation_rate=rate, activation="relu", padding="same"))',
    ),
    Fault(
        "neg-pool-avg",
        "map-too-small",
        """
inputs = keras.Input((28, 28, 1))
x = layers.Conv2D(16, 3, strides=2)(inputs)
x = layers.Conv2D(32, 3, strides=2)(x)
x = layers.AveragePooling2D(7)(x)  # HERE
x = layers.Flatten()(x)
""",
        words=("(None, 6, 6, 32)",),
        layer="average_pooling2d",
        edit='x = layers.AveragePooling2D(7, padding="same")(x)',
    ),
    Fault(
        "flat-functional",
        "flattened-too-early",
        """
inputs = keras.Input((28, 28, 1))
x = layers.Conv2D(16, 3, activation="relu")(inputs)
x = layers.Flatten()(x)  # HERE
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(32, 3, activation="relu")(x)
outputs = layers.Dense(10)(x)
""",
        words=("(None, 10816)", "(None, 26, 26, 16)"),
        layer="max_pooling2d",
        edit="x = layers.MaxPooling2D()(x)",
    ),
    Fault(
        "flat-add",
        "flattened-too-early",
        """
def conv_block(model, f):
    model.add(layers.Conv2D(f, 3, activation="relu"))
    model.add(layers.MaxPooling2D())
model = keras.Sequential()
model.add(keras.Input((32, 32, 3)))
conv_block(model, 8)
model.add(layers.GlobalAveragePooling2D())  # HERE
conv_block(model, 16)
model.add(layers.Dense(4))
""",
        words=("(None, 8)", "(None, 15, 15, 8)"),
        layer="conv2d",
        edit="conv_block(model, 16)",
    ),
    Fault(
        "flat-sub",
        "flattened-too-early",
        """
class M(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv1D(8, 3)
        self.flat = layers.Flatten()  # HERE
        self.rnn = layers.LSTM(4)
        self.out = layers.Dense(1)
    def call(self, x):
        x = self.conv(x)
        x = self.flat(x)
        x = self.rnn(x)
        return self.out(x)
M()(np.zeros((2, 10, 3), "float32"))
""",
        words=("(2, 64)", "(2, 8, 8)"),
        layer="lstm",
        edit="x = self.rnn(x)",
    ),
    Fault(
        "surplus-repeat",
        "surplus-sequence-axis",
        """
inputs = keras.Input((12, 5))
x = layers.LSTM(16, return_sequences=True)(inputs)  # HERE
x = layers.RepeatVector(12)(x)
x = layers.LSTM(16, return_sequences=True)(x)
""",
        words=("(None, 12, 16)", "(None, 12, 5)"),
        layer="repeat_vector",
        edit="x = layers.LSTM(16)(inputs)",
    ),
    Fault(
        "surplus-bidir",
        "surplus-sequence-axis",
        """
class AE(keras.Model):
    def __init__(self, steps, features):
        super().__init__()
        self.enc = layers.Bidirectional(layers.GRU(8, return_sequences=True))  # HERE
        self.drop = layers.Dropout(0.1)
        self.rep = layers.RepeatVector(steps)
        self.dec = layers.GRU(features, return_sequences=True)
    def call(self, x):
        return self.dec(self.rep(self.drop(self.enc(x))))
m = AE(10, 3)
m.compile("adam", "mse"); m.fit(np.zeros((4,10,3)), np.zeros((4,10,3)), verbose=0)
""",
        words=("(None, 10, 16)", "(None, 10, 3)"),
        layer="repeat_vector",
        edit="self.enc = layers.Bidirectional(layers.GRU(8))",
    ),
    Fault(
        "shared-dense",
        "shared-layer-of-other-width",
        """
shared = layers.Dense(16, activation="relu", name="shared")
a = keras.Input((8,), name="a")
b = keras.Input((12,), name="b")
x = layers.concatenate([shared(a), shared(b)])  # HERE
""",
        words=("(None, 8)", "(None, 12)"),
        layer="shared",
        edit='x = layers.concatenate([shared(a), layers.Dense(16, activation="relu")(b)])',
    ),
    Fault(
        "shared-loop",
        "shared-layer-of-other-width",
        """
inputs = keras.Input((32, 32, 3))
conv = layers.Conv2D(16, 3, padding="same", activation="relu")
x = inputs
for _ in range(3):
    x = conv(x)  # HERE
""",
        words=("(None, 32, 32, 3)", "(None, 32, 32, 16)"),
        layer="conv2d",
        edit='x = layers.Conv2D(16, 3, padding="same", activation="relu")(x)',
    ),
    Fault(
        "shared-sub",
        "shared-layer-of-other-width",
        """
class Block(keras.Model):
    def __init__(self):
        super().__init__()
        self.inp = layers.Dense(32)
        self.mid = layers.Dense(64)
        self.out = layers.Dense(1)
    def call(self, x):
        x = self.inp(x)
        x = self.mid(x)
        x = self.mid(x)  # HERE
        return self.out(x)
m = Block()
m.compile("adam", "mse"); m.fit(np.zeros((4, 10)), np.zeros((4, 1)), verbose=0)
""",
        words=("(None, 32)", "(None, 64)"),
        layer="dense",
        edit="x = self.mid_2(x)",
    ),
    Fault(
        "groups-norm",
        "channels-not-divisible",
        """
def norm(x, groups=8):
    return layers.GroupNormalization(groups)(x)  # HERE
inputs = keras.Input((16, 16, 3))
x = layers.Conv2D(20, 3)(inputs)
x = norm(x)
""",
        words=("(None, 14, 14, 20)",),
        layer="group_normalization",
        edit="return layers.GroupNormalization(5)(x)",
    ),
    Fault(
        "groups-conv",
        "bad-argument-value",
        """
class Cfg:
    width = 30
    cardinality = 4
cfg = Cfg()
inputs = keras.Input((16, 16, 3))
x = layers.Conv2D(cfg.width, 1)(inputs)
x = layers.Conv2D(cfg.width, 3, groups=cfg.cardinality, padding="same")(x)  # HERE
""",
        words=(),
        layer="Conv2D",
        edit="width = 32",
    ),
    Fault(
        "shared-argument",
        "shared-layer-of-other-width",
        """
class Side(layers.Layer):
    def __init__(self, encoder, width):
        super().__init__()
        self.encoder = encoder
        self.out = layers.Dense(width)
    def call(self, x):
        return self.out(self.encoder(x))
encoder = layers.Dense(16, activation="relu")
left = Side(encoder, 4)
right = Side(encoder, 4)  # HERE
a, b = keras.Input((5,)), keras.Input((9,))
x = layers.Concatenate()([left(a), right(b)])
""",
        words=("5 channels", "9 channels"),
        layer="dense",
        edit="Side(layers.Dense(16",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_fault_is_explained_and_cured(fault: Fault) -> None:
    check(fault)
