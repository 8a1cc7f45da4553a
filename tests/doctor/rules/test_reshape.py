"""Reshapes whose counts of elements differ."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, run_case

pytestmark = pytest.mark.tensorflow

BLOCKS = """
import numpy as np, keras
from keras.layers import Input, Dense, Reshape, LSTM
M = 30
width = 27
signal = Input(shape=(M,))
e = Dense(width)(Dense(M)(signal))
b = Reshape((-1, 12))(e)
"""

CHARACTERS = """
import numpy as np, keras
from keras.layers import *
maxlen, mc, emb, nf = 12, 10, 16, 24
m = keras.Sequential()
m.add(Input((maxlen * mc,)))
m.add(Embedding(70, emb))
m.add(Conv1D(nf, 3))
m.add(MaxPooling1D(2))
m.add(Reshape((maxlen, emb)))
m.add(LSTM(3))
"""

GENERATOR = """
import keras
from keras import layers
def gen(latent, base):
    z = layers.Input((latent,))
    x = layers.Dense(7 * 7 * base)(z)
    x = layers.LeakyReLU()(x)
    x = layers.Reshape((7, 7, 2 * base), name="to_map")(x)
    x = layers.Conv2DTranspose(base, 3, strides=2, padding="same")(x)
    return keras.Model(z, x)
g = gen(10, 64)
"""

BATCH_IN_TARGET = """
import keras
from keras import layers
batch = 32
m = keras.Sequential([layers.Input((784,)), layers.Reshape((batch, 28, 28, 1)), layers.Conv2D(3, 3)])
"""

FACTOR = """
import numpy as np
x = np.zeros((50, 16, 16)); t = np.zeros((20, 16, 16))
n, side = x.shape[0], x.shape[1]
x = x.reshape(n, side * side * side) / 2
"""

ROWS = """
import numpy as np
x = np.zeros((50, 16, 16)); t = np.zeros((20, 16, 16))
def flat(a, n):
    return np.reshape(a, (n, 16 * 16))
x = flat(x, 50)
t = flat(t, 50)
"""

WINDOWS = """
import numpy as np
s = np.arange(1003)
w = s.reshape(-1, 10, 1)
"""

CHANNELS = """
import numpy as np
x = np.zeros((50, 16, 16))
x = x.reshape((50, 16, 16, 3))
"""

HEADS_AT_RUN_TIME = """
import keras, numpy as np
from keras import layers, ops
class Split(layers.Layer):
    def __init__(self, heads, dim):
        super().__init__()
        self.heads = heads
        self.dim = dim
        self.proj = layers.Dense(heads * dim)
    def call(self, x):
        x = self.proj(x)
        b, n = ops.shape(x)[0], x.shape[1]
        return ops.reshape(x, (b, n, self.heads, self.heads))
i = layers.Input((10, 12))
o = Split(4, 8)(i)
o = layers.Flatten()(o)
o = layers.Dense(1)(o)
m = keras.Model(i, o)
m.compile("adam", "mse")
m.fit(np.zeros((6, 10, 12)), np.zeros((6, 1)), verbose=0)
"""

DECODER = """
import keras
from keras import layers, ops
class Decoder(keras.Model):
    def __init__(self, side, filters):
        super().__init__()
        self.side, self.filters = side, filters
        self.fc = layers.Dense(side * side * filters)
        self.up = layers.Conv2DTranspose(1, 3, padding="same")
    def call(self, z):
        h = self.fc(z)
        h = ops.reshape(h, (-1, self.side, self.side, 24))
        return self.up(h)
d = Decoder(4, 16)
import numpy as np
d(np.zeros((5, 3)))
"""

NONE_IN_TARGET = """
import keras
from keras import layers
m = keras.Sequential([layers.Input((28, 28)), layers.Reshape((None, 28, 28, 1)), layers.Conv2D(3, 3)])
"""

TWO_OPEN = """
import keras
from keras import layers
i = layers.Input((12, 12))
o = layers.Reshape((-1, -1, 1))(i)
"""

TENSORFLOW = """
import tensorflow as tf
images = tf.zeros((8, 32, 32, 3))
flat = tf.reshape(images, [8, 32 * 32])
"""

MORE_SAMPLES = """
import numpy as np, keras
x = np.random.rand(40, 10, 6)
y = np.zeros((40,))
x = x.reshape(-1, 10, 3)
m = keras.Sequential([keras.layers.LSTM(3), keras.layers.Dense(1)])
m.compile("adam", "mse")
m.fit(x, y, verbose=0)
"""

SIDE = """
import numpy as np, keras
SIDE = 14
def load():
    x = np.random.rand(40, 28 * 28)
    return x.reshape((-1, SIDE, SIDE, 1)), np.zeros((40,))
def main():
    x, y = load()
    m = keras.Sequential([keras.layers.Conv2D(3, 3), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1)])
    m.compile("adam", "mse")
    m.fit(x=x, y=y, verbose=0)
main()
"""

LEFT_OVER = """
import keras, numpy as np
from keras import layers, ops
class Mixer(layers.Layer):
    def __init__(self, width, groups):
        super().__init__()
        self.groups, self.size = groups, width // groups
        self.inner = layers.Dense(width)
        self.outer = layers.Dense(width)
    def split(self, t):
        return ops.reshape(t, (-1, t.shape[1], self.groups, self.size))
    def call(self, x):
        return self.split(self.inner(x)) + self.split(self.outer(x))
WIDTH = 34
i = layers.Input((6, 5))
o = layers.Flatten()(Mixer(WIDTH, 8)(i))
m = keras.Model(i, o)
m.predict(np.zeros((7, 6, 5)), verbose=0)
"""

SETTING = {
    "train.py": """
import numpy as np
from windows import cut
x = cut(np.zeros((960, 6)))
""",
    "windows.py": """
STEPS = 30
def cut(rows, steps=35):
    return rows.reshape(-1, steps, rows.shape[1])
""",
}

CASES = [
    pytest.param(
        LEFT_OVER,
        "reshape-size",
        14,
        ("34 // 8 = 4, 8 * 4 = 32; 2 of 34 are left over",),
        True,
        id="left-over",
    ),
    pytest.param(SETTING, "reshape-size", 3, ("STEPS = 30",), True, id="setting"),
    pytest.param(
        BLOCKS, "reshape-size", 5, ("27 is not divisible by 12", "change width"), True, id="blocks"
    ),
    pytest.param(
        CHARACTERS,
        "reshape-size",
        10,
        ("59 * 24 = 1416", "12 * 16 = 192", "nf = 24 now, not emb = 16"),
        True,
        id="characters",
    ),
    pytest.param(
        GENERATOR,
        "reshape-size",
        8,
        ("3136", "7 * 7 * 128 = 6272", "holds one factor 2 too many"),
        True,
        id="generator",
    ),
    pytest.param(
        BATCH_IN_TARGET,
        "reshape-size",
        5,
        ("looks like the batch size",),
        True,
        id="batch-in-target",
    ),
    pytest.param(
        FACTOR,
        "reshape-size",
        5,
        ("an image has 16 * 16 = 256 pixels", "16 times too many"),
        True,
        id="factor",
    ),
    pytest.param(ROWS, "reshape-size", 7, ("the array has 20",), True, id="rows"),
    pytest.param(WINDOWS, "reshape-size", 4, ("1003 = 100 * 10 + 3",), True, id="windows"),
    pytest.param(CHANNELS, "reshape-size", 4, ("3 times too many",), True, id="channels"),
    pytest.param(
        HEADS_AT_RUN_TIME,
        "reshape-size",
        13,
        ("10 * 32 = 320", "10 * 4 * 4 = 160"),
        True,
        id="heads-at-run-time",
    ),
    pytest.param(
        DECODER, "reshape-size", 12, ("256 elements per sample", "Dense"), True, id="decoder"
    ),
    pytest.param(
        NONE_IN_TARGET, "reshape-target", 4, ("has None in its target",), True, id="none-in-target"
    ),
    pytest.param(TWO_OPEN, "reshape-target", 5, ("leaves 2 axes open",), True, id="two-open"),
    pytest.param(TENSORFLOW, "reshape-size", 4, ("32 * 32 * 3 = 3072",), True, id="tensorflow"),
    pytest.param(
        MORE_SAMPLES,
        "reshape-rows",
        5,
        ("x has 80 samples and y has 40", "10 * 3 = 30"),
        True,
        id="more-samples",
    ),
    pytest.param(SIDE, "reshape-rows", 3, ("x has 160 samples",), True, id="side"),
]


@pytest.mark.parametrize(("source", "rule", "line", "parts", "is_cured"), CASES)
def test_explains_and_cures(
    source: str | dict[str, str],
    rule: str,
    line: int,
    parts: tuple[str, ...],
    is_cured: bool,
) -> None:
    found = run_case(source)[0]
    text = "\n".join([found.message, *(fact.text for fact in found.evidence)])
    assert found.rule == rule
    assert found.places[0].line == line
    for part in parts:
        assert part in text
    if is_cured:
        assert cures(source, found.fixes[0])
