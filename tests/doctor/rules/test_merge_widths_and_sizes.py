"""Branches of different widths, sizes, ranks and axes."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "res-sub",
        "merge-of-different-sizes",
        """
class Residual(layers.Layer):
    def __init__(self, filters, stride=1):
        super().__init__()
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same")
        self.norm = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same")
        self.proj = None
        if stride != 1:
            self.proj = layers.Conv2D(filters, 1)  # HERE
        self.relu = layers.ReLU()
    def call(self, x):
        h = self.relu(self.norm(self.conv1(x)))
        h = self.conv2(h)
        skip = x if self.proj is None else self.proj(x)
        return self.relu(h + skip)
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(16, 3, padding="same")(inputs)
x = Residual(16)(x)
x = Residual(32, stride=2)(x)
""",
        words=("(None, 16, 16, 32)", "(None, 32, 32, 32)"),
        layer="residual",
        edit="self.proj = layers.Conv2D(filters, 1, strides=stride)",
    ),
    Fault(
        "res-sub-nopproj",
        "merge-of-different-sizes",
        """
class Residual(layers.Layer):
    def __init__(self, filters, in_filters, stride=1):
        super().__init__()
        self.conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same")
        self.conv2 = layers.Conv2D(filters, 3, padding="same")
        self.proj = layers.Conv2D(filters, 1, strides=stride) if in_filters != filters else None  # HERE
    def call(self, x):
        h = self.conv2(keras.activations.relu(self.conv1(x)))
        if self.proj is not None:
            x = self.proj(x)
        return keras.activations.relu(layers.add([h, x]))
inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(32, 3, padding="same")(inputs)
x = Residual(32, 32)(x)
x = Residual(32, 32, stride=2)(x)
""",
        words=("(None, 16, 16, 32)", "(None, 32, 32, 32)"),
        layer="add",
        edit="self.proj = layers.Conv2D(filters, 1, strides=stride) if stride != 1 or in_filters != filters else None",
    ),
    Fault(
        "bottleneck",
        "merge-of-different-widths",
        """
def bottleneck(x, filters, stride=1, project=False):
    skip = x
    h = layers.Conv2D(filters, 1, strides=stride)(x)
    h = layers.ReLU()(h)
    h = layers.Conv2D(filters, 3, padding="same")(h)
    h = layers.Conv2D(filters * 4, 1)(h)
    if project:
        skip = layers.Conv2D(filters, 1, strides=stride)(skip)  # HERE
    return layers.ReLU()(layers.Add()([h, skip]))
inputs = keras.Input((64, 64, 3))
x = layers.Conv2D(64, 7, strides=2, padding="same")(inputs)
x = bottleneck(x, 64, project=True)
x = bottleneck(x, 64)
""",
        words=("(None, 32, 32, 256)", "(None, 32, 32, 64)"),
        layer="add",
        edit="skip = layers.Conv2D(filters * 4, 1, strides=stride)(skip)",
    ),
    Fault(
        "dense-width",
        "merge-of-different-widths",
        """
from dataclasses import dataclass
@dataclass
class Config:
    dim: int = 32
    hidden: int = 128
    max_len: int = 48
    heads: int = 4
class Block(layers.Layer):
    def __init__(self, cfg):
        super().__init__()
        self.attn = layers.MultiHeadAttention(cfg.heads, cfg.dim // cfg.heads)
        self.up = layers.Dense(cfg.hidden, activation="gelu")
        self.down = layers.Dense(48)  # HERE
    def call(self, x):
        x = x + self.attn(x, x)
        return x + self.down(self.up(x))
cfg = Config()
inputs = keras.Input((cfg.max_len,), dtype="int32")
x = layers.Embedding(1000, cfg.dim)(inputs)
x = Block(cfg)(x)
""",
        words=("(None, 48, 32)", "(None, 48, 48)"),
        layer="block",
        edit="self.down = layers.Dense(cfg.dim)",
    ),
    Fault(
        "dense-width-coincidence",
        "merge-of-different-widths",
        """
from dataclasses import dataclass
@dataclass
class Config:
    max_len: int = 32
    dim: int = 32
    batch: int = 32
def mlp(x, cfg, hidden=64):
    h = layers.Dense(hidden, activation="relu")(x)
    h = layers.Dense(hidden)(h)  # HERE
    return layers.add([x, h])
cfg = Config()
inputs = keras.Input((cfg.max_len, 5))
x = layers.Dense(cfg.dim)(inputs)
x = mlp(x, cfg)
""",
        words=("(None, 32, 32)", "(None, 32, 64)"),
        layer="add",
        edit="h = layers.Dense(cfg.dim)(h)",
    ),
    Fault(
        "unet-odd",
        "merge-of-different-sizes",
        """
SIZE = 100  # HERE
DEPTH = 3
def down(x, f):
    c = layers.Conv2D(f, 3, padding="same", activation="relu")(x)
    return c, layers.MaxPooling2D()(c)
def up(x, skip, f):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skip])
    return layers.Conv2D(f, 3, padding="same", activation="relu")(x)
inputs = keras.Input((SIZE, SIZE, 1))
x = inputs
skips = []
for level in range(DEPTH):
    s, x = down(x, 8 * 2 ** level)
    skips.append(s)
x = layers.Conv2D(64, 3, padding="same")(x)
for level in reversed(range(DEPTH)):
    x = up(x, skips[level], 8 * 2 ** level)
model = keras.Model(inputs, layers.Conv2D(1, 1)(x))
model.compile("adam", "mse")
model.fit(np.zeros((2, SIZE, SIZE, 1)), np.zeros((2, SIZE, SIZE, 1)), verbose=0)
""",
        words=("(None, 24, 24, 64)", "(None, 25, 25, 32)"),
        layer="concatenate",
        edit="SIZE = 104",
    ),
    Fault(
        "unet-1d",
        "merge-of-different-sizes",
        """
def build(length=250):
    inputs = keras.Input((length, 2))
    c1 = layers.Conv1D(8, 5, padding="same", activation="relu")(inputs)
    p1 = layers.MaxPooling1D(2)(c1)
    c2 = layers.Conv1D(16, 5, padding="same", activation="relu")(p1)
    p2 = layers.MaxPooling1D(2)(c2)
    b = layers.Conv1D(32, 5, padding="same")(p2)
    u2 = layers.Conv1DTranspose(16, 2, strides=2)(b)
    m2 = layers.concatenate([u2, c2])
    u1 = layers.Conv1DTranspose(8, 2, strides=2)(m2)
    m1 = layers.concatenate([u1, c1])
    return keras.Model(inputs, layers.Conv1D(1, 1)(m1))
build()  # HERE
""",
        words=("(None, 124, 16)", "(None, 125, 16)"),
        layer="concatenate",
        edit="build(length=252)",
    ),
    Fault(
        "unet-stride-same",
        "merge-of-different-sizes",
        """
class UNet(keras.Model):
    def __init__(self, widths=(8, 16, 32)):
        super().__init__()
        self.downs = [layers.Conv2D(w, 3, strides=2, padding="same", activation="relu") for w in widths]
        self.ups = [layers.Conv2DTranspose(w, 3, strides=2, padding="same", activation="relu") for w in reversed(widths[:-1])]
        self.head = layers.Conv2DTranspose(1, 3, strides=2, padding="same")
    def call(self, x):
        skips = []
        for conv in self.downs:
            x = conv(x)
            skips.append(x)
        for conv, skip in zip(self.ups, reversed(skips[:-1])):
            x = conv(x)
            x = keras.ops.concatenate([x, skip], axis=-1)
        return self.head(x)
size = 50  # HERE
model = UNet()
model.compile("adam", "mse")
model.fit(np.zeros((2, size, size, 3), "float32"), np.zeros((2, size, size, 1), "float32"), verbose=0)
""",
        words=("(None, 14, 14, 16)", "(None, 13, 13, 16)"),
        layer="u_net",
        edit="size = 56",
    ),
    Fault(
        "unet-3d",
        "merge-of-different-sizes",
        """
inputs = keras.Input((20, 36, 36, 1))
a = layers.Conv3D(4, 3, padding="same")(inputs)
x = layers.MaxPooling3D()(a)
b = layers.Conv3D(8, 3, padding="same")(x)
x = layers.MaxPooling3D()(b)
x = layers.Conv3D(8, 3, padding="same")(x)
x = layers.UpSampling3D()(x)
x = layers.concatenate([x, b])
x = layers.Conv3D(8, 3)(x)  # HERE
x = layers.UpSampling3D()(x)
x = layers.concatenate([x, a])
""",
        words=("(None, 16, 32, 32, 8)", "(None, 20, 36, 36, 4)"),
        layer="concatenate",
        edit='x = layers.Conv3D(8, 3, padding="same")(x)',
    ),
    Fault(
        "inception-valid",
        "merge-of-different-sizes",
        """
def inception(x, f):
    a = layers.Conv2D(f, 1, activation="relu")(x)
    b = layers.Conv2D(f, 3, padding="same", activation="relu")(x)
    c = layers.Conv2D(f, 5, activation="relu")(x)  # HERE
    return layers.Concatenate()([a, b, c])
inputs = keras.Input((28, 28, 16))
x = inception(inputs, 8)
""",
        words=("(None, 28, 28, 8)", "(None, 24, 24, 8)"),
        layer="concatenate",
        edit='c = layers.Conv2D(f, 5, activation="relu", padding="same")(x)',
    ),
    Fault(
        "inception-pool",
        "merge-of-different-sizes",
        """
def inception(x, f):
    a = layers.Conv2D(f, 1, activation="relu")(x)
    b = layers.Conv2D(f, 3, padding="same", activation="relu")(x)
    c = layers.MaxPooling2D(3)(x)  # HERE
    c = layers.Conv2D(f, 1)(c)
    return layers.Concatenate()([a, b, c])
inputs = keras.Input((28, 28, 16))
x = inception(inputs, 8)
""",
        words=("(None, 28, 28, 8)", "(None, 9, 9, 8)"),
        layer="concatenate",
        edit='c = layers.MaxPooling2D(3, padding="same", strides=1)(x)',
    ),
    Fault(
        "conv-widths",
        "merge-of-different-widths",
        """
class Net(keras.Model):
    def __init__(self, width):
        super().__init__()
        self.a = layers.Conv1D(width, 3, padding="same")
        self.b = layers.Conv1D(2 * width, 3, padding="same")  # HERE
    def call(self, x):
        h = self.a(x)
        return self.b(h) + h
m = Net(16)
m(np.zeros((1, 20, 4), "float32"))
""",
        words=("(1, 20, 32)", "(1, 20, 16)"),
        layer="net",
        edit='self.b = layers.Conv1D(width, 3, padding="same")',
    ),
    Fault(
        "gate-width",
        "merge-of-different-widths",
        """
def se(x, ratio=4):
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D()(x)
    s = layers.Dense(channels // ratio, activation="relu")(s)
    s = layers.Dense(channels // ratio, activation="sigmoid")(s)  # HERE
    s = layers.Reshape((1, 1, channels // ratio))(s)
    return layers.Multiply()([x, s])
inputs = keras.Input((16, 16, 32))
se(inputs)
""",
        words=("(None, 16, 16, 32)", "(None, 1, 1, 8)"),
        layer="multiply",
        edit='s = layers.Dense(channels, activation="sigmoid")(s)',
    ),
    Fault(
        "gate-average",
        "merge-of-different-widths",
        """
inputs = keras.Input((10,))
a = layers.Dense(16)(inputs)
b = layers.Dense(24)(inputs)  # HERE
c = layers.Dense(16)(inputs)
x = layers.Average()([a, b, c])
""",
        words=("(None, 16)", "(None, 24)"),
        layer="average",
        edit="b = layers.Dense(16)(inputs)",
    ),
    Fault(
        "max3",
        "merge-of-different-widths",
        """
units = 20
inputs = keras.Input((10,))
outs = [layers.Dense(n)(inputs) for n in (20, 20, 12)]  # HERE
x = layers.Maximum()(outs)
""",
        words=("(None, 20)", "(None, 12)"),
        layer="maximum",
        edit="outs = [layers.Dense(n)(inputs) for n in (20, 20, 20)]",
    ),
    Fault(
        "concat-odd-one",
        "merge-of-different-sizes",
        """
inputs = keras.Input((32, 32, 3))
a = layers.Conv2D(8, 3)(inputs)  # HERE
b = layers.Conv2D(8, 3, padding="same")(inputs)
c = layers.Conv2D(8, 5, padding="same")(inputs)
d = layers.AveragePooling2D(3, strides=1, padding="same")(inputs)
x = layers.Concatenate()([a, b, c, d])
""",
        words=("(None, 32, 32, 8)", "(None, 30, 30, 8)"),
        layer="concatenate",
        edit='a = layers.Conv2D(8, 3, padding="same")(inputs)',
    ),
    Fault(
        "fpn",
        "merge-of-different-sizes",
        """
inputs = keras.Input((60, 60, 3))  # HERE
c3 = layers.Conv2D(16, 3, strides=2, padding="same")(inputs)
c4 = layers.Conv2D(32, 3, strides=2, padding="same")(c3)
c5 = layers.Conv2D(64, 3, strides=2, padding="same")(c4)
p5 = layers.Conv2D(32, 1)(c5)
p4 = layers.Add()([layers.UpSampling2D()(p5), layers.Conv2D(32, 1)(c4)])
""",
        words=("(None, 16, 16, 32)", "(None, 15, 15, 32)"),
        layer="add",
        edit="inputs = keras.Input((64, 64, 3))",
    ),
    Fault(
        "fpn-width",
        "merge-of-different-widths",
        """
FEATURES = 32  # HERE
def lateral(x):
    return layers.Conv2D(FEATURES, 1)(x)
inputs = keras.Input((64, 64, 3))
c3 = layers.Conv2D(16, 3, strides=2, padding="same")(inputs)
c4 = layers.Conv2D(24, 3, strides=2, padding="same")(c3)
p4 = lateral(c4)
p3 = layers.UpSampling2D()(p4) + c3
""",
        words=("(None, 32, 32, 32)", "(None, 32, 32, 16)"),
        layer="add",
        edit="FEATURES = 16",
    ),
    Fault(
        "dense-concat-rank",
        "merge-of-different-ranks",
        """
def build(seq_len, n_meta):
    seq = keras.Input((seq_len, 4), name="seq")
    meta = keras.Input((n_meta,), name="meta")
    h = layers.LSTM(16, return_sequences=True)(seq)
    x = layers.concatenate([h, meta])  # HERE
    return keras.Model([seq, meta], layers.Dense(1)(x))
build(20, 5)
""",
        words=("(None, 20, 16)", "(None, 5)"),
        layer="concatenate",
        edit="x = layers.concatenate([layers.Flatten()(h), meta])",
    ),
    Fault(
        "concat-axis0",
        "concatenation-axis",
        """
a = keras.Input((10, 8))
b = keras.Input((6, 8))
x = layers.Concatenate()([a, b])  # HERE
x = layers.LSTM(4)(x)
""",
        words=("(None, 10, 8)", "(None, 6, 8)"),
        layer="concatenate",
        edit="x = layers.Concatenate(axis=1)([a, b])",
    ),
    Fault(
        "embed-concat",
        "sequence-joined-with-single-step",
        """
tok = keras.Input((12,), dtype="int32")
cat = keras.Input((1,), dtype="int32")
e = layers.Embedding(100, 16)(tok)
c = layers.Embedding(5, 4)(cat)
x = layers.Concatenate()([e, c])  # HERE
""",
        words=("(None, 12, 16)", "(None, 1, 4)"),
        layer="concatenate",
        edit="x = layers.Concatenate()([e, layers.RepeatVector(12)(layers.Flatten()(c))])",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_the_fault_is_explained_and_cured(fault: Fault) -> None:
    check(fault)
