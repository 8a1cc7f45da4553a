"""What subclasses of Layer and Model owe their base classes."""

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "pr-super",
        "missing-super-init",
        """
class Block(layers.Layer):
    def __init__(self, n):
        self.d = layers.Dense(n)  # HERE
    def call(self, x):
        return self.d(x)
b = Block(3)
y = b(np.zeros((2, 4)))
""",
        words=("super().__init__()", "first statement"),
        layer="Block",
    ),
    Fault(
        "sup-compile",
        "missing-super-init",
        """
class Reg(keras.Model):
    def __init__(self, n):
        self.n = n
        self.a = layers.Dense(n)  # HERE
    def call(self, x):
        return self.a(x)
m = Reg(3)
m.compile("adam", "mse")
m.fit(np.zeros((4,3)), np.zeros((4,3)), verbose=0)
""",
    ),
    Fault(
        "pr-super-noattr",
        "missing-super-init",
        """
class Scale(layers.Layer):
    def __init__(self, n):
        n2 = n * 2  # HERE
    def call(self, x):
        return x * 2
b = Scale(3)
y = b(np.zeros((2, 4)))
""",
    ),
    Fault(
        "pr-init-name",
        "missing-super-init",
        """
class Net(keras.Model):
    def _init_(self, n):  # HERE
        super().__init__()
        self.d = layers.Dense(n)
    def call(self, x):
        return self.d(x)
b = Net(3)
""",
    ),
    Fault(
        "pr-forward",
        "call-not-defined",
        """
class Net(keras.Model):
    def __init__(self, n):
        super().__init__()
        self.d = layers.Dense(n)
    def forward(self, x):  # HERE
        return self.d(x)
b = Net(3)
y = b(np.zeros((2, 4)))
""",
    ),
    Fault(
        "pr-forward-layer",
        "call-not-defined",
        """
class Sq(layers.Layer):
    def forward(self, x):  # HERE
        return x * x
inp = keras.Input((4,))
y = Sq()(inp)
m = keras.Model(inp, y)
""",
    ),
    Fault(
        "pr-nocall",
        "call-not-defined",
        """
class Net(keras.Model):  # HERE
    def __init__(self):
        super().__init__()
        self.enc = keras.Sequential([layers.Dense(3)])
        self.dec = keras.Sequential([layers.Dense(8)])
    def train_step(self, data):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.dec(self.enc(data)) - data) ** 2)
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(g, self.trainable_variables)
        return {"loss": loss}
n = Net()
n.compile("adam")
n.fit(np.zeros((8, 8), "float32"), verbose=0)
n.predict(np.zeros((8, 8), "float32"), verbose=0)
""",
        words=("call", "test_step"),
    ),
    Fault(
        "pr-none",
        "returns-nothing",
        """
class Sq(layers.Layer):
    def call(self, x):
        y = x * x  # HERE
inp = keras.Input((4,))
y = Sq()(inp)
out = layers.Dense(3)(y)
m = keras.Model(inp, out)
""",
        words=("returns None",),
    ),
    Fault(
        "pr-none-model",
        "returns-nothing",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1)
    def call(self, x):
        x = self.d(x)  # HERE
n = Net()
n.compile("adam", "mse")
n.fit(np.zeros((8, 8)), np.zeros((8, 1)), verbose=0)
""",
    ),
    Fault(
        "pr-noself",
        "call-signature",
        """
class Sq(layers.Layer):
    def call(x):  # HERE
        return x * x
inp = keras.Input((4,))
y = Sq()(inp)
""",
    ),
    Fault(
        "pr-training2",
        "call-signature",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dropout(0.5)
    def call(self, x):  # HERE
        return self.d(x, training=training)
n = Net()
y = n(np.zeros((2, 3)))
""",
    ),
    Fault(
        "pr-build",
        "attribute-set-in-uncalled-method",
        """
class Lin(layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.n = n
    def built(self, shape):  # HERE
        self.w = self.add_weight(shape=(shape[-1], self.n))
    def call(self, x):
        return x @ self.w
inp = keras.Input((4,))
y = Lin(3)(inp)
""",
    ),
    Fault(
        "pr-addw-call",
        "state-made-in-call",
        """
class Lin(layers.Layer):
    def call(self, x):
        w = self.add_weight(shape=(x.shape[-1], 3))  # HERE
        return x @ w
m = keras.Sequential([keras.Input((4,)), Lin()])
m.compile("sgd", "mse")
m.fit(np.zeros((8, 4)), np.zeros((8, 3)), verbose=0)
""",
    ),
    Fault(
        "pr-layer-call",
        "state-made-in-call",
        """
class Net(keras.Model):
    def call(self, x):
        return layers.Dense(3)(x)  # HERE
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 3)), verbose=0)
""",
    ),
    Fault(
        "rn-build",
        "returns-nothing",
        """
def build(n):
    inp = keras.Input((4,))
    x = layers.Dense(n)(inp)
    model = keras.Model(inp, x)  # HERE
m = build(3)
m.compile("adam", "mse")
""",
    ),
    Fault(
        "rn-block",
        "returns-nothing",
        """
def block(x, n):
    x = layers.Dense(n)(x)
    x = layers.ReLU()(x)  # HERE
inp = keras.Input((4,))
h = block(inp, 8)
out = layers.Dense(2)(h)
""",
    ),
    Fault(
        "rn-block2",
        "returns-nothing",
        """
import keras
from keras import layers
from blocks import block
inp = keras.Input((4,))
out = layers.Dense(2)(block(inp, 8))
## blocks.py
from keras import layers
def block(x, n):
    x = layers.Dense(n)(x)
    layers.ReLU()(x)  # HERE
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
