"""A script with seven faults, mended one after the other until it trains."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.tensorflow

SCRIPT = """\
import numpy as np
from keras.layers import Dense
from keras.models import Sequential
from keras.optimizers import Adam
from keras.utils import to_categorical

x_train = np.random.randint(0, 256, size=(600, 28, 28)).astype("float32")
y_train = np.random.randint(0, 10, size=(600,))
x_test = np.random.randint(0, 256, size=(100, 28, 28)).astype("float32")
y_test = np.random.randint(0, 10, size=(100,))

x_train = x_train.reshape(600, 28 * 28 * 28) / 255.0
x_test = x_test.reshape(100, 28 * 28) / 255.0
model = Sequential
model.add(Dense(512, activation="relu", input_shape=(768,)))
model.add(Dense(10, activation="softmax"))
model.layers[-1].activation = 0
model.compile(optimizer=Adam(lr=0.001), loss="categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=128, epoch=1, verbose=0)
print(model.evaluate(x_test, y_test, verbose=0))
"""

FAULTS = [
    "x_train = x_train.reshape(600, 28 * 28) / 255.0",
    "model = Sequential()",
    "Adam(learning_rate=0.001)",
    "epochs=1",
    "input_shape=(784,)",
    'loss="sparse_categorical_crossentropy"',
]
"""What the script holds when its faults are mended; the seventh is a line that goes."""


def test_each_fix_uncovers_the_next_fault_until_the_script_trains(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    for _ in range(len(FAULTS) + 1):
        before = script.read_text()
        ran = debug(script)
        assert ran.returncode == 1, ran.stderr
        assert script.read_text() != before, ran.stderr
    assert debug(script).returncode == 0
    text = script.read_text()
    assert [each for each in FAULTS if each not in text] == []
    assert "activation = 0" not in text


def debug(script: Path) -> subprocess.CompletedProcess[str]:
    """Run the script under the doctor, and apply the first fix that it offers."""
    command = [sys.executable, "-m", "graphscope", "debug", script.name, "--apply", "1", "--yes"]
    return subprocess.run(
        command,
        cwd=script.parent,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
