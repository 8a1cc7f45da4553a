"""Outputs with another number of units than their targets have columns."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "a dataclass's number of classes, three files",
        "units-and-classes",
        """
from config import Config
from net import build

def load(cfg):
    y = np.arange(60) % 6
    return np.random.rand(60, cfg.side, cfg.side, 1), keras.utils.to_categorical(y)

cfg = Config()
x, y = load(cfg)
model = build(cfg)
model.compile("adam", "categorical_crossentropy")
model.fit(x, y, verbose=0)
## config.py
from dataclasses import dataclass

@dataclass
class Config:
    side: int = 12
    n_classes: int = 4  # HERE
## net.py
from keras import Sequential, layers

def build(cfg):
    return Sequential([
        layers.Input((cfg.side, cfg.side, 1)),
        layers.Flatten(),
        layers.Dense(cfg.n_classes, activation="softmax", name="letters"),
    ])
""",
        words=("(None, 4)", "(None, 6)", "to_categorical"),
        layer="letters",
    ),
    Fault(
        "one-hot rows of labels that start at 1",
        "units-and-classes",
        """
grades = np.arange(40) % 5 + 1
rows = keras.utils.to_categorical(grades)  # HERE
m = keras.Sequential([keras.Input((6,)), layers.Dense(5, activation="softmax")])
m.compile("adam", "categorical_crossentropy")
m.fit(np.random.rand(40, 6), rows, verbose=0)
""",
        words=("1..5", "empty class 0"),
    ),
    Fault(
        "own loss function",
        "units-and-classes",
        """
def focal(y_true, y_pred):
    p = ops.sum(y_true * y_pred, axis=-1)
    return -ops.log(p + 1e-7) * (1 - p) ** 2

head = layers.Dense(4, activation="softmax")  # HERE
m = keras.Sequential([keras.Input((6,)), head])
m.compile("adam", focal)
m.fit(np.random.rand(32, 6), keras.utils.to_categorical(np.random.randint(0, 3, 32), 3), verbose=0)
""",
    ),
    Fault(
        "default of a subclassed model, own train_step",
        "units-and-classes",
        """
class Net(keras.Model):
    def __init__(self, classes=10):
        super().__init__()
        self.flat = layers.Flatten()
        self.logits = layers.Dense(classes)
        self.loss_fn = keras.losses.CategoricalCrossentropy(from_logits=True)

    def call(self, x):
        return self.logits(self.flat(x))

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.loss_fn(y, self(x, training=True))
        self.optimizer.apply_gradients(zip(tape.gradient(loss, self.trainable_variables), self.trainable_variables))
        return {"loss": loss}

n_labels = 7
ds = tf.data.Dataset.from_tensor_slices((np.random.rand(42, 8, 8, 3).astype("float32"), tf.one_hot(np.arange(42) % n_labels, n_labels))).batch(14)
net = Net()  # HERE
net.compile("adam")
net.fit(ds, verbose=0)
""",
        words=("(None, 10)", "(None, 7)"),
    ),
    Fault(
        "two models of other width",
        "two-outputs-differ",
        """
def mlp(units, classes=9):
    return keras.Sequential([keras.Input((6,)), layers.Dense(units), layers.Dense(classes)])

class Mimic(keras.Model):
    def __init__(self, teacher, student):
        super().__init__()
        self.teacher, self.student = teacher, student
        self.distance = keras.losses.MeanSquaredError()

    def call(self, x):
        return self.student(x)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        return self.distance(self.teacher(x), y_pred)

KINDS = 4
model = Mimic(mlp(32, classes=KINDS), mlp(8))  # HERE
model.compile("adam")
model.fit(np.random.rand(24, 6), np.arange(24) % KINDS, verbose=0)
""",
        words=("(None, 4)", "(None, 9)"),
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_other_numbers_of_units_are_explained(fault: Fault) -> None:
    check(fault)
