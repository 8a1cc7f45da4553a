"""Graphs that are cut, models without inputs, names and numbers of layers."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "w-gate",
        "disconnected-graph",
        """
a = keras.Input((8,), name="a")
b = keras.Input((8,), name="b")
x = layers.Add()([layers.Dense(8)(a), layers.Dense(8)(b)])
out = layers.Dense(1)(x)
m = keras.Model(a, out)  # HERE
""",
        words=("'b'", "missing from inputs"),
        layer="InputLayer",
    ),
    Fault(
        "w-gate3",
        "disconnected-graph",
        """
a = keras.Input((8,))
b = keras.Input((8,))
c = keras.Input((8,))
x = layers.Concatenate()([a, b, c])
out = layers.Dense(1)(x)
m = keras.Model(inputs=[a, b], outputs=[out, layers.Dense(2)(a)])  # HERE
""",
    ),
    Fault(
        "w-func",
        "disconnected-graph",
        """
def build(n):
    img = keras.Input((8, 8, 1))
    meta = keras.Input((n,))
    x = layers.Flatten()(img)
    x = layers.Concatenate()([x, meta])
    return keras.Model(img, layers.Dense(2)(x))  # HERE
m = build(4)
""",
    ),
    Fault(
        "w-recreate",
        "disconnected-graph",
        """
inp = keras.Input((8,))
x = layers.Dense(4)(inp)
inp = keras.Input((8,))
m = keras.Model(inp, x)  # HERE
""",
    ),
    Fault(
        "w-inner",
        "disconnected-graph",
        """
a = keras.Input((8,), name="img")
lab = keras.Input((4,), name="lab")
feat = layers.Dense(6, name="feat")(a)
z = layers.Concatenate()([feat, lab])
out = layers.Dense(3)(z)
full = keras.Model([a, lab], out)
enc = keras.Model(full.inputs[0], full.output)  # HERE
print(enc.predict(np.zeros((2, 8)), verbose=0).shape)
""",
        words=('full.get_layer("feat").output',),
    ),
    Fault(
        "w-unbuilt",
        "model-not-built",
        """
m = keras.Sequential([layers.Dense(4, name="h"), layers.Dense(2)])  # HERE
feat = keras.Model(m.inputs, m.get_layer("h").output)
print(feat(np.zeros((2, 6))).shape)
""",
    ),
    Fault(
        "w-unbuilt2",
        "model-not-built",
        """
x_train = np.random.rand(20, 10, 3)
m = keras.Sequential()  # HERE
m.add(layers.LSTM(4, return_sequences=True))
m.add(layers.LSTM(4))
m.add(layers.Dense(2))
print(m.output_shape)
print(m.predict(x_train, verbose=0).shape)
""",
        words=("(10, 3)", "Input"),
    ),
    Fault(
        "w-getlayer",
        "no-such-layer",
        """
m = keras.Sequential([keras.Input((4,)), layers.Dense(4, name="hidden_1"), layers.Dense(2, name="logits")])
f = keras.Model(m.inputs, m.get_layer("hidden1").output)  # HERE
""",
        words=("'hidden_1'",),
    ),
    Fault(
        "w-getlayer3",
        "no-such-layer",
        """
m = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.Dense(2)])
print(m.get_layer(index=5))  # HERE
""",
    ),
    Fault(
        "w-dup",
        "duplicate-layer-name",
        """
m = keras.Sequential([keras.Input((4,)), layers.Dense(4, name="d"), layers.Dense(2, name="d")])  # HERE
""",
    ),
    Fault(
        "w-dup2",
        "duplicate-layer-name",
        """
def block(x, n):
    x = layers.Dense(n, name="fc")(x)  # HERE
    return layers.ReLU(name="act")(x)
inp = keras.Input((4,))
x = block(inp, 8)
x = block(x, 8)
m = keras.Model(inp, x)
""",
    ),
    Fault(
        "w-dup3",
        "duplicate-layer-name",
        """
inp = keras.Input((4,))
x = inp
for i in range(3):
    x = layers.Dense(4, name="dense_layer")(x)  # HERE
m = keras.Model(inp, x)
""",
        words=("3 times",),
    ),
    Fault(
        "ar-dense2",
        "layer-arity",
        """
a = keras.Input((8,)); b = keras.Input((8,))
y = layers.Dense(3)([a, b])  # HERE
""",
    ),
    Fault(
        "ar-add1",
        "layer-arity",
        """
a = keras.Input((8,)); b = keras.Input((8,))
y = layers.Multiply()(a)  # HERE
""",
    ),
    Fault(
        "ar-mha",
        "layer-arity",
        """
x = keras.Input((5, 8))
y = layers.MultiHeadAttention(2, 4)(x)  # HERE
""",
    ),
    Fault(
        "ar-densetwo",
        "layer-arity",
        """
a = keras.Input((8,)); b = keras.Input((8,))
y = layers.Dense(3)(a, b)  # HERE
""",
    ),
    Fault(
        "n-reshape",
        "unknown-size-as-number",
        """
class Heads(layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.n = n
    def call(self, x):
        b, t, d = x.shape
        x = ops.reshape(x, (b, t, self.n, d // self.n))  # HERE
        return ops.transpose(x, (0, 2, 1, 3))
inp = keras.Input((6, 8))
m = keras.Model(inp, Heads(2)(inp))
print(m.predict(np.zeros((3, 6, 8)), verbose=0).shape)
""",
        words=("batch size", "-1"),
        layer="heads",
    ),
    Fault(
        "n-reshape2",
        "unknown-size-as-number",
        """
inp = keras.Input((6, 8))
x = ops.reshape(inp, (inp.shape[0] * 6, 8))  # HERE
""",
    ),
    Fault(
        "n-zeros",
        "unknown-size-as-number",
        """
class Pad(layers.Layer):
    def call(self, x):
        z = ops.zeros((x.shape[0], 1, x.shape[2]))  # HERE
        return ops.concatenate([z, x], axis=1)
inp = keras.Input((6, 8))
m = keras.Model(inp, Pad()(inp))
print(m.predict(np.zeros((3, 6, 8)), verbose=0).shape)
""",
    ),
    Fault(
        "ap-small",
        "application-arguments",
        """
from keras.applications import ResNet50
size = 24  # HERE
b = ResNet50(include_top=False, weights=None, input_shape=(size, size, 3))
""",
        words=("32x32", "24x24"),
    ),
    Fault(
        "ap-small2",
        "application-arguments",
        """
SHAPE = (20, 20, 3)  # HERE
def make(shape):
    return keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=shape, alpha=0.35)
b = make(SHAPE)
""",
    ),
    Fault(
        "ap-small3",
        "application-arguments",
        """
x = np.zeros((4, 28, 28, 3))
b = keras.applications.VGG16(weights=None, include_top=False, input_shape=x.shape[1:])  # HERE
print(b.predict(x, verbose=0).shape)
""",
    ),
    Fault(
        "ap-rank",
        "application-arguments",
        """
b = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64))  # HERE
""",
    ),
    Fault(
        "ap-weights",
        "application-arguments",
        """
b = keras.applications.MobileNetV2(weights="imagnet", include_top=False)  # HERE
""",
        is_cured=False,
    ),
    Fault(
        "ap-classes-ign",
        "application-without-top",
        """
b = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(64, 64, 3), classes=5, alpha=0.35)  # HERE
b.compile("adam", "sparse_categorical_crossentropy")
b.fit(np.zeros((4, 64, 64, 3)), np.array([0, 1, 2, 3]), verbose=0)
""",
        words=("(None, 2, 2, 1280)", "Dense(5)"),
    ),
    Fault(
        "sy-tfkt",
        "symbolic-value",
        """
inp = keras.Input((8, 8, 3))
x = layers.Conv2D(4, 3)(inp)
y = tf.reduce_mean(x, axis=[1, 2])  # HERE
out = layers.Dense(2)(y)
m = keras.Model(inp, out)
""",
        words=("KerasTensor", "ops.mean"),
    ),
    Fault(
        "sy-npkt",
        "symbolic-value",
        """
inp = keras.Input((8,))
x = layers.Dense(4)(inp)
x = np.exp(x)  # HERE
m = keras.Model(inp, x)
""",
    ),
    Fault(
        "sy-ifkt",
        "symbolic-value",
        """
inp = keras.Input((8,))
x = layers.Dense(4)(inp)
if x > 0:  # HERE
    y = x
else:
    y = -x
m = keras.Model(inp, y)
""",
    ),
    Fault(
        "sy-concat",
        "symbolic-value",
        """
a = keras.Input((8,))
b = keras.Input((8,))
x = tf.concat([a, b], axis=-1)  # HERE
m = keras.Model([a,b], x)
""",
    ),
    Fault(
        "sy-call2",
        "symbolic-value",
        """
class Top(layers.Layer):
    def call(self, x):
        s = np.sqrt(np.sum(x * x, axis=-1, keepdims=True))  # HERE
        return x / s
inp = keras.Input((8,))
m = keras.Model(inp, Top()(inp))
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
