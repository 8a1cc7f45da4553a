"""`graphscope check` on live models: what it finds, and healthy designs that it leaves alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.session.check import check_target

pytestmark = [
    pytest.mark.tensorflow,
    # Keras warns of layers that `call` leaves unbuilt, which is what is tested here.
    pytest.mark.filterwarnings("ignore:`build\\(\\)` was called on layer"),
]

PROGRAM = """\
import keras
from keras import layers, ops


def uncompiled_regressor():
    x = keras.Input((8,))
    return keras.Model(x, layers.Dense(1)(layers.Dense(16, activation="relu")(x)))


def logits():
    model = keras.Sequential([
        keras.Input((8,)),
        layers.Dense(3, activation="softmax"),
    ])
    model.compile("adam", keras.losses.CategoricalCrossentropy(from_logits=True))
    return model


class Forgetful(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = layers.Dense(16, activation="relu")
        self.forgotten = layers.Dense(16, activation="relu")
        self.head = layers.Dense(1)

    def call(self, x):
        return self.head(self.hidden(x))


def forgetful():
    return Forgetful(), keras.Input((8,))


class Crossing(keras.Model):
    def __init__(self):
        super().__init__()
        self.left, self.right = layers.Dense(1), layers.Dense(1)

    def call(self, x):
        return self.left(x) - ops.squeeze(self.right(x), axis=-1)


def crossing():
    return Crossing(), keras.Input((8,))


class Sampling(layers.Layer):
    def call(self, inputs):
        mean, log_var = inputs
        self.add_loss(ops.mean(ops.square(mean) + ops.exp(log_var) - log_var))
        return mean + ops.exp(0.5 * log_var) * keras.random.normal(ops.shape(mean))


def autoencoder():
    x = keras.Input((28, 28, 1))
    h = layers.Dense(64, activation="relu")(layers.Flatten()(x))
    z = Sampling()([layers.Dense(4)(h), layers.Dense(4)(h)])
    h = layers.Dense(64, activation="relu")(z)
    y = layers.Reshape((28, 28, 1))(layers.Dense(784, activation="sigmoid")(h))
    model = keras.Model(x, y)
    model.compile("adam", "binary_crossentropy")
    return model


class Contrastive(keras.Model):
    def __init__(self):
        super().__init__()
        self.encoder = layers.Dense(16, activation="relu")
        self.projection = layers.Dense(8)

    def call(self, x):
        return self.encoder(x)

    def train_step(self, data):
        return {"loss": ops.mean(self.projection(self.encoder(data)))}


def contrastive():
    return Contrastive(), keras.Input((8,))


def tagger():
    x = keras.Input((None,), dtype="int32")
    h = layers.Embedding(100, 16, mask_zero=True)(x)
    h = layers.Bidirectional(layers.LSTM(8, return_sequences=True))(h)
    model = keras.Model(x, layers.Dense(5, activation="softmax")(h))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def frozen_backbone():
    backbone = keras.applications.MobileNetV2((64, 64, 3), include_top=False, weights=None)
    backbone.trainable = False
    x = keras.Input((64, 64, 3))
    h = layers.GlobalAveragePooling2D()(backbone(layers.Rescaling(1 / 127.5, -1.0)(x)))
    h = layers.Dropout(0.2)(h)
    model = keras.Model(x, layers.Dense(1, activation="sigmoid")(h))
    model.compile("adam", "binary_crossentropy")
    return model


def attention_pooling():
    x = keras.Input((20, 8))
    weights = layers.Softmax(axis=1)(layers.Dense(1)(x))
    pooled = ops.sum(weights * x, axis=1)
    model = keras.Model(x, layers.Dense(3)(pooled))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def transformer_block():
    x = keras.Input((16, 32))
    h = layers.LayerNormalization()(layers.MultiHeadAttention(2, 16)(x, x) + x)
    f = layers.Dense(32)(layers.Dense(64, activation="gelu")(h))
    return keras.Model(x, layers.LayerNormalization()(f + h))


def squeeze_and_excite():
    x = keras.Input((32, 32, 3))
    h = layers.Conv2D(16, 3, padding="same", activation="relu")(x)
    s = layers.GlobalAveragePooling2D(keepdims=True)(h)
    s = layers.Dense(16, activation="sigmoid")(layers.Dense(4, activation="relu")(s))
    h = layers.GlobalAveragePooling2D()(h * s)
    return keras.Model(x, layers.Dense(10, activation="softmax")(h))
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("check") / "checked_models.py"
    file.write_text(PROGRAM)
    return file


def line_of(text: str) -> int:
    return next(n for n, line in enumerate(PROGRAM.split("\n"), 1) if text in line)


@pytest.mark.parametrize(
    ("name", "rule", "told", "line"),
    [
        ("logits", "softmax-from-logits", "Dense 'dense", None),
        ("forgetful", "uncalled-layer", "(self.forgotten) of Forgetful", "self.forgotten ="),
        ("crossing", "batch-broadcast", "(None, 1) with (None,)", "self.left(x) - ops"),
    ],
)
def test_what_is_found(program: Path, name: str, rule: str, told: str, line: str | None) -> None:
    (found,) = check_target(f"{program}:{name}").findings
    assert found.rule == rule
    assert told in found.message
    if line is not None:
        assert [place.line for place in found.places] == [line_of(line)]


@pytest.mark.parametrize(
    "name",
    [
        "uncompiled_regressor",
        "autoencoder",
        "contrastive",
        "tagger",
        "frozen_backbone",
        "attention_pooling",
        "transformer_block",
        "squeeze_and_excite",
    ],
)
def test_healthy_designs(program: Path, name: str) -> None:
    assert check_target(f"{program}:{name}").findings == ()
