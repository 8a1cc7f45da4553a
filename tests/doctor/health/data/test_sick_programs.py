"""Programs that train and are sick: the cause is named, once, at its line, with its symptom."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

import pytest

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.health import examine_program
from graphscope.doctor.health.attaching import Attached, attached, trainings_of
from graphscope.doctor.health.outcome import outcome_of
from graphscope.doctor.records import Recording
from graphscope.doctor.source import Program
from tests.support.sampling import by_day

pytestmark = pytest.mark.tensorflow

HEAD = """
import keras, numpy as np
from keras import layers
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits

keras.utils.set_random_seed(3)
x, y = load_digits(return_X_y=True)
order = np.random.default_rng(0).permutation(len(y))
x, y = (x[order] / 16.0).astype("float32"), y[order]


def classifier(*hidden):
    model = keras.Sequential([keras.Input((64,)), *hidden, layers.Dense(10, "softmax")])
    return model


def train(model, optimizer, **options):
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=6, verbose=0, **options)
"""


@dataclass(frozen=True, slots=True)
class Sick:
    """A program, and what is wrong with it."""

    source: str
    rule: str
    symptom: str
    line: str
    """The text of the line to edit; it is in the program once."""


PROGRAMS = {
    "equal weights": Sick(
        """
        hidden = layers.Dense(32, "relu", kernel_initializer="zeros")
        train(classifier(hidden), "adam")
        """,
        "equal-weights",
        "symmetric-weights",
        'hidden = layers.Dense(32, "relu", kernel_initializer="zeros")',
    ),
    "labels of nobody": Sick(
        """
        y = np.random.default_rng(1).integers(0, 10, len(x))
        model = classifier(layers.Dense(64, "relu"))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x, y, validation_split=0.2, epochs=6, verbose=0)
        """,
        "label-noise",
        "label-noise",
        "y = np.random.default_rng(1).integers(0, 10, len(x))",
    ),
    "a column that is the answer": Sick(
        """
        a, b = load_breast_cancer(return_X_y=True)
        a = (a - a.mean(0)) / a.std(0)
        a = np.concatenate([a, 2.0 * b[:, None] - 1], axis=1)
        model = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy")
        model.fit(a, b, epochs=3, verbose=0)
        """,
        "data-leakage",
        "data-leakage",
        "a = np.concatenate([a, 2.0 * b[:, None] - 1], axis=1)",
    ),
    "a rare class that is never named": Sick(
        """
        chance = np.random.default_rng(0)
        a = chance.normal(size=(4000, 8)).astype("float32")
        b = (chance.random(4000) < 0.02 + 0.01 * (a[:, 0] > 1)).astype("float32")
        model = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(1, "sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(a, b, epochs=3, verbose=0)
        """,
        "class-collapse",
        "class-collapse",
        "model.fit(a, b, epochs=3, verbose=0)",
    ),
    "the error made large": Sick(
        """
        def error(target, given):
            return -keras.ops.mean(keras.ops.square(target - given), axis=-1)

        a, b = load_diabetes(return_X_y=True)
        model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(1)])
        model.compile("adam", error)
        model.fit(a * 20, (b[:, None] - 152) / 77, epochs=15, verbose=0)
        """,
        "loss-sign",
        "loss-sign",
        "return -keras.ops.mean(keras.ops.square(target - given), axis=-1)",
    ),
    "a loss that is not the one that is trained": Sick(
        """
        import tensorflow as tf

        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.head = layers.Dense(10)
                self.tracker = keras.metrics.Mean(name="loss")

            def call(self, inputs):
                return self.head(inputs)

            @property
            def metrics(self):
                return [self.tracker]

            def train_step(self, data):
                inputs, labels = data
                with tf.GradientTape() as tape:
                    loss = keras.ops.mean(keras.losses.sparse_categorical_crossentropy(
                        labels, self(inputs, training=True), from_logits=True))
                gradients = tape.gradient(loss, self.trainable_variables)
                self.optimizer.apply(gradients, self.trainable_variables)
                return {"loss": loss}

        model = Net()
        model.compile("adam")
        model.fit(x, y, epochs=3, verbose=0)
        """,
        "reported-loss",
        "reported-loss-constant",
        'return {"loss": loss}',
    ),
    "a sum that is zero": Sick(
        """
        class Share(layers.Layer):
            def call(self, inputs):
                return inputs / keras.ops.sum(inputs, axis=-1, keepdims=True)

        x[5] = 0
        train(classifier(Share(), layers.Dense(32, "relu")), "adam")
        """,
        "nonfinite-numbers",
        "nan-loss",
        "return inputs / keras.ops.sum(inputs, axis=-1, keepdims=True)",
    ),
    "statistics that lag behind": Sick(
        """
        hidden = [
            layers.Dense(32),
            layers.BatchNormalization(momentum=0.998),
            layers.Activation("relu"),
        ]
        train(classifier(*hidden), "adam", validation_split=0.2)
        """,
        "train-eval-gap",
        "train-eval-gap",
        "layers.BatchNormalization(momentum=0.998),",
    ),
    "dropout in evaluation": Sick(
        """
        class Net(keras.Model):
            def __init__(self):
                super().__init__()
                self.hidden, self.head = layers.Dense(128, "relu"), layers.Dense(10, "softmax")
                self.drop = layers.Dropout(0.6)

            def call(self, inputs):
                hidden = self.drop(self.hidden(inputs), training=True)
                return self.head(hidden)

        train(Net(), "adam")
        """,
        "train-eval-gap",
        "train-eval-gap",
        "hidden = self.drop(self.hidden(inputs), training=True)",
    ),
    "a step that is too small": Sick(
        """
        optimizer = keras.optimizers.Adam(1e-8)
        train(classifier(layers.Dense(32, "relu")), optimizer)
        """,
        "learning-rate",
        "learning-rate-too-low",
        "optimizer = keras.optimizers.Adam(1e-8)",
    ),
}


def examine(folder: Path, body: str) -> tuple[list[Diagnosis], str, dict[str, float]]:
    """Run a program with monitors; return what is found, its source, and how it trained."""
    from graphscope.doctor.watching import watching

    source = HEAD + textwrap.dedent(body)
    main = folder / "train.py"
    main.write_text(source)
    recording, monitors = Recording(), Attached(folder / "runs")
    names = {"__name__": "__main__", "__file__": str(main)}
    with attached(monitors), watching(recording):
        exec(compile(source, str(main), "exec"), names)
    case = Case(Program(main), recording, None, names)
    trainings = trainings_of(monitors, case)
    found = examine_program(case, trainings, pytest.fail)
    return found, source, dict(outcome_of(trainings))


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", by_day(PROGRAMS, "GRAPHSCOPE_TRAININGS"))
def test_the_cause_is_named_at_its_line(name: str, tmp_path: Path) -> None:
    sick = PROGRAMS[name]
    found, source, _ = examine(tmp_path, sick.source)
    alerts = [each for each in found if each.severity is not Severity.INFO]
    assert alerts, "nothing was found"
    assert (alerts[0].rule, alerts[0].symptom) == (sick.rule, sick.symptom)
    line = source.split("\n")[alerts[0].places[0].line - 1]
    assert line.strip() == sick.line
    assert [each.rule for each in alerts[1:]] == []


HEALTHY = {
    "a classifier": 'train(classifier(layers.Dense(32, "relu")), "adam", validation_split=0.2)',
    "a regression": """
        a, b = load_diabetes(return_X_y=True)
        model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(1)])
        model.compile(keras.optimizers.Adam(0.01), "mse")
        model.fit(a * 20, (b - 152) / 77, validation_split=0.2, epochs=10, verbose=0)
    """,
    "batch normalisation": """
        hidden = [layers.Dense(32), layers.BatchNormalization(), layers.Activation("relu")]
        train(classifier(*hidden, layers.Dropout(0.3)), "adam", validation_split=0.2)
    """,
    "answers that are sampled": """
        class Net(keras.Sequential):
            def call(self, inputs):
                for layer in self.layers:
                    random = isinstance(layer, layers.Dropout)
                    inputs = layer(inputs, training=True) if random else layer(inputs)
                return inputs

        model = Net([keras.Input((64,)), layers.Dense(128, "relu"), layers.Dropout(0.6),
                     layers.Dense(10, "softmax")])
        train(model, "adam")
        answers = [model.predict(x[:10], verbose=0) for _ in range(8)]
    """,
    "a likelihood below zero": """
        class Narrow(keras.losses.Loss):
            def call(self, target, given):
                spread = 0.05 + keras.ops.softplus(given[:, 1:])
                error = (target - given[:, :1]) / spread
                return keras.ops.log(spread) + 0.5 * keras.ops.square(error)

        a, b = load_diabetes(return_X_y=True)
        model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(2)])
        model.compile("adam", Narrow())
        model.fit(a * 20, (b[:, None] - 152) / 77, epochs=20, verbose=0)
    """,
}


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("name", by_day(HEALTHY, "GRAPHSCOPE_TRAININGS"))
def test_what_is_healthy_brings_no_alert(name: str, tmp_path: Path) -> None:
    found, _, outcome = examine(tmp_path, HEALTHY[name])
    assert [each.message for each in found if each.severity is not Severity.INFO] == []
    assert outcome["progress"] > 0
