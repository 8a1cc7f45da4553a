"""Programs in which nothing is wrong, though much in them looks as if: no finding at all."""

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
"""

PROGRAMS = {
    "flat targets, one unit: Keras fits the ranks": """
x = rng.normal(size=(64, 4)).astype("float32")
model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1)])
model.compile("adam", "mse", metrics=["mae"])
model.fit(x, x.sum(1), epochs=1, verbose=0)
model.fit(tf.data.Dataset.from_tensor_slices((x, x.sum(1))).batch(8), epochs=1, verbose=0)
""",
    "one target per step, (n, t) against (n, t, 1)": """
x = rng.normal(size=(32, 6, 2)).astype("float32")
model = keras.Sequential(
    [keras.Input((6, 2)), layers.LSTM(4, return_sequences=True), layers.Dense(1)])
model.compile("adam", "mae")
model.fit(x, x[:, :, 0], epochs=1, verbose=0)
""",
    "forecast with an LSTM": """
x = rng.normal(size=(40, 6, 1)).astype("float32")
model = keras.Sequential([keras.Input((6, 1)), layers.LSTM(8, return_sequences=True),
                          layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "huber")
model.fit(x, x[:, -1], validation_split=0.2, epochs=1, verbose=0)
""",
    "autoencoder on itself": """
x = rng.random((64, 12)).astype("float32")
model = keras.Sequential([keras.Input((12,)), layers.Dense(4, activation="relu"),
                          layers.Dense(12, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(x, x, epochs=1, verbose=0)
model.compile("adam", "mse")
model.fit(x, x, epochs=1, verbose=0)
""",
    "variational autoencoder with a step of its own": """
class Sampling(layers.Layer):
    def call(self, inputs):
        mean, log_var = inputs
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean))

class VAE(keras.Model):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        inputs = keras.Input((8,))
        h = layers.Dense(8, activation="relu")(inputs)
        mean, log_var = layers.Dense(2)(h), layers.Dense(2)(h)
        self.encoder = keras.Model(inputs, [mean, log_var, Sampling()([mean, log_var])])
        self.decoder = keras.Sequential(
            [keras.Input((2,)), layers.Dense(8, activation="relu"), layers.Dense(8)])
        self.tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self):
        return [self.tracker]

    def train_step(self, data):
        with tf.GradientTape() as tape:
            mean, log_var, z = self.encoder(data, training=True)
            error = ops.sum(ops.square(data - self.decoder(z, training=True)), axis=1)
            kl = -0.5 * ops.sum(1 + log_var - ops.square(mean) - ops.exp(log_var), axis=1)
            loss = ops.mean(error + kl)
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        self.tracker.update_state(loss)
        return {"loss": self.tracker.result()}

model = VAE()
model.compile(optimizer="adam")
model.fit(rng.normal(size=(32, 8)).astype("float32"), epochs=1, verbose=0)
""",
    "adversarial network, two optimizers": """
class GAN(keras.Model):
    def __init__(self):
        super().__init__()
        self.generator = keras.Sequential([keras.Input((3,)), layers.Dense(5)])
        self.critic = keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(1)])

    def compile(self, g, d):
        super().compile()
        self.g, self.d = g, d
        self.loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    def train_step(self, real):
        n = tf.shape(real)[0]
        noise = tf.random.normal((n, 3))
        with tf.GradientTape() as tape:
            logits = self.critic(tf.concat([real, self.generator(noise)], 0), training=True)
            labels = tf.concat([tf.ones((n, 1)), tf.zeros((n, 1))], 0)
            d_loss = self.loss_fn(labels, logits)
        self.d.apply_gradients(zip(tape.gradient(d_loss, self.critic.trainable_weights),
                                   self.critic.trainable_weights))
        with tf.GradientTape() as tape:
            made = self.critic(self.generator(noise, training=True))
            g_loss = self.loss_fn(tf.ones((n, 1)), made)
        self.g.apply_gradients(zip(tape.gradient(g_loss, self.generator.trainable_weights),
                                   self.generator.trainable_weights))
        return {"d": d_loss, "g": g_loss}

gan = GAN()
gan.compile(keras.optimizers.Adam(), keras.optimizers.Adam())
gan.fit(rng.normal(size=(32, 5)).astype("float32"), epochs=1, verbose=0)
""",
    "twins that share a tower": """
tower = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(4)])
a, b = keras.Input((6,)), keras.Input((6,))
distance = ops.sqrt(ops.sum(ops.square(tower(a) - tower(b)), axis=1, keepdims=True) + 1e-9)
model = keras.Model([a, b], layers.Dense(1, activation="sigmoid")(distance))
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
x = rng.normal(size=(60, 6)).astype("float32")
order = rng.permutation(60)
left, right = x, x[order]
model.fit([left, right], rng.integers(0, 2, 60), epochs=1, verbose=0)
""",
    "frozen base, new head, then everything": """
base = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3, activation="relu"),
                         layers.BatchNormalization(), layers.GlobalAveragePooling2D()], name="base")
base.trainable = False
inputs = keras.Input((8, 8, 3))
x = layers.Rescaling(1 / 255)(inputs)
x = layers.Dropout(0.2)(base(x, training=False))
model = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))
images = rng.integers(0, 256, (32, 8, 8, 3)).astype("float32")
labels = rng.integers(0, 3, 32)
model.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy")
model.fit(images, labels, epochs=1, verbose=0)
base.trainable = True
model.compile(keras.optimizers.SGD(0.001), "sparse_categorical_crossentropy")
model.fit(images, labels, epochs=1, verbose=0)
""",
    "attention weights as a second output without loss": """
tokens = keras.Input((7,), dtype="int32")
x = layers.Embedding(20, 8, mask_zero=True)(tokens)
x, weights = layers.MultiHeadAttention(2, 4)(x, x, return_attention_scores=True)
answer = layers.Dense(1, activation="sigmoid", name="answer")(layers.GlobalAveragePooling1D()(x))
model = keras.Model(tokens, [answer, weights])
model.compile("adam", ["binary_crossentropy", None])
ids = rng.integers(1, 20, (16, 7))
model.fit(ids, [rng.integers(0, 2, (16, 1)), np.zeros((16, 2, 7, 7))], epochs=1, verbose=0)
""",
    "gates, biases and positions broadcast": """
class Gate(layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(1, 1, shape[-1]), name="scale")
    def call(self, x):
        return x * self.scale + ops.mean(x, axis=1, keepdims=True)

inputs = keras.Input((6, 6, 8))
squeeze = layers.GlobalAveragePooling2D(keepdims=True)(inputs)
x = layers.Multiply()([inputs, layers.Conv2D(8, 1, activation="sigmoid")(squeeze)])
x = layers.Reshape((36, 8))(x)
x = Gate()(x)
score = layers.Softmax(axis=1)(layers.Dense(1)(x))
x = layers.Flatten()(layers.Dot(axes=1)([score, x]))
model = keras.Model(inputs, layers.Dense(2, activation="softmax")(x))
model.compile("adam", keras.losses.CategoricalCrossentropy(label_smoothing=0.1))
model.fit(rng.random((16, 6, 6, 8)), np.eye(2)[rng.integers(0, 2, 16)], epochs=1, verbose=0)
""",
    "quantiles: one target against three outputs": """
def pinball(y, q):
    error = y - q
    levels = ops.convert_to_tensor([0.1, 0.5, 0.9])
    return ops.mean(ops.maximum(levels * error, (levels - 1) * error), axis=-1)

model = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(3)])
model.compile("adam", pinball)
x = rng.normal(size=(32, 4)).astype("float32")
model.fit(x, x.sum(1, keepdims=True), epochs=1, verbose=0)
""",
    "one order for inputs and labels, equal seeds": """
def mixed(x, y):
    order = rng.permutation(len(x))
    x, y = x[order], y[order]
    x = x[np.random.default_rng(3).permutation(len(x))]
    y = y[np.random.default_rng(3).permutation(len(y))]
    return x, y

x = rng.normal(size=(64, 4)).astype("float32")
x, y = mixed(x, (x[:, 0] > 0).astype(int))
cut = 48
model = keras.Sequential([keras.Input((4,)), layers.Dense(1, activation="sigmoid")])
model.compile("sgd", "binary_crossentropy")
model.fit(x[:cut], y[:cut], validation_data=(x[cut:], y[cut:]), epochs=1, verbose=0)
model.predict(x[:1], verbose=0)
""",
    "a target network that is set, not trained": """
class Agent(keras.Model):
    def __init__(self):
        super().__init__()
        self.online = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
        self.target = keras.Sequential([keras.Input((3,)), layers.Dense(2)])
        self.target.set_weights(self.online.get_weights())

    def call(self, x):
        return self.online(x)

    def train_step(self, x):
        wanted = tf.reduce_max(self.target(x), axis=1)
        with tf.GradientTape() as tape:
            value = tf.reduce_max(self.online(x, training=True), axis=1)
            loss = tf.reduce_mean(tf.square(wanted - value))
        weights = self.online.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights))
        return {"td": loss}

agent = Agent()
agent.compile("adam")
agent.fit(rng.normal(size=(16, 3)).astype("float32"), epochs=1, verbose=0)
""",
    "reshapes that regroup, and axes that are moved": """
x = rng.normal(size=(20, 3, 8, 8)).astype("float32")
x = x.transpose(0, 2, 3, 1)
n, h, w, c = x.shape
flat = x.reshape(n, h * w, c)
patches = x.reshape(n, h // 2, 2, w // 2, 2, c).transpose(0, 1, 3, 2, 4, 5).reshape(n, 16, 4 * c)
column = x.mean(axis=(1, 2)).reshape(n, 1, c).reshape(n, c, 1)
model = keras.Sequential([keras.Input((16, 12)), layers.Conv1D(4, 3), layers.Flatten(),
                          layers.Dense(2, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(patches, rng.integers(0, 2, n), epochs=1, verbose=0)
""",
    "labels sorted, but a split of its own": """
x = rng.normal(size=(60, 4)).astype("float32")
y = np.repeat([0, 1, 2], 20)
held = rng.random(60) < 0.2
model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
model.fit(x[~held], y[~held], validation_data=(x[held], y[held]), epochs=1, verbose=0)
""",
    "a new head on loaded weights": """
def build(classes):
    return keras.Sequential([keras.Input((5,)), layers.Dense(6, activation="relu"),
                             layers.Dense(4, activation="relu"), layers.Dense(classes)])
build(7).save_weights("w.weights.h5")
model = build(3)
model.load_weights("w.weights.h5", skip_mismatch=True)
model.compile("adam", "mse")
model.fit(rng.random((16, 5)), rng.random((16, 3)), epochs=1, verbose=0)
""",
    "clipped log in a loss": """
def focal(y_true, y_pred):
    p = ops.clip(y_pred, 1e-7, 1 - 1e-7)
    return -ops.mean(y_true * ops.log(p) + (1 - y_true) * ops.log(1 - p), axis=-1)
model = keras.Sequential([keras.Input((5,)), layers.Dense(1, activation="sigmoid")])
model.compile("adam", focal)
model.fit(rng.random((16, 5)), rng.integers(0, 2, (16, 1)).astype("float32"), epochs=1, verbose=0)
""",
    "parts that only another method uses": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.body = layers.Dense(4, activation="relu")
        self.head = layers.Dense(1)
        self.projection = layers.Dense(2)

    def call(self, x):
        return self.head(self.body(x))

    def embed(self, x):
        return self.projection(self.body(x))

net = Net()
net.compile("adam", "mse")
net.fit(rng.random((16, 3)), rng.random((16, 1)), epochs=1, verbose=0)
""",
    "states and unused parts of a recurrent layer": """
inputs = keras.Input((5, 3))
sequence, state, cell = layers.LSTM(4, return_sequences=True, return_state=True)(inputs)
x = layers.Concatenate()([layers.GlobalMaxPooling1D()(sequence), state])
model = keras.Model(inputs, layers.Dense(1, activation="tanh")(x))
model.compile("adam", "mse")
x = rng.normal(size=(16, 5, 3)).astype("float32")
model.fit(x, np.tanh(x[:, 0, 0]), epochs=1, verbose=0)
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_found(name: str) -> None:
    found = [each for each in run_case(HEAD + PROGRAMS[name]) if each.severity != Severity.INFO]

    assert [(each.rule, each.message) for each in found] == []
