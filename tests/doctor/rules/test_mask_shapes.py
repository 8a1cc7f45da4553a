"""Masks of attention and of sequences."""

# ruff: noqa: E501 - programs as their users wrote them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, diagnose

pytestmark = pytest.mark.tensorflow

CAUSAL_IN_LAYER = """\
import numpy as np
import keras
from keras import layers, ops

from dataclasses import dataclass
@dataclass
class Config:
    length: int = 30
    width: int = 24
    heads: int = 3
cfg = Config()

def causal_mask(n):
    i = np.arange(n)
    return (i[:, None] >= i[None, :])[None]

class Block(layers.Layer):
    def __init__(self, cfg):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=cfg.heads, key_dim=cfg.width // cfg.heads)
        self.norm = layers.LayerNormalization()
        self.mask = causal_mask(cfg.length)
    def call(self, x):
        a = self.att(query=x, value=x, attention_mask=self.mask)
        return self.norm(x + a)

tokens = np.random.randint(0, 50, (32, cfg.length))
inp = keras.Input((cfg.length - 1,))
h = layers.Embedding(50, cfg.width)(inp)
h = Block(cfg)(h)
model = keras.Model(inp, layers.Dense(50)(h))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(tokens[:, :-1], tokens[:, 1:], verbose=0)
"""

PADDING = """\
import numpy as np
import keras
from keras import layers, ops

inp = keras.Input((14,), dtype="int32")
mask = ops.not_equal(inp, 0)
h = layers.Embedding(70, 20)(inp)
a = layers.MultiHeadAttention(4, 5)(h, h, attention_mask=mask)
h = layers.Add()([h, a])
model = keras.Model(inp, layers.Dense(1)(layers.GlobalAveragePooling1D()(h)))
model.compile("adam", "mse")
model.fit(np.random.randint(0, 70, (24, 14)), np.random.rand(24), batch_size=8, verbose=0)
"""

CAUSAL_IN_CALL = """\
import numpy as np
import keras
from keras import layers, ops
class CausalBlock(layers.Layer):
    def __init__(self, max_len, width, heads):
        super().__init__()
        self.max_len = max_len
        self.att = layers.MultiHeadAttention(heads, width // heads)
    def call(self, x):
        mask = ops.tril(ops.ones((self.max_len, self.max_len), dtype="bool"))
        return x + self.att(x, x, attention_mask=mask)
inp = keras.Input((40,))
h = layers.Embedding(60, 32)(inp)
h = CausalBlock(32, 32, 4)(h)
model = keras.Model(inp, layers.Dense(60)(h))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(np.random.randint(0, 60, (8, 40)), np.random.randint(0, 60, (8, 40)), verbose=0)
"""

OTHER_SIDE = """\
import numpy as np
import keras
from keras import layers, ops
class Dec(keras.Model):
    def __init__(self):
        super().__init__()
        self.e = layers.Embedding(60, 32)
        self.self_att = layers.MultiHeadAttention(4, 8)
        self.cross = layers.MultiHeadAttention(4, 8)
        self.out = layers.Dense(60)
    def call(self, inputs):
        src, tgt = inputs
        src_mask = ops.cast(src != 0, "bool")[:, None, :]
        tgt_mask = ops.cast(tgt != 0, "bool")[:, None, :]
        m, t = self.e(src), self.e(tgt)
        t = t + self.self_att(t, t, attention_mask=tgt_mask, use_causal_mask=True)
        t = t + self.cross(t, m, attention_mask=tgt_mask)
        return self.out(t)
m = Dec()
m.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
m.fit([np.random.randint(0, 60, (8, 13)), np.random.randint(0, 60, (8, 9))], np.random.randint(0, 60, (8, 9)), verbose=0)
"""

FUNCTION_MAKES_MASK = """\
import numpy as np
import tensorflow as tf
import keras
from keras import layers

def causal_attention_mask(batch_size, n_dest, n_src, dtype):
    i = tf.range(n_dest)[:, None]
    j = tf.range(n_src)
    m = i >= j - n_src + n_dest
    mask = tf.cast(m, dtype)
    mask = tf.reshape(mask, [1, n_dest, n_src])
    return tf.tile(mask, [batch_size, 1, 1])

class TransformerBlock(layers.Layer):
    def __init__(self, embed_dim, num_heads, seq_len):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads, embed_dim)
        self.seq_len = seq_len
        self.ln = layers.LayerNormalization()
    def call(self, inputs):
        batch = tf.shape(inputs)[0]
        mask = causal_attention_mask(batch, self.seq_len, self.seq_len, tf.bool)
        out = self.att(inputs, inputs, attention_mask=mask)
        return self.ln(inputs + out)

maxlen = 20
inp = layers.Input((maxlen - 2,))
x = layers.Embedding(100, 16)(inp)
x = TransformerBlock(16, 2, maxlen)(x)
model = keras.Model(inp, layers.Dense(100)(x))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(np.random.randint(0, 100, (16, 18)), np.random.randint(0, 100, (16, 18)), verbose=0)
"""

MASK_OF_LSTM = """\
import numpy as np
import keras
from keras import layers, ops

inp = keras.Input((12, 5)); lens = keras.Input((10,), dtype="bool")
h = layers.LSTM(10)(inp, mask=lens)
model = keras.Model([inp, lens], layers.Dense(1)(h))
model.compile("adam", "mse")
model.fit([np.random.rand(16, 12, 5), np.ones((16, 10), bool)], np.random.rand(16), verbose=0)
"""

CASES = [
    (FUNCTION_MAKES_MASK, "attention-mask-shape", 23, ["length 20 versus 18"]),
    (CAUSAL_IN_LAYER, "attention-mask-shape", 24, ["length 30 versus 29", "cfg.length"]),
    (PADDING, "attention-mask-shape", 8, ["(batch, 1, 14)", "rank 2"]),
    (CAUSAL_IN_CALL, "attention-mask-shape", 11, ["32 versus 40", "use_causal_mask"]),
    (OTHER_SIDE, "attention-mask-shape", 17, ["length 9 versus 13"]),
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


def test_a_mask_of_another_length_than_the_steps_is_told() -> None:
    _, found = diagnose(MASK_OF_LSTM)
    assert found[0].rule == "sequence-mask-shape"
    # Names of layers go on counting from test to test.
    assert str(found[0].layer).startswith("lstm")
    assert "10 versus 12 steps" in found[0].message
    assert found[0].places[0].line == 5
