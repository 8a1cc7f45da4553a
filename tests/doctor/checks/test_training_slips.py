"""Slips that only training shows: each is found at its line, and what looks like it is not."""

from __future__ import annotations

import pytest

from graphscope.doctor.findings import Severity
from tests.doctor.rules.conftest import run_case

pytestmark = pytest.mark.tensorflow

HEAD = """
import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

rng = np.random.default_rng(0)
x = rng.normal(size=(64, 8)).astype("float32")
y = rng.integers(0, 4, 64)
rare = (np.arange(64) % 16 == 0).astype("float32")


def two(*more):
    return keras.Sequential([keras.Input((8,)), *more])


class Step(keras.Sequential):
    def gradients(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(inputs, targets, self(inputs, training=True))
        return tape, loss
"""
SLIPS = {
    "dropout-on-output": """
model = keras.Sequential([
    keras.Input((8,)),
    layers.Dense(4, activation="softmax"),
    layers.Dropout(0.4),  # HERE
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, verbose=0)
""",
    "gradients-not-applied": """
class Net(Step):
    def train_step(self, data):
        tape, loss = self.gradients(data)
        taken = tape.gradient(loss, self.trainable_variables)
        taken = [tf.clip_by_norm(each, 1.0) for each in taken]  # HERE
        return {"error": loss}

model = Net([keras.Input((8,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, rare, verbose=0)
""",
    "batch-norm-of-one": """
model = two(
    layers.Dense(8),
    layers.BatchNormalization(),  # HERE
    layers.Dense(4, activation="softmax"),
)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, batch_size=1, verbose=0)
""",
    "sample-weights": """
weights = (y > 9).astype("float32")  # HERE
model = two(layers.Dense(4, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, sample_weight=weights, verbose=0)
""",
    "sample-weights of classes": """
model = two(layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")
weights = {0: 2.0, 1: 0.2}  # HERE
model.fit(x, rare, class_weight=weights, verbose=0)
""",
    "rebuilt-each-round": """
for round in range(4):
    model = two(layers.Dense(4, activation="softmax"))  # HERE
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, verbose=0)
""",
    "softmax-over-batch": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(4)
    def call(self, inputs):
        return ops.softmax(self.score(inputs), axis=0)  # HERE

model = Net()
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, verbose=0)
""",
    "loss-and-head": """
model = two(
    layers.Dense(8, activation="relu"),
    layers.Dense(4, activation="relu"),  # HERE
)
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x, y, verbose=0)
""",
    "left-out-of-training": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.body, self.head = layers.Dense(8), layers.Dense(1)
    def call(self, inputs):
        return self.head(self.body(inputs))
    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(inputs, targets, self(inputs, training=True))
        weights = self.head.trainable_variables  # HERE
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return {"error": loss}

model = Net()
model.compile("adam", "mse")
model.fit(x, rare, verbose=0)
""",
}
ALIKE = {
    "dropout before the head": """
model = two(layers.Dense(8, activation="relu"), layers.Dropout(0.4),
            layers.Dense(4, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, verbose=0)
""",
    "gradients that another method applies": """
class Net(Step):
    def train_step(self, data):
        tape, loss = self.gradients(data)
        taken = tape.gradient(loss, self.trainable_variables)
        self.hand_over(taken)
        return {"error": loss}
    def hand_over(self, taken):
        self.optimizer.apply(taken, self.trainable_variables)

model = Net([keras.Input((8,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, rare, verbose=0)
""",
    "maps have more than one position": """
model = keras.Sequential([keras.Input((6, 6, 1)), layers.Conv2D(4, 3),
                          layers.BatchNormalization(), layers.Flatten(), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(rng.normal(size=(6, 6, 6, 1)), rng.normal(size=(6, 1)), batch_size=1, verbose=0)
""",
    "weights as they should be": """
model = two(layers.Dense(1, activation="sigmoid"))
model.compile("adam", "binary_crossentropy")
model.fit(x, rare, class_weight={0: 0.5, 1: 8.0}, verbose=0)
model.fit(x, rare, sample_weight=(x[:, 0] > 0).astype("float32"), verbose=0)
""",
    "an ensemble, and a comparison": """
kept = []
for number in range(3):
    model = two(layers.Dense(4, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, y, verbose=0)
    kept.append(model)
found = {}
for units in (4, 8, 16):
    model = two(layers.Dense(units, activation="relu"), layers.Dense(4, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy")
    found[units] = model.fit(x, y, verbose=0).history["loss"][-1]
""",
    "softmax over the classes, and over the steps that are pooled": """
class Pool(layers.Layer):
    def __init__(self):
        super().__init__()
        self.score = layers.Dense(1)
    def call(self, steps):
        return ops.sum(ops.softmax(self.score(steps), axis=1) * steps, axis=1)

model = keras.Sequential([keras.Input((5, 3)), Pool(), layers.Dense(4, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(rng.normal(size=(64, 5, 3)), y, verbose=0)
""",
    "a part for each optimizer": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.body, self.head = layers.Dense(8), layers.Dense(1)
        self.slow = keras.optimizers.SGD(1e-3)
    def call(self, inputs):
        return self.head(self.body(inputs))
    def train_step(self, data):
        inputs, targets = data
        with tf.GradientTape(persistent=True) as tape:
            loss = self.compute_loss(inputs, targets, self(inputs, training=True))
        mine = self.head.trainable_variables
        self.optimizer.apply(tape.gradient(loss, mine), mine)
        others = self.body.trainable_variables
        self.slow.apply(tape.gradient(loss, others), others)
        return {"error": loss}

model = Net()
model.compile("adam", "mse")
model.fit(x, rare, verbose=0)
""",
}


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_found_at_its_line(name: str) -> None:
    source = HEAD + SLIPS[name]
    found = [each for each in run_case(source) if each.severity is not Severity.INFO]
    assert [each.rule for each in found][:1] == name.split()[:1]
    assert "# HERE" in source.split("\n")[found[0].places[0].line - 1]
    assert found[0].fixes


@pytest.mark.parametrize("name", ALIKE)
def test_what_looks_like_it_is_left_alone(name: str) -> None:
    found = [each for each in run_case(HEAD + ALIKE[name]) if each.severity is not Severity.INFO]
    assert [each.message for each in found] == []
