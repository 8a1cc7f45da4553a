"""Slips: another variable, another order, another end, another setting than was meant."""

# ruff: noqa: E501 - the programs stand as their users write them

from __future__ import annotations

import pytest

from tests.doctor.rules.marked import Fault, check

pytestmark = pytest.mark.tensorflow

FAULTS = (
    Fault(
        "the residual adds what came before the projection",
        "wrong-variable",
        """
def block(given, width):
    x = layers.Conv2D(width, 1, name="lift")(given)
    y = layers.Conv2D(width, 3, padding="same")(x)
    y = layers.BatchNormalization()(y)
    x = layers.add([given, y])  # HERE
    return layers.ReLU()(x)

picture = keras.Input((16, 16, 3))
keras.Model(picture, block(picture, 20))
""",
        words=("x", "(None, 16, 16, 20)", "along axis -1, 3 and 20 differ"),
        edit="[x, y]",
    ),
    Fault(
        "a pooled tensor that nothing reads",
        "wrong-variable",
        """
words = keras.Input((12,), dtype="int32")
facts = keras.Input((5,))

def join(words, facts):
    steps = layers.Embedding(50, 16)(words)
    vector = layers.GlobalMaxPooling1D()(steps)
    return layers.Concatenate(name="both")([steps, facts])  # HERE

keras.Model([words, facts], layers.Dense(1)(join(words, facts)))
""",
        words=("vector is made and never used", "(None, 16)"),
        layer="both",
        edit="[vector, facts]",
    ),
    Fault(
        "skips kept in an object, zipped beforehand",
        "merge-of-different-sizes",
        """
class Net:
    def __init__(self):
        self.kept = []

    def encode(self, x):
        for width in (8, 12, 16):
            x = layers.Conv1D(width, 3, padding="same", activation="relu")(x)
            self.kept.append(x)
            x = layers.AveragePooling1D(2)(x)
        return x

    def decode(self, x):
        steps = list(zip((16, 12, 8), self.kept))  # HERE
        for width, kept in steps:
            x = layers.UpSampling1D(2)(x)
            x = layers.Concatenate()([x, kept])
            x = layers.Conv1D(width, 3, padding="same")(x)
        return x

net = Net()
signal = keras.Input((64, 2))
keras.Model(signal, net.decode(net.encode(signal)))
""",
        words=("self.kept", "from the largest", "in reverse"),
        edit="reversed(self.kept)",
    ),
    Fault(
        "skips by index, counted from the wrong end",
        "merge-of-different-sizes",
        """
def unet(x, depth=3):
    skips = []
    for level in range(depth):
        x = layers.Conv2D(8 * 2 ** level, 3, padding="same")(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    for level in range(depth):
        x = layers.Conv2DTranspose(8, 2, strides=2)(x)
        x = layers.Concatenate()([x, skips[level]])  # HERE
    return x

picture = keras.Input((32, 32, 1))
keras.Model(picture, unet(picture))
""",
        edit="skips[-level - 1]",
    ),
    Fault(
        "half of a vector for mean and spread",
        "computed-model-input",
        """
LATENT = 6

def encoder():
    x = keras.Input((20,))
    return keras.Model(x, layers.Dense(LATENT)(layers.Dense(16, activation="relu")(x)))  # HERE

def decoder():
    z = keras.Input((LATENT,), name="z")
    return keras.Model(z, layers.Dense(20)(z), name="decoder")

class Vae(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = encoder(), decoder()

    def call(self, x):
        both = self.encoder(x)
        mean, spread = tf.split(both, num_or_size_splits=2, axis=1)
        return self.decoder(mean + tf.exp(spread) * tf.random.normal(tf.shape(mean)))

vae = Vae()
vae.compile("adam", "mse")
vae.fit(np.ones((32, 20)), np.ones((32, 20)), verbose=0)
""",
        words=("expects 6 values", "6 / 2 = 3", "2 * 6 = 12"),
        layer="decoder",
    ),
    Fault(
        "targets of a language model that are not shifted",
        "targets-not-shifted",
        """
text = np.random.default_rng(0).integers(0, 30, (64, 12))
fed = text[:, :-1]
wanted = text  # HERE
model = keras.Sequential([keras.Input((None,)), layers.Embedding(30, 8),
                          layers.LSTM(8, return_sequences=True), layers.Dense(30, activation="softmax", name="word")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(fed, wanted, verbose=0)
""",
        words=("off by one", "12", "11", "text[:, 1:]"),
        layer="word",
        edit="text[:, 1:]",
    ),
    Fault(
        "inputs of a language model that are not cut",
        "targets-not-shifted",
        """
def pairs(count):
    tokens = np.random.default_rng(0).integers(0, 30, (count, 12))
    return tokens, tokens[:, 1:]  # HERE

model = keras.Sequential([keras.Input((None,)), layers.Embedding(30, 8),
                          layers.GRU(8, return_sequences=True), layers.Dense(30, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(*pairs(64), verbose=0)
""",
        edit="tokens[:, :-1], tokens[:, 1:]",
    ),
    Fault(
        "labels for both batches where one is judged",
        "loss-rows",
        """
critic = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
judge = keras.losses.BinaryCrossentropy(from_logits=True)

def step(real):
    count = len(real)
    labels = np.ones((count * 2, 1), "float32")  # HERE
    with tf.GradientTape() as tape:
        scores = critic(real)
        loss = judge(labels, scores)
    return loss

step(np.ones((8, 4), "float32"))
""",
        words=("(16, 1)", "(8, 1)", "batch"),
        edit="np.ones((count, 1)",
    ),
    Fault(
        "a target network built with another depth",
        "built-differently",
        """
def network(inputs, sizes=(32, 32)):
    x = keras.Input((inputs,))
    h = x
    for size in sizes:
        h = layers.Dense(size, activation="relu")(h)
    return keras.Model(x, layers.Dense(2)(h))

SIZES = (24, 24, 24)
online = network(4, SIZES)
target = network(4)  # HERE
target.set_weights(online.get_weights())
""",
        words=("8 arrays", "6 weights", "SIZES", "the default (32, 32)"),
        edit="network(4, sizes=SIZES)",
    ),
    Fault(
        "tensors of a layer of the user's own in the other order",
        "swapped-inputs",
        """
class Propagate(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units)

    def call(self, features, adjacency):
        return ops.matmul(adjacency, self.dense(features))

features = keras.Input((7, 5))
adjacency = keras.Input((7, 7))
h = Propagate(6)(features, adjacency)
h = layers.ReLU()(h)
h = Propagate(6)(adjacency, h)  # HERE
""",
        words=("call(features, adjacency)", "Swap the arguments"),
        edit="(h, adjacency)",
    ),
    Fault(
        "compute_loss in the order of the losses",
        "compute-loss-arguments",
        """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(1)

    def call(self, x):
        return self.head(x)

    def train_step(self, batch):
        features, labels = batch
        with tf.GradientTape() as tape:
            guess = self(features, training=True)
            loss = self.compute_loss(labels, guess)  # HERE
        self.optimizer.apply(tape.gradient(loss, self.trainable_variables), self.trainable_variables)
        return {"loss": loss}

net = Net()
net.compile("adam", "mse")
net.fit(np.ones((16, 3)), np.ones((16, 1)), verbose=0)
""",
        words=("(x, y, y_pred, sample_weight)", "y=labels, y_pred=guess"),
        edit="compute_loss(y=labels, y_pred=guess)",
    ),
    Fault(
        "a list as long as another setting says",
        "array-index",
        """
from dataclasses import dataclass

@dataclass
class Config:
    blocks: int = 2
    layers: int = 3
    width: int = 8

class Builder:
    def __init__(self, config):
        self.config = config
        self.rates = [0.1 for _ in range(config.blocks)]  # HERE

    def build(self):
        x = inputs = keras.Input((4,))
        for number in range(self.config.layers):
            x = layers.Dense(self.config.width)(x)
            x = layers.Dropout(self.rates[number])(x)
        return keras.Model(inputs, x)

Builder(Config()).build()
""",
        words=("index 2", "config.blocks", "self.config.layers"),
        edit="config.layers)]",
    ),
    Fault(
        "a product of the wrong sizes in a property",
        "positions-of-other-length",
        """
class Shape:
    def __init__(self, rows=24, columns=40, patch=4):
        self.rows, self.columns, self.patch = rows, columns, patch

    @property
    def patches(self):
        return (self.rows // self.patch) * (self.rows // self.patch)  # HERE

    @classmethod
    def default(cls):
        return cls()

class Positions(layers.Layer):
    def __init__(self, count, width):
        super().__init__()
        self.table = self.add_weight(shape=(count, width), name="table")

    def call(self, x):
        return x + self.table

shape = Shape.default()
picture = keras.Input((shape.rows, shape.columns, 1))
x = layers.Conv2D(10, shape.patch, strides=shape.patch)(picture)
x = layers.Reshape((-1, 10))(x)
x = Positions(shape.patches, 10)(x)
""",
        words=("36", "60"),
        edit="self.columns // self.patch",
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
def test_explained(fault: Fault) -> None:
    check(fault)
