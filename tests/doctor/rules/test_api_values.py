"""Values of arguments and attributes that Keras refuses."""

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "val-act",
        "unknown-identifier",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation="rleu")])  # HERE
""",
        words=("'relu'",),
    ),
    Fault(
        "val-act0",
        "unknown-identifier",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4, activation=0)])  # HERE
""",
    ),
    Fault(
        "val-metric",
        "unknown-identifier",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4)])
m.compile("adam", loss="mse", metrics=["accurracy"])  # HERE
m.fit(np.zeros((8,8)), np.zeros((8,4)), verbose=0)
""",
    ),
    Fault(
        "val-lossspace",
        "unknown-identifier",
        """
LOSS = "binary crossentropy"  # HERE
m = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
m.compile("adam", loss=LOSS)
m.fit(np.zeros((8, 4)), np.zeros((8,1)), verbose=0)
""",
    ),
    Fault(
        "gr-accloss",
        "unknown-identifier",
        """
n = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
n.compile("adam", loss="accuracy", metrics=["accuracy"])  # HERE
n.fit(np.zeros((8, 4)), np.zeros((8,)), verbose=0)
""",
        words=("metric", "sparse_categorical_crossentropy"),
    ),
    Fault(
        "multi-act",
        "unknown-identifier",
        """
import keras
from config import CFG
from keras import layers
layers_ = []
for w in CFG["widths"]:
    layers_.append(layers.Dense(w, activation=CFG["act"]))
m = keras.Sequential([keras.Input((4,)), *layers_])
## config.py
CFG = {"widths": [8, 4], "act": "rellu"}  # HERE
""",
    ),
    Fault(
        "val-optcase",
        "unknown-identifier",
        """
m = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
m.compile("AdamOptimizer", loss="mse")  # HERE
""",
    ),
    Fault(
        "val-pad2",
        "bad-argument-value",
        """
c = layers.Conv1D(4, 3, padding="reflect")  # HERE
inp = keras.Input((8, 3))
y = c(inp)
""",
    ),
    Fault(
        "val-pad3",
        "bad-argument-value",
        """
c = layers.MaxPooling2D(2, padding="casual")  # HERE
inp = keras.Input((8, 8, 3))
y = c(inp)
""",
    ),
    Fault(
        "multi-pad",
        "bad-argument-value",
        """
import keras
from keras import layers
PAD = "Same "  # HERE
class Block(layers.Layer):
    def __init__(self, f, pad=PAD):
        super().__init__()
        self.c = layers.Conv2D(f, 3, padding=pad)
    def call(self, x):
        return self.c(x)
b = Block(4)
""",
    ),
    Fault(
        "val-units",
        "bad-argument-value",
        """
c = layers.Dense("64")  # HERE
""",
    ),
    Fault(
        "val-unitsf",
        "bad-argument-value",
        """
hidden = 64 / 2  # HERE
c = layers.Dense(hidden)
""",
    ),
    Fault(
        "val-rate",
        "bad-argument-value",
        """
c = layers.Dropout(50)  # HERE
""",
    ),
    Fault(
        "val-kernel",
        "bad-argument-value",
        """
c = layers.Conv2D(4, (3, 3, 3))  # HERE
""",
    ),
    Fault(
        "val-mode",
        "bad-argument-value",
        """
c = layers.Bidirectional(layers.LSTM(3), merge_mode="add")  # HERE
""",
    ),
    Fault(
        "val-df",
        "bad-argument-value",
        """
c = layers.Conv2D(6, 3, data_format="channel_last")  # HERE
""",
    ),
    Fault(
        "attr-act",
        "layer-attribute-overwritten",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(2)])
m.layers[0].activation = "relu"  # HERE
m.compile("adam", "mse")
m.fit(np.zeros((8,8)), np.zeros((8,2)), verbose=0)
""",
        words=("not callable", "activation"),
        layer="dense",
    ),
    Fault(
        "attr-rate",
        "layer-attribute-overwritten",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dropout(0.2), layers.Dense(2)])
for l in m.layers:
    if isinstance(l, layers.Dropout):
        l.rate = None  # HERE
m.compile("adam", "mse")
m.fit(np.zeros((8,8)), np.zeros((8,2)), verbose=0)
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
