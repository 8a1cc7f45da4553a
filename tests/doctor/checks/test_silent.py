"""Programs that run to their end and do something else than was meant."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from graphscope.doctor.findings import Diagnosis, Severity
from tests.doctor.rules.conftest import cures, run_case

pytestmark = pytest.mark.tensorflow

HEAD = """
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(0)
"""

BUGS: dict[str, tuple[str, str, dict[str, str] | str]] = {
    "bidirectional layer hands on every step": (
        "loss-broadcast",
        "layers.Bidirectional",
        """
x = rng.normal(size=(32, 9, 2)).astype("float32")
model = keras.Sequential([
    keras.Input((9, 2)),
    layers.Bidirectional(layers.LSTM(4, return_sequences=True)),
    layers.Dropout(0.1),
    layers.Dense(4, activation="relu"),
    layers.Dense(1),
])
model.compile("adam", "mae")
model.fit(x, x[:, -1, 0], epochs=1, verbose=0)
""",
    ),
    "convolutions without pooling before the answer": (
        "loss-broadcast",
        "layers.Dense(1)",
        """
def build():
    inputs = keras.Input((20, 3))
    x = layers.Conv1D(8, 3, activation="relu")(inputs)
    x = layers.Conv1D(8, 3, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(1)(x))

model = build()
model.compile("adam", "mse")
x = rng.normal(size=(32, 20, 3)).astype("float32")
model.fit(tf.data.Dataset.from_tensor_slices((x, x[:, 0, :1])).batch(8), epochs=1, verbose=0)
""",
    ),
    "three columns of targets for one unit": (
        "loss-broadcast",
        "layers.Dense(1,",
        """
model = keras.Sequential([
    keras.Input((5,)),
    layers.Dense(8, activation="relu"),
    layers.Dense(1, name="answer"),
])
model.compile("adam", "mse")
model.fit(rng.random((16, 5)), rng.random((16, 3)), epochs=1, verbose=0)
""",
    ),
    "loss class subtracts a row from a column": (
        "batch-broadcast",
        "y_pred - y_true",
        """
class Squared(keras.losses.Loss):
    def call(self, y_true, y_pred):
        error = y_pred - y_true
        return ops.square(error)

x = rng.normal(size=(32, 3)).astype("float32")
model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])
model.compile("adam", Squared())
model.fit(tf.data.Dataset.from_tensor_slices((x, x[:, 0])).batch(8), epochs=1, verbose=0)
""",
    ),
    "training loop in a function": (
        "batch-broadcast",
        "squared_difference",
        """
model = keras.Sequential([keras.Input((3,)), layers.Dense(4, "relu"), layers.Dense(1)])
optimizer = keras.optimizers.SGD(0.01)

def step(features, labels):
    with tf.GradientTape() as tape:
        guess = model(features, training=True)
        loss = tf.reduce_mean(tf.math.squared_difference(guess, labels))
    weights = model.trainable_variables
    optimizer.apply(tape.gradient(loss, weights), weights)
    return loss

x = rng.normal(size=(32, 3)).astype("float32")
for xb, yb in tf.data.Dataset.from_tensor_slices((x, x[:, 0])).batch(8):
    step(xb, yb)
""",
    ),
    "softmax over one, from a setting in another file": (
        "softmax-over-one",
        "layers.Dense(outputs",
        {
            "train.py": HEAD
            + """
from heads import head
from settings import Settings

cfg = Settings()
inputs = keras.Input((4,))
model = keras.Model(inputs, head(layers.Dense(8, activation="relu")(inputs), cfg.outputs))
model.compile("adam", "binary_crossentropy")
model.fit(rng.random((16, 4)), rng.integers(0, 2, (16, 1)), epochs=1, verbose=0)
""",
            "heads.py": """
from keras import layers

def head(x, outputs):
    return layers.Dense(outputs, activation="softmax", name="answer")(x)
""",
            "settings.py": """
from dataclasses import dataclass

@dataclass
class Settings:
    outputs: int = 1
""",
        },
    ),
    "attention over its own last axis": (
        "softmax-over-one",
        'activation="softmax"',
        """
class Pool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1, activation="softmax")

    def call(self, x):
        return ops.sum(self.score(x) * x, axis=1)

inputs = keras.Input((6, 4))
model = keras.Model(inputs, layers.Dense(2, activation="softmax")(Pool()(inputs)))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(rng.random((16, 6, 4)), rng.integers(0, 2, 16), epochs=1, verbose=0)
""",
    ),
    "probabilities from a linear layer": (
        "loss-and-head",
        "layers.Dense(3)",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(8, activation="relu")
        self.out = layers.Dense(3)

    def call(self, x):
        return self.out(self.hidden(x))

net = Net()
net.compile("adam", loss="sparse_categorical_crossentropy")
net.fit(rng.random((16, 4)), rng.integers(0, 3, 16), epochs=1, verbose=0)
""",
    ),
    "softmax, and a loss that takes logits": (
        "softmax-from-logits",
        'activation="softmax"',
        """
model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
model.add(layers.Dense(3, activation="softmax"))
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(rng.random((16, 4)), rng.integers(0, 3, 16), epochs=1, verbose=0)
""",
    ),
    "prices under a sigmoid": (
        "target-range",
        'activation="sigmoid"',
        """
model = keras.Sequential([
    keras.Input((4,)),
    layers.Dense(8, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "mae")
model.fit(rng.random((64, 4)), rng.uniform(90, 400, 64), epochs=1, verbose=0)
""",
    ),
    "pictures from 0 to 255 rebuilt by a sigmoid": (
        "target-range",
        'activation="sigmoid"',
        """
model = keras.Sequential([
    keras.Input((16,)),
    layers.Rescaling(1 / 255),
    layers.Dense(4, activation="relu"),
    layers.Dense(16, activation="sigmoid"),
])
model.compile("adam", "mse")
x = rng.integers(0, 256, (32, 16)).astype("float32")
model.fit(x, x, epochs=1, verbose=0)
""",
    ),
    "labels -1 and 1": (
        "target-range",
        "model.fit",
        """
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(rng.random((32, 4)), rng.choice([-1.0, 1.0], 32), epochs=1, verbose=0)
""",
    ),
    "an argument that is not joined": (
        "unused-input",
        "layers.concatenate",
        """
def join(text, extra):
    both = layers.Dense(4, activation="relu")(text)
    return layers.concatenate([both, text])

text, extra = keras.Input((8,), name="text"), keras.Input((3,), name="extra")
features = join(text, layers.Dense(4, activation="relu", name="extra_dense")(extra))
model = keras.Model({"text": text, "extra": extra}, layers.Dense(1)(features))
model.compile("adam", "mse")
data = {"text": rng.random((16, 8)), "extra": rng.random((16, 3))}
model.fit(data, rng.random((16, 1)), epochs=1, verbose=0)
""",
    ),
    "the join is not passed on": (
        "unused-input",
        "layers.Dense(8",
        """
a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
left = layers.Dense(8, activation="relu")(a)
right = layers.Dense(8, activation="relu")(b)
merged = layers.Add(name="merge")([left, right])
hidden = layers.Dense(8, activation="relu")(left)
model = keras.Model([a, b], layers.Dense(1)(hidden))
model.compile("adam", "mse")
model.fit([rng.random((16, 4)), rng.random((16, 2))], rng.random((16, 1)), epochs=1, verbose=0)
""",
    ),
    "two outputs, a loss for one": (
        "output-without-loss",
        "loss={",
        """
inputs = keras.Input((4,))
x = layers.Dense(8, activation="relu")(inputs)
model = keras.Model(inputs, {"age": layers.Dense(1)(x), "sex": layers.Dense(1, "sigmoid")(x)})
model.compile("adam", loss={"sex": "binary_crossentropy"})
y = {"age": rng.random((16, 1)), "sex": rng.integers(0, 2, (16, 1))}
model.fit(rng.random((16, 4)), y, epochs=1, verbose=0)
""",
    ),
    "shuffled one after the other, in place": (
        "shuffled-apart",
        "np.random.shuffle(labels)",
        """
rows = rng.random((32, 4))
labels = (rows[:, 0] > 0.5).astype(int)
np.random.shuffle(rows)
np.random.shuffle(labels)
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(rows, labels, epochs=1, verbose=0)
""",
    ),
    "two permutations in one statement": (
        "shuffled-apart",
        "x[np.random.permutation",
        """
def split(x, y):
    x, y = x[np.random.permutation(len(x))], y[np.random.permutation(len(y))]
    return (x[:24], y[:24]), (x[24:], y[24:])

x = rng.random((32, 4))
train, test = split(x, (x[:, 0] > 0.5).astype(int))
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(*train, validation_data=test, epochs=1, verbose=0)
""",
    ),
    "infinity from a logarithm": (
        "missing-values",
        "model.fit",
        """
x = rng.random((32, 4))
x[3, 1] = 0
with np.errstate(divide="ignore"):
    x = np.log(x)
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, rng.random(32), epochs=1, verbose=0)
""",
    ),
    "channels moved by reshape": (
        "reshape-moves-axes",
        "np.reshape",
        """
def to_last(images):
    n, c, h, w = images.shape
    return np.reshape(images, (n, h, w, c))

x = to_last(rng.random((16, 3, 8, 8)))
model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.Flatten(),
                          layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, rng.random(16), epochs=1, verbose=0)
""",
    ),
    "axes exchanged by a Reshape layer": (
        "reshape-moves-axes",
        "layers.Reshape",
        """
model = keras.Sequential([
    keras.Input((12, 5)),
    layers.Reshape((5, 12)),
    layers.LSTM(4),
    layers.Dense(1),
])
model.compile("adam", "mse")
model.fit(rng.random((16, 12, 5)), rng.random((16, 1)), epochs=1, verbose=0)
""",
    ),
    "weights by names that are others": (
        "weights-not-loaded",
        "load_weights",
        """
def build(tag):
    inputs = keras.Input((4,))
    x = layers.Dense(6, activation="relu", name=tag + "_a")(inputs)
    return keras.Model(inputs, layers.Dense(2, name=tag + "_b")(x))

build("old").save("old.h5")
model = build("new")
model.load_weights("old.h5", by_name=True)
""",
    ),
    "a head that is frozen with the rest": (
        "nothing-trainable",
        "trainable = False",
        """
base = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
inputs = keras.Input((4,))
model = keras.Model(inputs, layers.Dense(1, name="head")(base(inputs)))
model.trainable = False
model.compile("adam", "mse")
model.fit(rng.random((16, 4)), rng.random((16, 1)), epochs=1, verbose=0)
""",
    ),
    "a block of a model that call forgets": (
        "uncalled-layer",
        "self.first(x)",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.first = layers.Dense(4, activation="relu")
        self.second = layers.Dense(4, activation="relu")
        self.out = layers.Dense(1)

    def call(self, x):
        x = self.first(x)
        x = self.first(x)
        return self.out(x)

net = Net()
net.compile("adam", "mse")
net.fit(rng.random((16, 4)), rng.random((16, 1)), epochs=1, verbose=0)
""",
    ),
    "log of a softmax": (
        "unguarded-log",
        "ops.log(y_pred)",
        """
class Entropy(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return -ops.sum(y_true * ops.log(y_pred), axis=-1)

model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
model.compile("adam", Entropy())
model.fit(rng.random((16, 4)), np.eye(3)[rng.integers(0, 3, 16)], epochs=1, verbose=0)
""",
    ),
    "validation data as they came": (
        "preprocessing-skew",
        "model.evaluate",
        """
x = rng.integers(0, 256, (64, 16)).astype("float32")
train, test = x[:48] / 255.0, x[48:]
model = keras.Sequential([keras.Input((16,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(train, rng.random(48), epochs=1, verbose=0)
model.evaluate(test, rng.random(16), verbose=0)
""",
    ),
}
# The line that is to be edited is looked for by its text; a fix may move it to where data are made.
MOVED = {
    "infinity from a logarithm": "x = np.log",
    "validation data as they came": "train, test",
}


@pytest.mark.parametrize("name", BUGS)
def test_found_where_a_human_would_edit(name: str) -> None:
    rule, text, source = BUGS[name]
    found = _found_in(name)

    assert [each.rule for each in found][:1] == [rule]
    place = found[0].places[0]
    line = _line(source, Path(place.file).name, place.line)
    assert MOVED.get(name, text) in line


@pytest.mark.parametrize("name", BUGS)
def test_every_likely_fix_cures(name: str) -> None:
    rule, _, source = BUGS[name]
    found = _found_in(name)

    for fix in [each for each in found[0].fixes if each.likelihood >= 0.8][:1]:
        texts = {"train.py": HEAD + source} if isinstance(source, str) else dict(source)
        file = next(name for name in texts if name == Path(fix.edits[0].file).name)
        assert cures(texts, fix)
        texts[file] = fix.apply({fix.edits[0].file: texts[file]})[fix.edits[0].file]
        assert rule not in [each.rule for each in _findings(texts)]


@cache
def _found_in(name: str) -> list[Diagnosis]:
    """Run a program with a bug, once for all tests of it."""
    return _findings(BUGS[name][2])


def _findings(source: dict[str, str] | str) -> list[Diagnosis]:
    found = run_case(HEAD + source if isinstance(source, str) else source)
    return [each for each in found if each.severity is not Severity.INFO]


def _line(source: dict[str, str] | str, file: str, line: int) -> str:
    text = HEAD + source if isinstance(source, str) else source[file]
    return text.split("\n")[line - 1]
