"""Adversaries, targets out of scale, validation on rows of training, and steps without a flag."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.doctor.findings import Severity
from tests.doctor.health.data.test_sick_programs import examine

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning"),
]
_DUEL = """
        import tensorflow as tf

        class Duel(keras.Model):
            def __init__(self):
                super().__init__()
                self.forger = keras.Sequential([layers.Dense(8, "relu"), layers.Dense(2)])
                self.judge = keras.Sequential([layers.Dense(32, "relu"), layers.Dense(1)])
                self.judged = keras.losses.BinaryCrossentropy(from_logits=True)

            def compile(self, forger_optimizer, judge_optimizer):
                super().compile()
                self.forger_optimizer = forger_optimizer
                self.judge_optimizer = judge_optimizer

            def train_step(self, real):
                n = tf.shape(real)[0]
                truth = tf.concat([tf.ones((n, 1)), tf.zeros((n, 1))], axis=0)
                with tf.GradientTape() as tape:
                    made = self.forger(tf.random.normal((n, 4)))
                    judge_loss = self.judged(truth, self.judge(tf.concat([real, made], axis=0)))
                weights = self.judge.trainable_variables
                self.judge_optimizer.apply(tape.gradient(judge_loss, weights), weights)
                with tf.GradientTape() as tape:
                    made = self.forger(tf.random.normal((n, 4)))
                    forger_loss = self.judged(tf.ones((n, 1)), self.judge(made))
                weights = self.forger.trainable_variables
                self.forger_optimizer.apply(tape.gradient(forger_loss, weights), weights)
                return {{"judge_loss": judge_loss, "forger_loss": forger_loss}}

        cloud = np.random.default_rng(0).normal(size=(1600, 2)).astype("float32") * 0.3 + {away}
        model = Duel()
        forging = keras.optimizers.Adam({forging})
        judging = keras.optimizers.Adam({judging})
        model.compile(forging, judging)
        model.fit(cloud, batch_size=64, epochs=8, verbose=0)
        """
_STEP = """
        import tensorflow as tf

        class Net(keras.Sequential):
            def train_step(self, data):
                inputs, labels = data
                with tf.GradientTape() as tape:
                    loss = self.compute_loss(inputs, labels, self(inputs{flag}))
                gradients = tape.gradient(loss, self.trainable_variables)
                self.optimizer.apply(gradients, self.trainable_variables)
                return {{"error": loss}}

        model = Net([keras.Input((64,)), layers.Dropout(0.2), layers.Dense(10, "softmax")])
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, y, epochs=1, verbose=0)
        """
_SPLIT = """
        train_rows, valid_rows = {rows}
        model = classifier(layers.Dense(32, "relu"))
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x[train_rows], y[train_rows], epochs=3, verbose=0,
                  validation_data=(x[valid_rows], y[valid_rows]))
        """
_PRICES = """
        a, b = load_diabetes(return_X_y=True)
        b = {scale}
        model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(1)])
        model.compile("adam", "mse")
        model.fit(a * 20, b, epochs=12, verbose=0)
        """
SICK = {
    "gan-collapse": _DUEL.format(away=5.0, forging=1e-6, judging=2e-2),
    "seen-in-training": _SPLIT.format(rows="np.arange(1500), np.arange(100, 500)"),
    "target-scale": _PRICES.format(scale="b * 2000.0"),
}
WELL = {
    "gan-collapse": _DUEL.format(away=0.5, forging=1e-3, judging=1e-3),
    "seen-in-training": _SPLIT.format(rows="np.arange(1300), np.arange(1300, 1797)"),
    "target-scale": _PRICES.format(scale="(b - b.mean()) / b.std()"),
}


@pytest.mark.parametrize("rule", SICK)
def test_what_is_sick_is_named(rule: str, tmp_path: Path) -> None:
    found, _, _ = examine(tmp_path, SICK[rule])
    assert rule in [each.rule for each in found if each.severity is not Severity.INFO]


@pytest.mark.parametrize("rule", WELL)
def test_what_is_well_brings_no_alert(rule: str, tmp_path: Path) -> None:
    found, _, _ = examine(tmp_path, WELL[rule])
    assert [each.message for each in found if each.severity is not Severity.INFO] == []


@pytest.mark.parametrize("flag", ["", ", training=True"])
def test_a_step_without_the_flag_is_told(flag: str, tmp_path: Path) -> None:
    found, source, _ = examine(tmp_path, _STEP.format(flag=flag))
    told = [each for each in found if each.rule == "training-flag"]
    assert bool(told) is not bool(flag)
    for each in told:
        assert each.severity is Severity.INFO
        assert "self(inputs)" in source.split("\n")[each.places[0].line - 1]
