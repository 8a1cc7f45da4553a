"""Programs whose data or pipelines are sick, and their healthy likenesses."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.doctor.findings import Severity
from tests.doctor.health.data.test_sick_programs import Sick, examine
from tests.support.sampling import by_day

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning"),
]
_STREAM = """
        import tensorflow as tf

        order = np.argsort(y)
        x, y = x[order], y[order]
        data = tf.data.Dataset.from_tensor_slices((x, y))
        data = data.shuffle({buffer})
        model = classifier(layers.Dense(32, "relu"))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(data.batch(32), epochs=5, verbose=0)
        """
_MISSING = """
        chance = np.random.default_rng(0)
        a = chance.normal(size=(600, 4)).astype("float32")
        b = a[:, 0] - a[:, 1]
        a = np.where(chance.random(a.shape) < 0.03, {value}, a)
        model = keras.Sequential([layers.Dense(16, "tanh"), layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(a, b, epochs=5, verbose=0)
        """
_PIPELINE = """
        import tensorflow as tf

        def prepared(image, label):
            return image / 200.0, label

        train_rows = tf.data.Dataset.from_tensor_slices((x[300:] * 200, y[300:]))
        train_rows = train_rows.shuffle(2000).map(prepared).batch(32)
        valid = tf.data.Dataset.from_tensor_slices((x[:300] * 200, y[:300])){mapped}.batch(32)
        model = classifier(layers.Dense(64, "relu"))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(train_rows, validation_data=valid, epochs=6, verbose=0)
        """
_FROZEN = """
        base = keras.Sequential(
            [keras.Input((64,)), layers.Dense(6, "tanh"), layers.Dense(3, "tanh")]
        )
        {pretrained}
        base.trainable = False
        for layer in base.layers:
            layer.trainable = False
        model = keras.Sequential([base, layers.Dense(10, "softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, epochs=6, verbose=0)
        """
SICK = {
    "a stream by class": Sick(
        _STREAM.format(buffer=20), "sorted-batches", "oscillating-loss", "data = data.shuffle(20)"
    ),
    "a number for what is missing": Sick(
        _MISSING.format(value="-999.0"),
        "placeholder-values",
        "unnormalised-input",
        "a = np.where(chance.random(a.shape) < 0.03, -999.0, a)",
    ),
    "validation that is not mapped": Sick(
        _PIPELINE.format(mapped=""),
        "validation-apart",
        "validation-distribution-differs",
        "valid = tf.data.Dataset.from_tensor_slices((x[:300] * 200, y[:300])).batch(32)",
    ),
    "frozen as it was initialised": Sick(
        _FROZEN.format(pretrained=""), "frozen-at-random", "no-gradient", "base.trainable = False"
    ),
    "probabilities for logits": Sick(
        """
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.hidden, self.score = layers.Dense(32, "relu"), layers.Dense(10)

            def call(self, inputs):
                shares = keras.ops.softmax(self.score(self.hidden(inputs)))
                return keras.ops.clip(shares, 1e-6, 1.0)

        model = Net()
        wanted = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", wanted, metrics=["accuracy"])
        model.fit(x, y, epochs=4, verbose=0)
        """,
        "probabilities-as-logits",
        "loss-head-mismatch",
        "wanted = keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
    ),
    "a rate that dies away": Sick(
        """
        fading = keras.optimizers.schedules.ExponentialDecay(0.01, 1, 0.5)
        train(classifier(layers.Dense(32, "relu")), keras.optimizers.SGD(fading))
        """,
        "learning-rate",
        "learning-rate-too-low",
        "fading = keras.optimizers.schedules.ExponentialDecay(0.01, 1, 0.5)",
    ),
    "labels that are not filtered": Sick(
        """
        def bright(images, labels):
            keep = images.sum(axis=1) > 18
            return images[keep], labels[: keep.sum()]

        pair = bright(x, y)
        model = classifier(layers.Dense(32, "relu"))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(*pair, validation_split=0.2, epochs=6, verbose=0)
        """,
        "label-noise",
        "label-noise",
        "return images[keep], labels[: keep.sum()]",
    ),
}
_PADDED = """
        chance = np.random.default_rng(0)
        words = np.zeros((200, 100), "int32")
        words[:, :5] = chance.integers(1, 50, (200, 5))
        model = keras.Sequential([
            keras.Input((100,), dtype="int32"),
            layers.Embedding(50, 8{masked}),
            layers.SimpleRNN(8),
            layers.Dense(1, "sigmoid"),
        ])
        model.compile("adam", "binary_crossentropy")
        model.fit(words, words[:, 0] % 2, epochs=1, verbose=0)
        """
HEALTHY = {
    "a stream that is mixed": _STREAM.format(buffer=2000),
    "zeros among numbers": _MISSING.format(value="0.0"),
    "validation that is mapped": _PIPELINE.format(mapped=".map(prepared)"),
}


@pytest.mark.parametrize("name", by_day(SICK, "GRAPHSCOPE_TRAININGS"))
def test_the_cause_is_named_at_its_line(name: str, tmp_path: Path) -> None:
    sick = SICK[name]
    found, source, _ = examine(tmp_path, sick.source)
    alerts = [each for each in found if each.severity is not Severity.INFO]
    assert alerts, "nothing was found"
    assert (alerts[0].rule, alerts[0].symptom) == (sick.rule, sick.symptom)
    assert source.split("\n")[alerts[0].places[0].line - 1].strip() == sick.line


@pytest.mark.parametrize("name", by_day(HEALTHY, "GRAPHSCOPE_TRAININGS"))
def test_what_is_healthy_brings_no_alert(name: str, tmp_path: Path) -> None:
    found, _, _ = examine(tmp_path, HEALTHY[name])
    assert [each.message for each in found if each.severity is not Severity.INFO] == []


def test_layers_that_were_trained_before_may_be_frozen(tmp_path: Path) -> None:
    pretrained = "train(keras.Sequential([base, layers.Dense(10, 'softmax')]), 'adam')"
    found, _, _ = examine(tmp_path, _FROZEN.format(pretrained=pretrained))
    assert "frozen-at-random" not in [each.rule for each in found]


@pytest.mark.parametrize("masked", ["", ", mask_zero=True"])
def test_padding_that_nothing_masks_is_told(masked: str, tmp_path: Path) -> None:
    found, source, _ = examine(tmp_path, _PADDED.format(masked=masked))
    told = [each for each in found if each.rule == "padding-unmasked"]
    assert bool(told) is not bool(masked)
    for each in told:
        assert "layers.Embedding(50, 8)," in source.split("\n")[each.places[0].line - 1]
        assert each.fixes
