"""Products: transpositions, letters, axes and widths."""

# ruff: noqa: E501 - programs as their users wrote them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, diagnose

pytestmark = pytest.mark.tensorflow

SPLIT_HEADS = """\
import numpy as np
import keras
from keras import layers, ops

class MultiHead(layers.Layer):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.depth = heads, width // heads
        self.wq = layers.Dense(width)
        self.wk = layers.Dense(width)
        self.wv = layers.Dense(width)

    def split(self, t):
        t = ops.reshape(t, (-1, t.shape[1], self.heads, self.depth))
        return ops.transpose(t, (0, 2, 1, 3))

    def call(self, x):
        q = self.split(self.wq(x))
        k = self.split(self.wk(x))
        v = self.split(self.wv(x))
        scores = q @ k
        scores = ops.softmax(scores / self.depth ** 0.5)
        out = ops.transpose(scores @ v, (0, 2, 1, 3))
        return ops.reshape(out, (-1, x.shape[1], self.heads * self.depth))

inp = keras.Input((20, 8))
h = MultiHead(32, 4)(inp)
h = layers.GlobalMaxPooling1D()(h)
model = keras.Model(inp, layers.Dense(1)(h))
model.compile("adam", "mse")
model.fit(np.random.rand(16, 20, 8), np.random.rand(16), verbose=0)
"""

TENSORFLOW = """\
import numpy as np
import keras
from keras import layers, ops

import tensorflow as tf
class Pointer(keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(12)
        self.b = layers.Dense(12)
        self.out = layers.Dense(3)
    def call(self, x):
        query = self.a(x)
        keys = self.b(x)
        logits = tf.matmul(query, keys)
        return self.out(tf.reduce_mean(logits, axis=1))
m = Pointer()
m.compile("adam", "mse")
m.fit(np.random.rand(16, 7, 5), np.random.rand(16, 3), verbose=0)
"""

WIDTHS = """\
import numpy as np
import keras
from keras import layers, ops

class Match(layers.Layer):
    def __init__(self, units, key_units):
        super().__init__()
        self.a = layers.Dense(units)
        self.b = layers.Dense(key_units)
    def call(self, inputs):
        left, right = inputs
        left = self.a(left)
        right = self.b(right)
        return ops.matmul(left, ops.swapaxes(right, 1, 2))
a = keras.Input((6, 10)); b = keras.Input((9, 10))
s = Match(24, 20)([a, b])
model = keras.Model([a, b], layers.Flatten()(s))
model.predict([np.zeros((2, 6, 10)), np.zeros((2, 9, 10))], verbose=0)
"""

DOT_AXES = """\
import numpy as np
import keras
from keras import layers, ops

q = keras.Input((12, 16)); d = keras.Input((40, 16))
scores = layers.Dot(axes=1)([q, d])
out = layers.Dense(1)(layers.GlobalMaxPooling1D()(scores))
model = keras.Model([q, d], out)
model.compile("adam", "mse")
model.fit([np.random.rand(8, 12, 16), np.random.rand(8, 40, 16)], np.random.rand(8), verbose=0)
"""

LETTERS = """\
import numpy as np
import keras
from keras import layers, ops

class Bilinear(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(self.units, input_shape[-1]), name="w")
    def call(self, x):
        return ops.einsum("btd,du->btu", x, self.w)
inp = keras.Input((5, 12))
h = Bilinear(7)(inp)
model = keras.Model(inp, layers.Flatten()(h))
model.predict(np.zeros((2, 5, 12)), verbose=0)
"""

KERNEL_BY_STEPS = """\
import numpy as np
import keras
from keras import layers, ops

class Graph(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[1], self.units), initializer="glorot_uniform", name="kernel")
        self.bias = self.add_weight(shape=(self.units,), name="bias")
    def call(self, nodes):
        return ops.matmul(nodes, self.kernel) + self.bias
inp = keras.Input((30, 9))
h = Graph(16)(inp)
model = keras.Model(inp, layers.Dense(1)(layers.Flatten()(h)))
model.compile("adam", "mse")
model.fit(np.random.rand(8, 30, 9), np.random.rand(8), verbose=0)
"""

IN_A_HELPER = """\
import numpy as np
import keras
from keras import layers, ops

def score(query, memory, scale):
    return ops.matmul(query, memory) / scale

class Reader(layers.Layer):
    def __init__(self, width=20):
        super().__init__()
        self.width = width
        self.proj = layers.Dense(width)
    def call(self, x):
        h = self.proj(x)
        attn = ops.softmax(score(h, h, self.width ** 0.5))
        return ops.matmul(attn, h)
inp = keras.Input((15, 6))
model = keras.Sequential([inp, Reader(), layers.Flatten(), layers.Dense(2)])
model.predict(np.zeros((3, 15, 6)), verbose=0)
"""

ADJACENCY = """\
import numpy as np
import keras
from keras import layers, ops
class Adj(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, input_shape):
        features, adj = input_shape
        self.w = self.add_weight(shape=(features[-1], self.units), name="w")
    def call(self, inputs):
        x, a = inputs
        h = ops.matmul(x, self.w)
        return ops.matmul(h, a)
x = keras.Input((12, 5)); a = keras.Input((12, 12))
h = Adj(7)([x, a])
model = keras.Model([x, a], layers.Flatten()(h))
model.predict([np.zeros((2, 12, 5)), np.zeros((2, 12, 12))], verbose=0)
"""

ROW_BY_ROW = """\
import numpy as np
import keras
from keras import layers, ops
class Score(layers.Layer):
    def call(self, inputs):
        u, v = inputs
        return ops.matmul(u, v)
a = keras.Input((16,)); b = keras.Input((16,))
s = Score()([layers.Dense(8)(a), layers.Dense(8)(b)])
model = keras.Model([a, b], s)
model.predict([np.zeros((3, 16)), np.zeros((3, 16))], verbose=0)
"""

MEMORY_SLOTS = """\
import numpy as np
import keras
from keras import layers, ops
import tensorflow as tf

class Reader(keras.Model):
    def __init__(self, vocab=40, units=32, slots=6):
        super().__init__()
        self.emb = layers.Embedding(vocab, 16)
        self.gru = layers.GRU(units, return_sequences=True)
        self.slots = self.add_weight(shape=(slots, 24), name="slots")
        self.out = layers.Dense(2)
    def call(self, ids):
        h = self.gru(self.emb(ids))
        score = tf.einsum("bth,sh->bts", h, self.slots)
        read = tf.einsum("bts,sh->bth", tf.nn.softmax(score), self.slots)
        return self.out(tf.reduce_mean(read, axis=1))

m = Reader()
opt = keras.optimizers.Adam()
x = np.random.randint(0, 40, (16, 9)); y = np.random.rand(16, 2).astype("float32")
for step in range(2):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((m(x) - y) ** 2)
    g = tape.gradient(loss, m.trainable_variables)
    opt.apply_gradients(zip(g, m.trainable_variables))
"""

TENSORDOT = """\
import numpy as np
import keras
from keras import layers, ops
import tensorflow as tf
class WordAttention(layers.Layer):
    def __init__(self, units=24):
        super().__init__()
        self.units = units
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), name="w")
        self.u = self.add_weight(shape=(shape[-1], 1), name="u")
    def call(self, x):
        h = tf.tanh(tf.tensordot(x, self.w, axes=1))
        s = tf.nn.softmax(tf.tensordot(h, self.u, axes=1), axis=1)
        return tf.reduce_sum(s * x, axis=1)
inp = keras.Input((11, 32))
model = keras.Model(inp, layers.Dense(2)(WordAttention()(inp)))
model.predict(np.zeros((2, 11, 32)), verbose=0)
"""

BILINEAR = """\
import numpy as np
import keras
from keras import layers, ops
class CoAttention(layers.Layer):
    def build(self, input_shape):
        a, b = input_shape
        self.w = self.add_weight(shape=(a[-1], a[-1]), name="w")
    def call(self, inputs):
        a, b = inputs
        aff = ops.matmul(ops.matmul(a, self.w), ops.transpose(b, (0, 2, 1)))
        return ops.max(aff, axis=-1)
q = keras.Input((10, 12)); c = keras.Input((18, 20))
s = CoAttention()([layers.Dense(16)(q), layers.Dense(20)(c)])
model = keras.Model([q, c], layers.Dense(1)(s))
model.predict([np.zeros((2, 10, 12)), np.zeros((2, 18, 20))], verbose=0)
"""

CASES = [
    (TENSORDOT, "product-of-different-sizes", 11, ["24 versus 32"]),
    (BILINEAR, "product-of-different-sizes", 7, ["16 versus 20"]),
    (MEMORY_SLOTS, "product-of-different-sizes", 11, ["32 versus 24"]),
    (SPLIT_HEADS, "product-of-different-sizes", 21, ["(None, 4, 20, 8)", "transposed"]),
    (TENSORFLOW, "product-of-different-sizes", 15, ["(None, 7, 12)"]),
    (WIDTHS, "product-of-different-sizes", 16, ["24 versus 20", "key_units"]),
    (DOT_AXES, "product-of-different-sizes", 6, ["12 versus 40", "axis 1"]),
    (LETTERS, "product-of-different-sizes", 12, ["the letter 'd'", "12 versus 7"]),
    (KERNEL_BY_STEPS, "product-of-different-sizes", 10, ["input_shape[-1]", "9 versus 30"]),
    (IN_A_HELPER, "product-of-different-sizes", 6, ["(None, 15, 20)"]),
    (ADJACENCY, "product-of-different-sizes", 14, ["7 versus 12"]),
    (ROW_BY_ROW, "product-of-different-sizes", 7, ["the batch"]),
]


@pytest.mark.parametrize(("source", "rule", "line", "words"), CASES)
def test_is_found_and_cured(source: str, rule: str, line: int, words: list[str]) -> None:
    _, found = diagnose(source)
    assert found, "nothing was found"
    top = found[0]
    said = "\n".join([top.message, *(fact.text for fact in top.evidence)])
    assert top.rule == rule
    assert top.places[0].line == line
    assert [word for word in words if word not in said] == []
    assert cures(source, max(top.fixes, key=lambda fix: fix.likelihood))
