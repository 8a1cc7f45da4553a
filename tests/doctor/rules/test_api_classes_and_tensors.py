"""Classes, layers and tensors that stand in each other's places."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "cls-seq",
        "class-not-instantiated",
        """
model = keras.Sequential  # HERE
model.add(layers.Dense(3))
""",
        words=("not an instance", "parentheses"),
        layer="Sequential",
    ),
    Fault(
        "cls-list",
        "class-not-instantiated",
        """
model = keras.Sequential([keras.Input((4,4)), layers.Flatten, layers.Dense(3)])  # HERE
""",
    ),
    Fault(
        "cls-tensor",
        "layer-made-of-tensor",
        """
inp = keras.Input((4,4))
x = layers.Flatten(inp)  # HERE
out = layers.Dense(3)(x)
model = keras.Model(inp, out)
""",
        words=("data_format", "(None, 4, 4)"),
    ),
    Fault(
        "cls-bn",
        "layer-made-of-tensor",
        """
inp = keras.Input((8,8,3))
x = layers.Conv2D(4, 3)(inp)
x = layers.BatchNormalization(x)  # HERE
x = layers.ReLU()(x)
model = keras.Model(inp, x)
""",
    ),
    Fault(
        "cls-opt",
        "class-not-instantiated",
        """
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile(keras.optimizers.Adam, "mse")  # HERE
""",
    ),
    Fault(
        "cls-cb",
        "class-not-instantiated",
        """
model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((8,4)), np.zeros((8,1)), callbacks=[keras.callbacks.EarlyStopping], verbose=0)  # HERE
""",
    ),
    Fault(
        "cls-own",
        "class-not-instantiated",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1)
    def call(self, x):
        return self.d(x)
net = Net  # HERE
net.compile("adam", "mse")
""",
    ),
    Fault(
        "cls-wrap",
        "class-not-instantiated",
        """
inp = keras.Input((5, 8))
x = layers.TimeDistributed(layers.Flatten)(inp)  # HERE
""",
    ),
    Fault(
        "cls-param",
        "class-not-instantiated",
        """
def make(head):
    m = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), head, layers.Dense(2)])
    return m
m = make(layers.GlobalMaxPooling2D)  # HERE
""",
    ),
    Fault(
        "cls-loop",
        "class-not-instantiated",
        """
blocks = [layers.Conv2D(4, 3), layers.ReLU, layers.Flatten()]  # HERE
m = keras.Sequential()
m.add(keras.Input((8, 8, 1)))
for b in blocks:
    m.add(b)
""",
    ),
    Fault(
        "cls-in-dict",
        "layer-made-of-tensor",
        """
REG = {"cnn": layers.Conv2D, "flat": layers.Flatten}
inp = keras.Input((8, 8, 3))
x = layers.Conv2D(4, 3)(inp)
x = REG["flat"](x)  # HERE
out = layers.Dense(2)(x)
""",
    ),
    Fault(
        "lt-addtensor",
        "tensor-as-layer",
        """
inp = keras.Input((8,))
model = keras.Sequential()
model.add(inp)
model.add(layers.Dense(3)(inp))  # HERE
""",
        words=("KerasTensor", "needs a Layer instance"),
    ),
    Fault(
        "lt-layer-in",
        "layer-as-tensor",
        """
inp = keras.Input((8,))
x = layers.Dense(3)  # HERE
y = layers.Dense(4)(x)
model = keras.Model(inp, y)
""",
    ),
    Fault(
        "lt-modelout",
        "layer-as-tensor",
        """
base = keras.Sequential([keras.Input((8,)), layers.Dense(4)])
y = layers.Dense(3)(base)  # HERE
model = keras.Model(base.inputs, y)
""",
    ),
    Fault(
        "lt-model-out-layer",
        "layer-as-tensor",
        """
inp = keras.Input((8,))
h = layers.Dense(4)(inp)
out = layers.Dense(2)  # HERE
m = keras.Model(inputs=inp, outputs=out)
""",
    ),
    Fault(
        "lt-calltensor2",
        "tensor-as-layer",
        """
inp = keras.Input((8,))
x = layers.Dense(4)(inp)(inp)  # HERE
""",
    ),
    Fault(
        "lt-tensor-compile",
        "tensor-as-layer",
        """
inp = keras.Input((8,))
model = layers.Dense(4)(inp)
model.compile("adam", "mse")  # HERE
""",
    ),
    Fault(
        "lt-loop",
        "layer-as-tensor",
        """
inp = keras.Input((8,))
x = inp
for n in (16, 8):
    x = layers.Dense(n)  # HERE
out = layers.Dense(1)(x)
""",
    ),
    Fault(
        "lt-attr",
        "layer-as-tensor",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.a = layers.Dense(4)
        self.b = layers.Dense(2)
    def call(self, x):
        h = self.a  # HERE
        return self.b(h)
n = Net()
y = n(np.zeros((2, 3)))
""",
    ),
    Fault(
        "lt-multi",
        "layer-as-tensor",
        """
base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(64, 64, 3), alpha=0.35)
x = layers.GlobalAveragePooling2D()(base)  # HERE
out = layers.Dense(3)(x)
m = keras.Model(base.input, out)
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
