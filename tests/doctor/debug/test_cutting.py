"""Training in a trial is cut short, and nothing else is."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from pathlib import Path

import pytest

from graphscope.doctor.fixes.verify import Outcome, Trial, start_workers
from graphscope.doctor.fixes.verify.trial import OUTPUT, Mode
from graphscope.doctor.running import Launch

pytestmark = pytest.mark.tensorflow

SCRIPT = """
    import keras, numpy as np, tensorflow as tf

    x, y = np.ones((70, 4), "float32"), np.ones((70, 1), "float32")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    steps = []
    count = keras.callbacks.LambdaCallback(on_train_batch_end=lambda step, logs: steps.append(step))
    history = model.fit(x, y, batch_size=32, epochs=9, validation_split=0.1, callbacks=[count])
    print("fit", len(history.history["val_loss"]), len(steps))
    print("predict", len(model.predict(x, verbose=0)))

    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(10)
    print("list", len(list(data)))

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        return tape.gradient(loss, model.trainable_variables)

    for epoch in range(2):
        batches = 0
        for x, y in data:
            step(x, y)
            batches += 1
        print("loop", batches)
    batches = 0
    for x, y in data:
        model.train_on_batch(x, y)
        batches += 1
    print("batches", batches)
"""


def run(folder: Path, script: str, mode: Mode) -> tuple[Outcome, list[str]]:
    program = folder.resolve() / "program"
    program.mkdir()
    file = program / "main.py"
    file.write_text(textwrap.dedent(script))
    launch = Launch(str(file), str(program), (str(file),))
    trial = Trial("1", launch, "/original", str(program), str(folder.resolve()), mode, 120.0)
    with start_workers(["keras"], may_fork=False) as workers:
        workers.submit(replace(trial, examine=False))
        (outcome,) = workers.wait(120.0)
    lines = (folder / OUTPUT).read_text().splitlines()
    words = ("fit", "predict", "list", "loop", "batches")
    return outcome, [line for line in lines if line.startswith(words)]


def test_one_step_of_two_epochs(tmp_path: Path) -> None:
    outcome, said = run(tmp_path, SCRIPT, "cut")
    assert said == ["fit 2 2", "predict 70", "list 7", "loop 2", "loop 2", "batches 2"]
    assert (outcome.kind, outcome.is_cut, outcome.is_nan) == ("finished", True, False)


def test_all_steps_of_one_epoch(tmp_path: Path) -> None:
    outcome, said = run(tmp_path, SCRIPT, "whole epoch")
    assert said == ["fit 1 2", "predict 70", "list 7", "loop 7", "loop 7", "batches 7"]
    assert outcome.is_cut


def test_a_loss_that_is_no_number_is_seen(tmp_path: Path) -> None:
    script = """
        import keras, numpy as np
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(np.full((8, 4), np.nan, "float32"), np.ones((8, 1)), verbose=0)
    """
    outcome, _ = run(tmp_path, script, "cut")
    assert (outcome.kind, outcome.is_nan) == ("finished", True)


def test_native_writers_are_kept_inside(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    script = f"""
        import keras
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
        model.save_weights({str(outside / "m.weights.h5")!r})
        model.load_weights({str(outside / "m.weights.h5")!r})
        model.save({str(outside / "m.keras")!r})
        keras.models.load_model({str(outside / "m.keras")!r})
        model.export("inside", verbose=False)
        print("fit", "done")
    """
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    outcome, said = run(scratch, script, "cut")
    assert (outcome.kind, said) == ("finished", ["fit done"]), (scratch / OUTPUT).read_text()
    assert list(outside.iterdir()) == []
    assert (scratch / "program" / "inside").is_dir()
