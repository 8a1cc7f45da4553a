"""Merges in networks of several parts: encoders and decoders, blocks, towers."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "tr-nostride",
        "merge-of-different-sizes",
        """
def up(x, skip, f):
    x = layers.Conv2DTranspose(f, 3, padding="same")(x)  # HERE
    x = layers.concatenate([x, skip])
    return layers.Conv2D(f, 3, padding="same")(x)
inputs = keras.Input((64, 64, 3))
a = layers.Conv2D(8, 3, padding="same")(inputs)
b = layers.Conv2D(16, 3, padding="same")(layers.MaxPooling2D()(a))
c = layers.Conv2D(32, 3, padding="same")(layers.MaxPooling2D()(b))
x = up(c, b, 16)
x = up(x, a, 8)
""",
        words=("(None, 16, 16, 16)", "(None, 32, 32, 16)"),
        layer="concatenate",
        edit='x = layers.Conv2DTranspose(f, 3, padding="same", strides=2)(x)',
    ),
    Fault(
        "tr-valid",
        "merge-of-different-sizes",
        """
inputs = keras.Input((64, 64, 3))
a = layers.Conv2D(8, 3, padding="same")(inputs)
b = layers.Conv2D(16, 3, strides=2, padding="same")(a)
x = layers.Conv2DTranspose(8, 3, strides=2)(b)  # HERE
x = layers.Add()([x, a])
""",
        words=("(None, 65, 65, 8)", "(None, 64, 64, 8)"),
        layer="add",
        edit='x = layers.Conv2DTranspose(8, 3, strides=2, padding="same")(b)',
    ),
    Fault(
        "skip-order",
        "merge-of-different-sizes",
        """
class Net(keras.Model):
    def __init__(self, widths):
        super().__init__()
        self.encoder = [layers.Conv2D(w, 3, padding="same") for w in widths]
        self.decoder = [layers.Conv2D(w, 3, padding="same") for w in reversed(widths)]
        self.pool = layers.MaxPooling2D()
        self.up = layers.UpSampling2D()
    def call(self, x):
        skips = []
        for conv in self.encoder:
            x = conv(x)
            skips.append(x)
            x = self.pool(x)
        for conv, skip in zip(self.decoder, skips):  # HERE
            x = self.up(x)
            x = layers.concatenate([x, skip])
            x = conv(x)
        return x
m = Net([8, 16, 32])
m(np.zeros((1, 64, 64, 1), "float32"))
""",
        words=("(1, 16, 16, 32)", "(1, 64, 64, 8)"),
        layer="concatenate",
        edit="for conv, skip in zip(self.decoder, reversed(skips)):",
    ),
    Fault(
        "skip-pop0",
        "merge-of-different-sizes",
        """
inputs = keras.Input((64, 64, 1))
x = inputs
skips = []
for w in (8, 16):
    x = layers.Conv2D(w, 3, padding="same")(x)
    skips.append(x)
    x = layers.MaxPooling2D()(x)
for w in (16, 8):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skips.pop(0)])  # HERE
""",
        words=("(None, 32, 32, 16)", "(None, 64, 64, 8)"),
        layer="concatenate",
        edit="x = layers.Concatenate()([x, skips.pop()])",
    ),
    Fault(
        "pool4",
        "merge-of-different-sizes",
        """
inputs = keras.Input((64, 64, 1))
a = layers.Conv2D(8, 3, padding="same")(inputs)
p = layers.MaxPooling2D(4)(a)
b = layers.Conv2D(8, 3, padding="same")(p)
u = layers.UpSampling2D()(b)  # HERE
x = layers.Concatenate()([u, a])
""",
        words=("(None, 32, 32, 8)", "(None, 64, 64, 8)"),
        layer="concatenate",
        edit="u = layers.UpSampling2D(size=4)(b)",
    ),
    Fault(
        "cf-res",
        "merge-of-different-widths",
        """
def block(x, f):
    h = layers.Conv2D(f, 3, padding="same", data_format="channels_first", activation="relu")(x)
    h = layers.Conv2D(f * 2, 3, padding="same", data_format="channels_first")(h)  # HERE
    return layers.add([x, h])
inputs = keras.Input((3, 32, 32))
x = layers.Conv2D(16, 3, padding="same", data_format="channels_first")(inputs)
x = block(x, 16)
""",
        words=("(None, 16, 32, 32)", "(None, 32, 32, 32)"),
        layer="add",
        edit='layers.Conv2D(f, 3, padding="same", data_format="channels_first")(h)',
    ),
    Fault(
        "cf-unet",
        "merge-of-different-sizes",
        """
inputs = keras.Input((3, 50, 50))  # HERE
a = layers.Conv2D(8, 3, padding="same", data_format="channels_first")(inputs)
p = layers.MaxPooling2D(data_format="channels_first")(a)
p = layers.MaxPooling2D(data_format="channels_first")(p)
u = layers.UpSampling2D(4, data_format="channels_first")(p)
x = layers.Concatenate(axis=1)([a, u])
""",
        words=("(None, 8, 50, 50)", "(None, 8, 48, 48)"),
        layer="concatenate",
        edit="inputs = keras.Input((3, 52, 52))",
    ),
    Fault(
        "tcn",
        "merge-of-different-sizes",
        """
def tcn_block(x, filters, dilation):
    h = layers.Conv1D(filters, 3, dilation_rate=dilation, padding="causal", activation="relu")(x)
    h = layers.Conv1D(filters, 3, dilation_rate=dilation)(h)  # HERE
    if x.shape[-1] != filters:
        x = layers.Conv1D(filters, 1)(x)
    return layers.add([x, h])
inputs = keras.Input((100, 4))
x = inputs
for d in (1, 2, 4):
    x = tcn_block(x, 16, d)
""",
        words=("(None, 100, 16)", "(None, 98, 16)"),
        layer="add",
        edit='h = layers.Conv1D(filters, 3, dilation_rate=dilation, padding="causal")(h)',
    ),
    Fault(
        "res-ifelse",
        "merge-of-different-sizes",
        """
def block(x, filters, strides=1):
    in_filters = x.shape[-1]
    h = layers.Conv2D(filters, 3, strides=strides, padding="same", activation="relu")(x)
    h = layers.Conv2D(filters, 3, padding="same")(h)
    shortcut = x if in_filters == filters else layers.Conv2D(filters, 1, strides=strides)(x)  # HERE
    return layers.ReLU()(layers.Add()([shortcut, h]))
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same")(inputs)
x = block(x, 32, strides=2)
x = block(x, 32, strides=2)
""",
        words=("(None, 16, 16, 32)", "(None, 8, 8, 32)"),
        layer="add",
        edit="shortcut = x if strides == 1 and in_filters == filters else layers.Conv2D(filters, 1, strides=strides)(x)",
    ),
    Fault(
        "res-ifelse-stmt",
        "merge-of-different-sizes",
        """
def block(x, filters, down=False):
    stride = 2 if down else 1
    h = layers.Conv2D(filters, 3, strides=stride, padding="same", activation="relu")(x)
    h = layers.Conv2D(filters, 3, padding="same")(h)
    if x.shape[-1] == filters:  # HERE
        shortcut = x
    else:
        shortcut = layers.Conv2D(filters, 1, strides=stride)(x)
    return layers.ReLU()(h + shortcut)
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same")(inputs)
x = block(x, 16, down=True)
""",
        words=("(None, 16, 16, 16)", "(None, 32, 32, 16)"),
        layer="add",
        edit="if stride == 1 and x.shape[-1] == filters:",
    ),
    Fault(
        "res-valid",
        "merge-of-different-sizes",
        """
class Res(layers.Layer):
    def __init__(self, f):
        super().__init__()
        self.c1 = layers.Conv2D(f, 3, padding="same", activation="relu")
        self.c2 = layers.Conv2D(f, 3)  # HERE
        self.add = layers.Add()
    def call(self, x):
        return self.add([x, self.c2(self.c1(x))])
model = keras.Sequential([keras.Input((20, 20, 8)), Res(8), layers.GlobalAveragePooling2D(), layers.Dense(2)])
""",
        words=("(None, 20, 20, 8)", "(None, 18, 18, 8)"),
        layer="add",
        edit='self.c2 = layers.Conv2D(f, 3, padding="same")',
    ),
    Fault(
        "se-sub",
        "merge-of-different-widths",
        """
class SE(layers.Layer):
    def __init__(self, ratio=4):
        super().__init__()
        self.ratio = ratio
        self.pool = layers.GlobalAveragePooling2D(keepdims=True)
    def build(self, shape):
        c = shape[-1]
        self.d1 = layers.Dense(c // self.ratio, activation="relu")
        self.d2 = layers.Dense(c // 2, activation="sigmoid")  # HERE
    def call(self, x):
        return x * self.d2(self.d1(self.pool(x)))
inputs = keras.Input((8, 8, 32))
x = SE()(inputs)
""",
        words=("(None, 8, 8, 32)", "(None, 1, 1, 16)"),
        layer="se",
        edit='self.d2 = layers.Dense(c, activation="sigmoid")',
    ),
    Fault(
        "mha-residual",
        "merge-of-different-widths",
        """
import numpy as np
from config import ModelConfig
from model import build
cfg = ModelConfig(width=64)
model = build(cfg, 200)
model.compile("adam", "binary_crossentropy")
## config.py
from dataclasses import dataclass
@dataclass(frozen=True)
class ModelConfig:
    width: int = 48
    heads: int = 4
    ff: int = 96
    batch_size: int = 64
    depth: int = 2
## model.py
import keras
from keras import layers
class Encoder(layers.Layer):
    def __init__(self, cfg, **kwargs):
        super().__init__(**kwargs)
        self.attention = layers.MultiHeadAttention(cfg.heads, cfg.width // cfg.heads)
        self.norm1 = layers.LayerNormalization()
        self.norm2 = layers.LayerNormalization()
        self.ffn = keras.Sequential([
            layers.Dense(cfg.ff, activation="gelu"),
            layers.Dense(cfg.ff),  # HERE
        ])
    def call(self, x):
        x = self.norm1(x + self.attention(x, x))
        return self.norm2(x + self.ffn(x))
def build(cfg, vocabulary):
    tokens = keras.Input((None,), dtype="int32")
    x = layers.Embedding(vocabulary, cfg.width)(tokens)
    for index in range(cfg.depth):
        x = Encoder(cfg, name=f"encoder_{index}")(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(tokens, layers.Dense(1, activation="sigmoid")(x))
""",
        words=("(None, None, 64)", "(None, None, 96)"),
        layer="encoder",
        edit="layers.Dense(cfg.width),",
    ),
    Fault(
        "subtract-siamese",
        "merge-of-different-widths",
        """
def tower(shape, units, name):
    i = keras.Input(shape)
    h = layers.Dense(64, activation="relu")(i)
    return keras.Model(i, layers.Dense(units)(h), name=name)
a = keras.Input((10,)); b = keras.Input((12,))
ta = tower((10,), 32, "user")
tb = tower((12,), 24, "item")  # HERE
d = layers.Subtract()([ta(a), tb(b)])
""",
        words=("(None, 32)", "(None, 24)"),
        layer="subtract",
        edit='tb = tower((12,), 32, "item")',
    ),
    Fault(
        "unet-rect-cfg",
        "merge-of-different-sizes",
        """
import numpy as np
import keras
from settings import Settings
from nets import unet
s = Settings()
model = unet(s)
model.compile("adam", "mse")
x = np.zeros((4, s.height, s.width, 1)); model.fit(x, x, batch_size=2, verbose=0)
## settings.py
class Settings:
    height = 64
    width = 100  # HERE
    levels = 3
## nets.py
import keras
from keras.layers import *
def unet(s):
    x = inputs = Input((s.height, s.width, 1))
    skips = []
    for level in range(s.levels):
        x = Conv2D(8 << level, 3, padding="same", activation="relu")(x)
        skips += [x]
        x = AveragePooling2D(2)(x)
    for skip in skips[::-1]:
        x = Conv2DTranspose(skip.shape[-1], 2, strides=2)(x)
        x = Concatenate()([skip, x])
    return keras.Model(inputs, Conv2D(1, 1)(x))
""",
        words=("(None, 16, 25, 32)", "(None, 16, 24, 32)"),
        layer="concatenate",
        edit="width = 104",
    ),
    Fault(
        "size-of-a-product",
        "merge-of-different-sizes",
        """
from dataclasses import dataclass
@dataclass
class Recording:
    rate: int = 50  # HERE
    seconds: int = 3
    @property
    def samples(self):
        return self.rate * self.seconds
recording = Recording()
inputs = keras.Input((recording.samples, 1))
a = layers.Conv1D(8, 5, padding="same")(inputs)
x = layers.MaxPooling1D(2)(a)
b = layers.Conv1D(8, 5, padding="same")(x)
x = layers.MaxPooling1D(2)(b)
x = layers.UpSampling1D(2)(x)
x = layers.Concatenate()([x, b])
x = layers.UpSampling1D(2)(x)
x = layers.Concatenate()([x, a])
""",
        words=("75 is odd", "multiple of 4"),
        layer="concatenate",
        edit="rate: int = 52",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_fault_is_explained_and_cured(fault: Fault) -> None:
    check(fault)
