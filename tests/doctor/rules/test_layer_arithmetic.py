"""The arithmetic of custom layers: the batch axis, new axes, weights, parts."""

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, diagnose

pytestmark = pytest.mark.tensorflow

SUM_OVER_BATCH = """\
import numpy as np
import keras
from keras import layers, ops

class AttentionPool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1)
    def call(self, x):
        w = ops.softmax(self.score(x), axis=1)
        return ops.sum(x * w, axis=0)
inp = keras.Input((9, 6))
h = AttentionPool()(inp)
model = keras.Model(inp, layers.Dense(3, activation="softmax")(h))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(np.random.rand(40, 9, 6), np.random.randint(0, 3, 40), verbose=0)
"""

JOINED_BATCH = """\
import numpy as np
import keras
from keras import layers, ops

class Both(layers.Layer):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(8); self.b = layers.Dense(8)
    def call(self, x):
        return ops.concatenate([self.a(x), self.b(x)], axis=0)
inp = keras.Input((9,))
model = keras.Model(inp, layers.Dense(1)(Both()(inp)))
model.compile("adam", "mse")
model.fit(np.random.rand(32, 9), np.random.rand(32), verbose=0)
"""

BOTH_AXES = """\
import numpy as np
import keras
from keras import layers, ops

class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.lstm = layers.LSTM(12, return_sequences=True)
        self.out = layers.Dense(2)
    def call(self, x):
        h = self.lstm(x)
        h = ops.mean(h, axis=(0, 1))
        return self.out(h)
m = Net()
m.compile("adam", "mse")
m.fit(np.random.rand(16, 12, 5), np.random.rand(16, 2), verbose=0)
"""

POSITIONAL_AXIS = """\
import keras, numpy as np
from keras import layers, ops
import tensorflow as tf
def pool(h):
    return tf.reduce_max(h, 0)
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv1D(12, 3, padding="same")
        self.out = layers.Dense(2, activation="softmax")
    def call(self, x):
        return self.out(pool(self.conv(x)))
m = Net()
m.compile("adam", "categorical_crossentropy")
m.fit(np.random.rand(16, 12, 5), np.eye(2)[np.random.randint(0, 2, 16)], verbose=0)
"""

BIAS = """\
import numpy as np
import keras
from keras import layers, ops

class Affine(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.units = units
    def build(self, s):
        self.w = self.add_weight(shape=(s[-1], self.units), name="w")
        self.b = self.add_weight(shape=(s[-1],), name="b")
    def call(self, x):
        return x @ self.w + self.b
inp = keras.Input((9,))
model = keras.Model(inp, Affine(5)(inp))
model.predict(np.zeros((3, 9)), verbose=0)
"""

NEW_AXIS = """\
import numpy as np
import keras
from keras import layers, ops

class Pool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1, activation="sigmoid")
    def call(self, x):
        w = self.d(x)[..., 0]
        return ops.sum(x * ops.expand_dims(w, 1), axis=1)
inp = keras.Input((9, 6))
model = keras.Model(inp, layers.Dense(1)(Pool()(inp)))
model.predict(np.zeros((3, 9, 6)), verbose=0)
"""

SQUEEZE = """\
import numpy as np
import keras
from keras import layers, ops

class Head(keras.Model):
    def __init__(self):
        super().__init__()
        self.conv = layers.Conv1D(4, 3)
        self.out = layers.Dense(2)
    def call(self, x):
        h = self.conv(x)
        h = ops.squeeze(h, axis=-1)
        return self.out(h)
m = Head()
m.compile("adam", "mse")
m.fit(np.random.rand(16, 12, 5), np.random.rand(16, 2), verbose=0)
"""

SPLIT = """\
import numpy as np
import keras
from keras import layers, ops

class Glu(layers.Layer):
    def call(self, x):
        a, b, c = ops.split(x, 3, axis=-1)
        return a * ops.sigmoid(b) + c
inp = keras.Input((9,))
h = layers.Dense(20)(inp)
model = keras.Model(inp, layers.Dense(1)(Glu()(h)))
model.predict(np.zeros((3, 9)), verbose=0)
"""

IN_A_LAMBDA = """\
import numpy as np
import keras
from keras import layers, ops
a = keras.Input((6,)); b = keras.Input((6,))
d = layers.Lambda(lambda t: ops.sum(ops.abs(t[0] - t[1]), axis=1))([a, b])
out = layers.Dense(1, activation="sigmoid")(d)
model = keras.Model([a, b], out)
"""

BY_OPERATIONS = """\
import numpy as np
import keras
from keras import layers, ops
a = keras.Input((6,)); b = keras.Input((6,))
d = ops.sqrt(ops.sum(ops.square(a - b), axis=-1))
out = layers.Dense(1, activation="sigmoid")(d)
model = keras.Model([a, b], out)
"""

RELATIVE_BIAS = """\
import numpy as np
import keras
from keras import layers, ops
class RelAttention(layers.Layer):
    def __init__(self, heads, width, window):
        super().__init__()
        self.heads, self.width, self.window = heads, width, window
        self.qkv = layers.Dense(3 * width)
    def build(self, shape):
        self.bias = self.add_weight(shape=(self.heads, self.window, self.window), name="bias")
        super().build(shape)
    def call(self, x):
        n = x.shape[1]
        d = self.width // self.heads
        qkv = ops.reshape(self.qkv(x), (-1, n, 3, self.heads, d))
        q, k, v = ops.unstack(ops.transpose(qkv, (2, 0, 3, 1, 4)), axis=0)
        scores = ops.matmul(q, ops.transpose(k, (0, 1, 3, 2))) / d ** 0.5
        scores = scores + self.bias
        h = ops.matmul(ops.softmax(scores), v)
        return ops.reshape(ops.transpose(h, (0, 2, 1, 3)), (-1, n, self.width))
inp = keras.Input((49, 32))
h = RelAttention(4, 32, 7)(inp)
model = keras.Model(inp, layers.Dense(1)(layers.Flatten()(h)))
model.predict(np.zeros((2, 49, 32)), verbose=0)
"""

CASES = [
    (RELATIVE_BIAS, "operands-do-not-broadcast", 10, ["(4, 7, 7)"]),
    (BY_OPERATIONS, "reduced-without-keepdims", 5, ["(None, 1)"]),
    (IN_A_LAMBDA, "reduced-without-keepdims", 5, ["(None, 1)"]),
    (SUM_OVER_BATCH, "batch-axis-reduced", 11, ["axis 0", "batch"]),
    (JOINED_BATCH, "batch-axis-reduced", 10, ["64 rows for 32 samples"]),
    (BOTH_AXES, "batch-axis-reduced", 12, ["axis=(0, 1)"]),
    (POSITIONAL_AXIS, "batch-axis-reduced", 5, ["tf.reduce_max(h, 0)"]),
    (BIAS, "operands-do-not-broadcast", 11, ["(None, 5)", "(9,)"]),
    (NEW_AXIS, "operands-do-not-broadcast", 11, ["wrong place"]),
    (SQUEEZE, "axis-of-wrong-size", 8, ["size 4"]),
    (SPLIT, "axis-of-wrong-size", 10, ["20 / 3"]),
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
