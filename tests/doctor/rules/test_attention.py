"""Attention: the order and sizes of its inputs, and what is added to them."""

# ruff: noqa: E501 - programs as their users wrote them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, diagnose

pytestmark = pytest.mark.tensorflow

DEPTHS = """\
import numpy as np
import keras
from keras import layers, ops

enc_in = keras.Input((None,)); dec_in = keras.Input((None,))
enc = layers.LSTM(48, return_sequences=True)(layers.Embedding(100, 16)(enc_in))
dec = layers.LSTM(64, return_sequences=True)(layers.Embedding(90, 16)(dec_in))
ctx = layers.Attention()([dec, enc])
h = layers.Concatenate()([dec, ctx])
model = keras.Model([enc_in, dec_in], layers.Dense(90, activation="softmax")(h))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit([np.random.randint(1, 100, (16, 9)), np.random.randint(1, 90, (16, 7))], np.random.randint(1, 90, (16, 7)), verbose=0)
"""

ADDITIVE = """\
import numpy as np
import keras
from keras import layers, ops

class Decoder(keras.Model):
    def __init__(self, vocab, width, units):
        super().__init__()
        self.emb = layers.Embedding(vocab, width)
        self.enc = layers.GRU(units, return_sequences=True)
        self.dec = layers.GRU(width, return_sequences=True)
        self.attention = layers.AdditiveAttention()
        self.out = layers.Dense(vocab)
    def call(self, inputs):
        src, tgt = inputs
        memory = self.enc(self.emb(src))
        state = self.dec(self.emb(tgt))
        context = self.attention([state, memory])
        return self.out(ops.concatenate([state, context], axis=-1))
m = Decoder(60, 24, 32)
m.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
m.fit([np.random.randint(1, 60, (16, 9)), np.random.randint(1, 60, (16, 7))], np.random.randint(1, 60, (16, 7)), verbose=0)
"""

NO_LIST = """\
import numpy as np
import keras
from keras import layers
i = keras.Input((9, 16))
h = layers.Attention()(i, i)
"""

QUERY_VECTOR = """\
import numpy as np
import keras
from keras import layers, ops

inp = keras.Input((14,), dtype="int32")
h = layers.Embedding(70, 20)(inp)
q = layers.GlobalAveragePooling1D()(h)
a = layers.MultiHeadAttention(4, 5)(q, h)
model = keras.Model(inp, layers.Dense(1)(a))
model.compile("adam", "mse")
model.fit(np.random.randint(0, 70, (24, 14)), np.random.rand(24), batch_size=8, verbose=0)
"""

KEY_OF_QUERY = """\
import numpy as np
import keras
from keras import layers, ops

a = keras.Input((14, 16)); b = keras.Input((11, 16))
h = layers.MultiHeadAttention(2, 8)(query=a, value=b, key=a)
model = keras.Model([a, b], layers.Dense(1)(layers.Flatten()(h)))
model.compile("adam", "mse")
model.fit([np.random.rand(8, 14, 16), np.random.rand(8, 11, 16)], np.random.rand(8), verbose=0)
"""

HEAD_COUNTS = """\
import numpy as np
import keras
from keras import layers, ops

x = keras.Input((9, 24))
h = layers.GroupQueryAttention(head_dim=8, num_query_heads=6, num_key_value_heads=4)(x, x)
model = keras.Model(x, h)
"""

LEARNED_POSITIONS = """\
import numpy as np
import keras
from keras import layers, ops

VOCAB, LENGTH, MAXPOS, DIM = 80, 36, 32, 24
class Tokens(layers.Layer):
    def __init__(self, vocab, maxlen, dim):
        super().__init__()
        self.maxlen = maxlen
        self.tok = layers.Embedding(vocab, dim)
        self.pos = layers.Embedding(maxlen, dim)
    def call(self, ids):
        positions = ops.arange(self.maxlen)
        return self.tok(ids) + self.pos(positions)
inp = keras.Input((LENGTH,), dtype="int32")
h = Tokens(VOCAB, MAXPOS, DIM)(inp)
h = layers.GlobalAveragePooling1D()(h)
model = keras.Model(inp, layers.Dense(2)(h))
model.compile("adam", "mse")
model.fit(np.random.randint(0, 80, (16, LENGTH)), np.random.rand(16, 2), verbose=0)
"""

SINUSOIDS = """\
import numpy as np
import keras
from keras import layers, ops

def positional_encoding(length, depth):
    half = depth / 2
    positions = np.arange(length)[:, None]
    rates = 1 / (10000 ** (np.arange(half)[None, :] / half))
    angles = positions * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=-1).astype("float32")
class Pos(layers.Layer):
    def __init__(self, length, dim):
        super().__init__()
        self.table = positional_encoding(length, dim)
    def call(self, x):
        return x + self.table[None]
inp = keras.Input((50,), dtype="int32")
h = layers.Embedding(99, 32)(inp)
h = Pos(40, 32)(h)
model = keras.Model(inp, layers.Dense(2)(layers.GlobalAveragePooling1D()(h)))
model.compile("adam", "mse")
model.fit(np.random.randint(0, 80, (16, 50)), np.random.rand(16, 2), verbose=0)
"""

CLASS_TOKEN = """\
import numpy as np
import keras
from keras import layers, ops

class Patches(layers.Layer):
    def __init__(self, n, dim):
        super().__init__()
        self.n, self.dim = n, dim
        self.proj = layers.Dense(dim)
    def build(self, shape):
        self.cls = self.add_weight(shape=(1, 1, self.dim), name="cls")
        self.pos = self.add_weight(shape=(1, self.n, self.dim), name="pos")
        super().build(shape)
    def call(self, x):
        x = self.proj(x)
        cls = ops.repeat(self.cls, ops.shape(x)[0], axis=0)
        x = ops.concatenate([cls, x], axis=1)
        return x + self.pos
inp = keras.Input((16, 12))
h = Patches(16, 24)(inp)
model = keras.Model(inp, layers.Dense(3)(h[:, 0]))
model.compile("adam", "mse")
model.fit(np.random.rand(8, 16, 12), np.random.rand(8, 3), verbose=0)
"""

TOO_MANY_POSITIONS = """\
import numpy as np
import keras
from keras import layers, ops
class Encode(keras.layers.Layer):
    def __init__(self, max_len=100, width=16):
        super().__init__()
        self.emb = layers.Dense(width)
        self.pos = layers.Embedding(max_len, width)
        self.max_len = max_len
    def call(self, x):
        positions = ops.arange(0, self.max_len, 1)
        positions = self.pos(positions)
        x = self.emb(x)
        return x + positions
inp = keras.Input((60, 3))
h = Encode()(inp)
model = keras.Model(inp, layers.Dense(2)(layers.GlobalAveragePooling1D()(h)))
model.predict(np.zeros((2, 60, 3)), verbose=0)
"""

PATCHES = """\
import numpy as np
import keras
from keras import layers, ops

IMAGE, PATCH, DIM = 32, 8, 24
class PatchEncoder(layers.Layer):
    def __init__(self, num_patches, dim):
        super().__init__()
        self.num_patches = num_patches
        self.projection = layers.Dense(dim)
        self.position = layers.Embedding(num_patches, dim)
    def call(self, patch):
        positions = ops.expand_dims(ops.arange(0, self.num_patches), 0)
        return self.projection(patch) + self.position(positions)

inputs = keras.Input((IMAGE, IMAGE, 3))
x = layers.Conv2D(DIM, PATCH, strides=PATCH)(inputs)
x = layers.Reshape((-1, DIM))(x)
x = PatchEncoder((IMAGE // PATCH) ** 2 + 1, DIM)(x)
x = layers.GlobalAveragePooling1D()(x)
model = keras.Model(inputs, layers.Dense(3)(x))
model.compile("adam", "mse")
model.fit(np.random.rand(8, 32, 32, 3), np.random.rand(8, 3), verbose=0)
"""

CASES = [
    (PATCHES, "positions-of-other-length", 19, ["17 versus 16"]),
    (DEPTHS, "attention-inputs", 6, ["query depth 64 versus key depth 48"]),
    (ADDITIVE, "attention-inputs", 9, ["Decoder(width=24)"]),
    (NO_LIST, "attention-inputs", 5, ["one list"]),
    (QUERY_VECTOR, "attention-ranks", 8, ["rank 2"]),
    (KEY_OF_QUERY, "attention-ranks", 6, ["14 and 11 differ"]),
    (HEAD_COUNTS, "attention-ranks", 6, ["6 / 4"]),
    (LEARNED_POSITIONS, "positions-of-other-length", 16, ["32 versus 36"]),
    (SINUSOIDS, "positions-of-other-length", 19, ["40 versus 50"]),
    (CLASS_TOKEN, "positions-of-other-length", 20, ["one more"]),
    (TOO_MANY_POSITIONS, "positions-of-other-length", 14, ["100 versus 60"]),
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
