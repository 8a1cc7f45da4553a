"""States of recurrent layers: given, unpacked, and made by cells."""

# ruff: noqa: E501 - programs as their users wrote them

from __future__ import annotations

import pytest

from tests.doctor.rules.conftest import cures, diagnose

pytestmark = pytest.mark.tensorflow

UNITS = """\
import numpy as np
import keras
from keras import layers, ops

src = keras.Input((None,)); tgt = keras.Input((None,))
_, h, c = layers.LSTM(40, return_state=True)(layers.Embedding(30, 12)(src))
d = layers.Embedding(30, 12)(tgt)
d = layers.LSTM(64, return_sequences=True)(d, initial_state=[h, c])
model = keras.Model([src, tgt], layers.Dense(30)(d))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit([np.random.randint(1, 30, (8, 5)), np.random.randint(1, 30, (8, 6))], np.random.randint(1, 30, (8, 6)), verbose=0)
"""

ONE_FOR_TWO = """\
import numpy as np
import keras
from keras import layers, ops

src = keras.Input((None,)); tgt = keras.Input((None,))
_, h = layers.GRU(40, return_state=True)(layers.Embedding(30, 12)(src))
d = layers.Embedding(30, 12)(tgt)
d = layers.LSTM(40, return_sequences=True)(d, initial_state=h)
model = keras.Model([src, tgt], layers.Dense(30)(d))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit([np.random.randint(1, 30, (8, 5)), np.random.randint(1, 30, (8, 6))], np.random.randint(1, 30, (8, 6)), verbose=0)
"""

SEQUENCE_AS_STATE = """\
import numpy as np
import keras
from keras import layers, ops

class Seq2Seq(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.emb = layers.Embedding(30, 12)
        self.enc = layers.GRU(units, return_sequences=True)
        self.dec = layers.GRU(units, return_sequences=True)
        self.out = layers.Dense(30)
    def call(self, inputs):
        a, b = inputs
        state = self.enc(self.emb(a))
        h = self.dec(self.emb(b), initial_state=state)
        return self.out(h)
m = Seq2Seq(20)
m.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
m.fit([np.random.randint(1, 30, (8, 5)), np.random.randint(1, 30, (8, 6))], np.random.randint(1, 30, (8, 6)), verbose=0)
"""

TWO_FOR_FOUR = """\
import numpy as np
import keras
from keras import layers, ops

src = keras.Input((None, 6)); tgt = keras.Input((None, 6))
_, h, c = layers.LSTM(20, return_state=True)(src)
d = layers.Bidirectional(layers.LSTM(20, return_sequences=True))(tgt, initial_state=[h, c])
model = keras.Model([src, tgt], layers.Dense(3)(d))
model.compile("adam", "mse")
model.fit([np.random.rand(8, 5, 6), np.random.rand(8, 7, 6)], np.random.rand(8, 7, 3), verbose=0)
"""

ORDER = """\
import numpy as np
import keras
from keras import layers, ops
src = keras.Input((None, 6)); tgt = keras.Input((None, 6))
cells = [layers.GRUCell(24), layers.GRUCell(12)]
enc = layers.RNN(layers.StackedRNNCells(cells), return_state=True)
_, *states = enc(src)
dec = layers.RNN(layers.StackedRNNCells([layers.GRUCell(12), layers.GRUCell(24)]), return_sequences=True)
d = dec(tgt, initial_state=states)
model = keras.Model([src, tgt], layers.Dense(3)(d))
model.compile("adam", "mse")
model.fit([np.random.rand(8, 5, 6), np.random.rand(8, 7, 6)], np.random.rand(8, 7, 3), verbose=0)
"""

CONVOLUTIONAL = """\
import numpy as np
import keras
from keras import layers, ops
src = keras.Input((4, 8, 8, 2)); tgt = keras.Input((3, 8, 8, 2))
_, h, c = layers.ConvLSTM2D(6, 3, padding="same", return_state=True)(src)
d = layers.ConvLSTM2D(10, 3, padding="same", return_sequences=True)(tgt, initial_state=[h, c])
model = keras.Model([src, tgt], d)
model.compile("adam", "mse")
model.predict([np.random.rand(2, 4, 8, 8, 2), np.random.rand(2, 3, 8, 8, 2)], verbose=0)
"""

TWO_NAMES = """\
import numpy as np
import keras
from keras import layers, ops

src = keras.Input((None, 4))
out, state = layers.LSTM(20, return_state=True)(src)
model = keras.Model(src, layers.Dense(1)(state))
"""

NO_RETURN_STATE = """\
import numpy as np
import keras
from keras import layers, ops

src = keras.Input((None, 4))
out, h, c = layers.LSTM(20, return_sequences=True)(src)
model = keras.Model(src, layers.Dense(1)(h))
"""

BOTH_DIRECTIONS = """\
import numpy as np
import keras
from keras import layers, ops

src = keras.Input((None, 4))
seq, h, c = layers.Bidirectional(layers.LSTM(20, return_sequences=True, return_state=True))(src)
model = keras.Model(src, layers.Dense(1)(h))
"""

LIST_AS_STATE = """\
import numpy as np
import keras
from keras import layers, ops

class Cell(layers.Layer):
    def __init__(self, units, **kw):
        super().__init__(**kw)
        self.units = units
        self.state_size = units
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), name="w")
        self.u = self.add_weight(shape=(self.units, self.units), name="u")
    def call(self, x, states):
        h = ops.tanh(ops.matmul(x, self.w) + ops.matmul(states, self.u))
        return h, [h]
inp = keras.Input((8, 3))
h = layers.RNN(Cell(16))(inp)
model = keras.Model(inp, layers.Dense(1)(h))
model.compile("adam", "mse")
model.fit(np.random.rand(8, 8, 3), np.random.rand(8), verbose=0)
"""

STATE_NOT_RETURNED = """\
import numpy as np
import keras
from keras import layers, ops

class Cell(layers.Layer):
    def __init__(self, units, **kw):
        super().__init__(**kw)
        self.units = units
        self.state_size = [units, units]
        self.output_size = units
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.units), name="w")
        self.u = self.add_weight(shape=(self.units, self.units), name="u")
    def call(self, x, states):
        h, m = states
        h = ops.tanh(ops.matmul(x, self.w) + ops.matmul(h, self.u))
        m = 0.9 * m + h
        return h, [h]
inp = keras.Input((8, 3))
h = layers.RNN(Cell(16))(inp)
model = keras.Model(inp, layers.Dense(1)(h))
model.compile("adam", "mse")
model.fit(np.random.rand(8, 8, 3), np.random.rand(8), verbose=0)
"""

STATE_SIZE = """\
import numpy as np
import keras
from keras import layers, ops
class Cell(layers.Layer):
    def __init__(self, units, hidden, **kw):
        super().__init__(**kw)
        self.units, self.hidden = units, hidden
        self.state_size = units
        self.output_size = units
        self.a = layers.Dense(hidden, activation="tanh")
        self.b = layers.Dense(units)
    def call(self, x, states):
        h = states[0]
        h = self.a(ops.concatenate([x, h], axis=-1))
        return self.b(h), [h]
inp = keras.Input((8, 3))
h = layers.RNN(Cell(16, 24))(inp)
model = keras.Model(inp, layers.Dense(1)(h))
model.compile("adam", "mse")
model.fit(np.random.rand(8, 8, 3), np.random.rand(8), verbose=0)
"""

NOT_MERGED = """\
import numpy as np
import keras
from keras import layers, ops

inp = keras.Input((10, 6))
h = layers.Bidirectional(layers.GRU(12, return_sequences=True), merge_mode=None)(inp)
h = layers.Dense(4)(h)
model = keras.Model(inp, h)
"""

NO_CHANNELS = """\
import numpy as np
import keras
from keras import layers, ops

inp = keras.Input((10, 24, 24))
h = layers.TimeDistributed(layers.Conv2D(8, 3))(inp)
model = keras.Model(inp, h)
"""

CASES = [
    (UNITS, "initial-state-shapes", 8, ["40 versus its 64 units"]),
    (ONE_FOR_TWO, "initial-state-shapes", 8, ["1 state", "2 states (h and c)"]),
    (SEQUENCE_AS_STATE, "initial-state-shapes", 15, ["rank 3"]),
    (TWO_FOR_FOUR, "initial-state-shapes", 7, ["4 states (forward h"]),
    (ORDER, "initial-state-shapes", 9, ["24 versus its 12"]),
    (CONVOLUTIONAL, "initial-state-shapes", 6, ["rank 4"]),
    (TWO_NAMES, "states-unpacked", 6, ["3 tensors"]),
    (NO_RETURN_STATE, "states-unpacked", 6, ["return_state=True"]),
    (BOTH_DIRECTIONS, "states-unpacked", 6, ["backward c"]),
    (LIST_AS_STATE, "cell-states", 14, ["states[0]"]),
    (STATE_NOT_RETURNED, "cell-states", 18, ["state_size=[16, 16]"]),
    (STATE_SIZE, "cell-states", 8, ["24 versus 16"]),
    (NOT_MERGED, "wrapped-layer", 6, ["merge_mode=None"]),
    (NO_CHANNELS, "wrapped-layer", 5, ["rank 5"]),
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


ENCODER = """\
import keras
from keras import layers


def make_encoder(units, vocab):
    tokens = keras.Input((None,), name="tokens")
    x = layers.Embedding(vocab, 20, mask_zero=True)(tokens)
    rnn = layers.GRU(units, return_sequences=True, return_state=True)
    seq, forward, backward = layers.Bidirectional(rnn, name="both")(x)
    state = layers.Concatenate(name="joined")([forward, backward])
    return keras.Model(tokens, [seq, state], name="encoder")
"""

WRITER = """\
import keras
import numpy as np
from encoder import make_encoder
from keras import layers

UNITS, VOCAB = 28, 70
src = keras.Input((None,), name="src")
tgt = keras.Input((None,), name="tgt")
memory, state = make_encoder(UNITS, VOCAB)(src)
y = layers.Embedding(VOCAB, 20)(tgt)
y = layers.GRU(UNITS, return_sequences=True, name="writer")(y, initial_state=state)
model = keras.Model([src, tgt], layers.Dense(VOCAB, activation="softmax")(y))
model.compile("adam", "sparse_categorical_crossentropy")
a, b = np.random.randint(1, 70, (32, 8)), np.random.randint(1, 70, (32, 9))
model.fit([a, b[:, :-1]], b[:, 1:], verbose=0)
"""


def test_doubles_the_units_where_the_name_serves_the_encoder_too() -> None:
    files = {"encoder.py": ENCODER, "train.py": WRITER}
    _, found = diagnose(files)
    assert (found[0].rule, found[0].layer) == ("initial-state-shapes", "writer")
    assert "28 + 28 = 56" in found[0].message
    fix = found[0].fixes[0]
    assert "2 * UNITS" in (fix.edits[0].replace_with or "")
    assert cures(files, fix)
