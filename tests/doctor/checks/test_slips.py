"""Silent slips: what is paired, normalised, returned, read and scaled, and was not meant to be."""

from __future__ import annotations

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

BUGS = {
    "shuffled in place, without the labels": (
        "shuffled-alone",
        """
def load(count):
    x = rng.normal(size=(count, 4))
    y = (x[:, 0] > 0).astype("float32")
    np.random.shuffle(x)  # HERE
    return (x[:20], y[:20]), (x[20:], y[20:])

(x, y), (x_val, y_val) = load(32)
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(x, y, validation_data=(x_val, y_val), verbose=0)
""",
    ),
    "only the labels": (
        "shuffled-alone",
        """
def mixed(pictures, kinds):
    order = rng.permutation(len(kinds))
    kinds = kinds[order]  # HERE
    return tf.data.Dataset.from_tensor_slices((kinds, pictures)).batch(8)

data = mixed(rng.normal(size=(32, 4)), rng.integers(0, 2, 32))
model = keras.Sequential([keras.Input((4,)), layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(data.map(lambda kind, picture: (picture, kind)), verbose=0)
""",
    ),
    "softmax over the steps of a tagger": (
        "softmax-axis",
        """
words = keras.Input((9,), dtype="int32")
x = layers.Embedding(20, 8)(words)
x = layers.Dense(4)(x)
tags = layers.Softmax(axis=1, name="tags")(x)  # HERE
model = keras.Model(words, tags)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(rng.integers(0, 20, (16, 9)), rng.integers(0, 4, (16, 9)), verbose=0)
""",
    ),
    "a helper that returns what it was given": (
        "left-out-of-model",
        """
def attend(x, width):
    score = layers.Dense(width, activation="tanh")(x)
    gate = layers.Dense(1, activation="sigmoid")(score)
    gated = layers.Multiply()([x, gate])
    return x  # HERE

inputs = keras.Input((6,))
x = attend(layers.Dense(8, activation="relu")(inputs), 4)
model = keras.Model(inputs, layers.Dense(1)(x))
model.compile("adam", "mse")
model.fit(rng.random((16, 6)), rng.random((16, 1)), verbose=0)
""",
    ),
    "one input for both branches": (
        "unused-input",
        """
def branch(x, name):
    return layers.Dense(8, activation="relu", name=f"{name}_dense")(x)

left = keras.Input((6,), name="left")
right = keras.Input((6,), name="right")
a = branch(left, "left")
b = branch(left, "right")  # HERE
model = keras.Model([left, right], layers.Dense(1)(layers.Subtract()([a, b])))
model.compile("adam", "mse")
model.fit([rng.random((16, 6)), rng.random((16, 6))], rng.random((16, 1)), verbose=0)
""",
    ),
    "a column that never changes": (
        "missing-values",
        """
def scaled(table):
    low, high = table.min(axis=0), table.max(axis=0)
    return (table - low) / (high - low)  # HERE

table = rng.random((32, 4))
table[:, 2] = 5.0
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(scaled(table), rng.random((32, 1)), verbose=0)
""",
    ),
    "divided by 255 before the model does so": (
        "scaled-twice",
        """
pictures = rng.integers(0, 256, (16, 8, 8, 3))
x = pictures.astype("float32") / 255  # HERE
model = keras.Sequential([keras.Input((8, 8, 3)), layers.Rescaling(1 / 255.0),
                          layers.Conv2D(4, 3, activation="relu"), layers.Flatten(),
                          layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, rng.integers(0, 2, 16), verbose=0)
""",
    ),
}

HEALTHY = {
    "one order for both": """
def mixed(x, y):
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    return (x[:20], y[:20]), (x[20:], y[20:])

(x, y), held = mixed(rng.normal(size=(32, 4)), rng.random((32, 1)))
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, validation_data=held, verbose=0)
""",
    "a table is shuffled before it is cut into inputs and targets": """
table = rng.normal(size=(32, 5))
rng.shuffle(table)
x, y = table[:24, :4], table[:24, 4:]
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, verbose=0)
""",
    "raw pictures for a model that scales, and a plot that divides": """
pictures = rng.integers(0, 256, (16, 8, 8, 3)).astype("float32")
shown = pictures[:2] / 255.0
model = keras.Sequential([keras.Input((8, 8, 3)), layers.Rescaling(1 / 255.0),
                          layers.Conv2D(4, 3, activation="relu"), layers.Flatten(),
                          layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(pictures, rng.integers(0, 2, 16), verbose=0)
""",
    "a part of a model for itself, built and kept for later": """
def build():
    inputs = keras.Input((6,))
    x = layers.Dense(8, activation="relu")(inputs)
    code = layers.Dense(2)(x)
    return keras.Model(inputs, layers.Dense(1)(code)), keras.Model(inputs, code)

model, encoder = build()
model.compile("adam", "mse")
model.fit(rng.random((16, 6)), rng.random((16, 1)), verbose=0)
""",
    "attention over the steps in a classifier": """
steps = keras.Input((7, 3))
weights = layers.Softmax(axis=1)(layers.Dense(1)(steps))
x = layers.Flatten()(layers.Dot(axes=1)([weights, steps]))
model = keras.Model(steps, layers.Dense(2, activation="softmax")(x))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(rng.normal(size=(16, 7, 3)), rng.integers(0, 2, 16), verbose=0)
""",
}


@pytest.mark.parametrize("name", BUGS)
def test_found_at_its_line_and_cured(name: str) -> None:
    rule, source = BUGS[name]
    found = _findings(source)

    assert [each.rule for each in found][:1] == [rule]
    place = found[0].places[0]
    assert Path(place.file).name == "train.py"
    assert "# HERE" in (HEAD + source).split("\n")[place.line - 1]
    fix = found[0].fixes[0]
    assert cures(HEAD + source, fix)
    changed = fix.apply({fix.edits[0].file: HEAD + source})[fix.edits[0].file]
    assert rule not in [each.rule for each in _findings(changed, head="")]


@pytest.mark.parametrize("name", HEALTHY)
def test_silent_where_nothing_is_wrong(name: str) -> None:
    assert [each.rule for each in _findings(HEALTHY[name])] == []


def _findings(source: str, head: str = HEAD) -> list[Diagnosis]:
    return [each for each in run_case(head + source) if each.severity is not Severity.INFO]
