"""Arguments that Keras does not take, does not get, or gets in another form."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "arg-lr",
        "unknown-argument",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4)])
m.compile(optimizer=keras.optimizers.SGD(lr=0.1, momentum=0.9), loss="mse")  # HERE
""",
        words=("learning_rate", "removed"),
    ),
    Fault(
        "arg-typo",
        "unknown-argument",
        """
m = keras.Sequential([keras.Input((8, 3)), layers.LSTM(4, return_sequence=True), layers.LSTM(3)])  # HERE
""",
        words=("return_sequences",),
        layer="LSTM",
    ),
    Fault(
        "arg-nb",
        "unknown-argument",
        """
m = keras.Sequential([keras.Input((8,8,3)), layers.Conv2D(nb_filter=4, nb_row=3, nb_col=3, border_mode="same")])  # HERE
""",
    ),
    Fault(
        "arg-nb-epoch",
        "unknown-argument",
        """
m = keras.Sequential([keras.Input((8,)), layers.Dense(4)])
m.compile("adam", "mse")
m.fit(np.zeros((8,8)), np.zeros((8,4)), nb_epoch=3)  # HERE
""",
    ),
    Fault(
        "arg-bis",
        "unknown-argument",
        """
m = keras.Sequential([layers.LSTM(4, batch_input_shape=(None, 5, 2)), layers.Dense(1)])  # HERE
print(m.predict(np.zeros((1, 5, 2)), verbose=0).shape)
""",
    ),
    Fault(
        "arg-leaky",
        "unknown-argument",
        """
x = layers.LeakyReLU(alpha=0.1)
y = layers.LeakyReLU(slope=0.2)  # HERE
""",
    ),
    Fault(
        "arg-model-io",
        "unknown-argument",
        """
inp = keras.Input((8,))
m = keras.Model(input=inp, output=layers.Dense(2)(inp))  # HERE
""",
    ),
    Fault(
        "multi-lr",
        "unknown-argument",
        """
import numpy as np
import keras
from config import CFG
from model import build
m = build(CFG)
m.fit(np.zeros((4, CFG.n)), np.zeros((4, 1)), verbose=0)
## config.py
from dataclasses import dataclass, field
@dataclass
class Config:
    n: int = 6
    opt: dict = field(default_factory=lambda: {"lr": 0.01, "momentum": 0.9})  # HERE
    act: str = "Relu "
CFG = Config()
## model.py
import keras
from keras import layers
def build(cfg):
    m = keras.Sequential([keras.Input((cfg.n,)), layers.Dense(4, activation="relu"), layers.Dense(1)])
    m.compile(optimizer=keras.optimizers.SGD(**cfg.opt), loss="mse")
    return m
""",
    ),
    Fault(
        "arg-fitcfg",
        "unknown-argument",
        """
kw = dict(epochs=1, batchsize=4, verbose=0)  # HERE
m = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
m.compile("adam", "mse")
m.fit(np.zeros((8, 4)), np.zeros((8, 1)), **kw)
""",
    ),
    Fault(
        "arg-ops",
        "unknown-argument",
        """
x = ops.mean(np.zeros((3, 4)), dim=1)  # HERE
""",
    ),
    Fault(
        "arg-torchlike",
        "unknown-argument",
        """
c = layers.Conv2D(in_channels=3, out_channels=8, kernel_size=3, padding="same")  # HERE
""",
    ),
    Fault(
        "arg-torchlike2",
        "unknown-argument",
        """
l = layers.LSTM(hidden_size=8, batch_first=True)  # HERE
""",
    ),
    Fault(
        "arg-own2",
        "unknown-argument",
        """
class Head(layers.Layer):
    def __init__(self, units, rate=0.1):
        super().__init__()
        self.d = layers.Dense(units)
    def call(self, x):
        return self.d(x)
h = Head(units=3, name="head")  # HERE
""",
    ),
    Fault(
        "arg-own3",
        "unknown-argument",
        """
def make_model(n_classes, dropout=0.2):
    return keras.Sequential([keras.Input((4,)), layers.Dense(n_classes)])
m = make_model(num_classes=4)  # HERE
""",
    ),
    Fault(
        "arg-layerfunc",
        "unknown-argument",
        """
inp = keras.Input((4,))
y = layers.Dropout(0.5)(inp, train=True)  # HERE
""",
    ),
    Fault(
        "arg-missing",
        "missing-argument",
        """
x = layers.Conv2D(32)  # HERE
""",
        words=("kernel_size",),
    ),
    Fault(
        "arg-addw",
        "argument-order",
        """
class L(layers.Layer):
    def build(self, s):
        self.w = self.add_weight("kernel", (s[-1], 3))  # HERE
    def call(self, x):
        return x @ self.w
m = keras.Sequential([keras.Input((4,)), L()])
""",
        words=("`shape`", "name="),
    ),
    Fault(
        "arg-concat",
        "arguments-not-in-list",
        """
a = keras.Input((8,)); b = keras.Input((8,))
x = layers.Concatenate()(a, b)  # HERE
""",
    ),
    Fault(
        "arg-add",
        "arguments-not-in-list",
        """
a = keras.Input((8,)); b = keras.Input((8,))
x = layers.Add()(a, b)  # HERE
m = keras.Model([a, b], x)
""",
    ),
    Fault(
        "arg-addfn",
        "arguments-not-in-list",
        """
a = keras.Input((8,)); b = keras.Input((8,))
x = layers.add(a, b)  # HERE
""",
    ),
    Fault(
        "arg-seqargs",
        "arguments-not-in-list",
        """
m = keras.Sequential(keras.Input((8,)), layers.Dense(2), layers.Dense(1))  # HERE
""",
    ),
    Fault(
        "arg-seqargs2",
        "arguments-not-in-list",
        """
m = keras.Sequential(layers.Dense(2), layers.Dense(1))  # HERE
""",
    ),
    Fault(
        "sh-int",
        "shape-not-a-tuple",
        """
n = 784
inp = keras.Input(shape=n)  # HERE
""",
        words=("784", "(784,)", "comma"),
    ),
    Fault(
        "sh-int2",
        "shape-not-a-tuple",
        """
m = keras.Sequential([layers.Dense(3, input_shape=8)])  # HERE
""",
    ),
    Fault(
        "sh-two2",
        "shape-not-a-tuple",
        """
H, W = 8, 8
inp = keras.Input(H, W)  # HERE
""",
        words=("batch_size", "(8, 8)"),
    ),
    Fault(
        "sh-reshape",
        "shape-not-a-tuple",
        """
inp = keras.Input((8,))
x = layers.Reshape(4, 2)(inp)  # HERE
""",
    ),
    Fault(
        "sh-opsreshape",
        "shape-not-a-tuple",
        """
inp = keras.Input((8,4))
x = ops.reshape(inp, -1, 32)  # HERE
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
