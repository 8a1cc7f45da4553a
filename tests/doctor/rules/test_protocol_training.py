"""Steps, losses and compile: what training asks of the program."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "ts-none",
        "train-step-result",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        {"loss": loss}  # HERE
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
        words=("returns None", "dict"),
    ),
    Fault(
        "ts-tuple",
        "train-step-result",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(1)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x))
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return loss  # HERE
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
    ),
    Fault(
        "ts-unpack",
        "train-step-data",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data  # HERE
        with tf.GradientTape() as tape:
            loss = ops.mean((self(x) - y) ** 2)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), verbose=0)
""",
        words=("x alone",),
    ),
    Fault(
        "ts-unpack3",
        "train-step-data",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data  # HERE
        with tf.GradientTape() as tape:
            loss = ops.mean((self(x) - y) ** 2)
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 4)), sample_weight=np.ones(8), verbose=0)
""",
    ),
    Fault(
        "ts-order",
        "optimizer-apply",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = ops.mean((self(x) - y) ** 2)
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(zip(g, self.trainable_variables))  # HERE
        return {"loss": loss}
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 4)), verbose=0)
""",
    ),
    Fault(
        "ts-order2",
        "optimizer-apply",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = ops.mean((self(x) - y) ** 2)
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(self.trainable_variables, g)  # HERE
        return {"loss": loss}
n = Net()
n.compile("sgd", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 4)), verbose=0)
""",
    ),
    Fault(
        "ts-nocompile",
        "not-compiled",
        """
n = keras.Sequential([keras.Input((4,)), layers.Dense(4)])
n.fit(np.zeros((8, 4)), np.zeros((8, 4)), verbose=0)  # HERE
""",
    ),
    Fault(
        "ts-noloss",
        "not-compiled",
        """
n = keras.Sequential([keras.Input((4,)), layers.Dense(4)])
n.compile("adam")  # HERE
n.fit(np.zeros((8, 4)), np.zeros((8, 4)), verbose=0)
""",
    ),
    Fault(
        "ts-batch",
        "fixed-batch-size",
        """
B = 16
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.d = layers.Dense(4)
    def call(self, x):
        return self.d(x)
    def train_step(self, data):
        x, y = data
        noise = ops.zeros((B, 4))  # HERE
        with tf.GradientTape() as tape:
            loss = ops.mean((self(x + noise) - y) ** 2)
        g = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply(g, self.trainable_variables)
        return {"loss": loss}
n = Net()
n.compile("sgd")
n.fit(np.zeros((40, 4), "float32"), np.zeros((40, 4), "float32"), batch_size=B, verbose=0)
""",
        words=("40 = 2 * 16 + 8", "partial batch of 8"),
        layer="Net",
    ),
    Fault(
        "gr-np-loss",
        "symbolic-value",
        """
def loss(t, p):
    return np.sqrt(np.mean((t - p) ** 2))  # HERE
n = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
n.compile("adam", loss)
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
        words=("NumPy", "differentiable"),
    ),
    Fault(
        "gr-numpy-call",
        "symbolic-value",
        """
def metric(t, p):
    return float(ops.mean(t - p))  # HERE
n = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
n.compile("adam", "mse", metrics=[metric])
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
    ),
    Fault(
        "gr-dotnumpy",
        "symbolic-value",
        """
def loss(t, p):
    d = (t - p).numpy()  # HERE
    return (d ** 2).mean()
n = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
n.compile("adam", loss)
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
    ),
    Fault(
        "gr-if",
        "symbolic-value",
        """
def loss(t, p):
    d = ops.mean(ops.abs(t - p))
    if d > 1:  # HERE
        return d
    return d ** 2
n = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
n.compile("adam", loss)
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
    ),
    Fault(
        "gr-round",
        "loss-without-gradient",
        """
def f1(t, p):
    r = ops.round(p)  # HERE
    return 1 - ops.mean(ops.cast(r == t, "float32"))
n = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
n.compile("adam", f1)
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
        words=("not differentiable", "binary_crossentropy"),
    ),
    Fault(
        "gr-accloss2",
        "loss-without-gradient",
        """
n = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax")])
n.compile("adam", loss=keras.metrics.sparse_categorical_accuracy)  # HERE
n.fit(np.zeros((8, 4)), np.zeros((8,)), verbose=0)
""",
    ),
    Fault(
        "gr-rounded-between",
        "gradient-stopped",
        """
i = keras.Input((4,))
body = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu")])
codes = ops.round(body(i))  # HERE
n = keras.Model(i, ops.sum(codes, axis=-1, keepdims=True))
n.compile("adam", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 1)), verbose=0)
""",
        words=("ops.round", "stop_gradient"),
    ),
    Fault(
        "gr-stopped-in-a-layer",
        "gradient-stopped",
        """
class Pick(layers.Layer):
    def call(self, p):
        return ops.cast(ops.stop_gradient(p), "float32")  # HERE
n = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="softmax"), Pick(name="pick")])
n.compile("adam", "mse")
n.fit(np.zeros((8, 4)), np.zeros((8, 3)), verbose=0)
""",
        words=("pick", "stop_gradient"),
    ),
    Fault(
        "gr-classweight",
        "class-weight-per-step",
        """
n = keras.Sequential([keras.Input((6,)), layers.Embedding(20, 8), layers.LSTM(5, return_sequences=True), layers.Dense(3, activation="softmax")])
n.compile("adam", "sparse_categorical_crossentropy")
y = np.random.randint(0, 3, (10, 6))
n.fit(np.zeros((10, 6)), y, class_weight={0: 1., 1: 2., 2: 3.}, verbose=0)  # HERE
""",
        words=("sample_weight", "(None, 6)"),
    ),
    Fault(
        "gr-tape",
        "tape-without-forward",
        """
d = layers.Dense(3)
x = tf.zeros((4, 5))
y = d(x)  # HERE
with tf.GradientTape() as tape:
    loss = tf.reduce_mean(y ** 2)
g = tape.gradient(loss, d.trainable_variables)
keras.optimizers.Adam().apply(g, d.trainable_variables)
""",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda each: each.name)
def test_explains_and_cures(fault: Fault) -> None:
    check(fault)
