"""`graphscope debug --train` from the command line to the edited file."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from tests.doctor.debug.test_debug_command import debug

pytestmark = pytest.mark.tensorflow

STILL = """
    import keras
    import numpy as np
    from sklearn.datasets import load_digits

    keras.utils.set_random_seed(1)
    x, y = load_digits(return_X_y=True)
    optimizer = keras.optimizers.Adam(learning_rate=1e-8)
    model = keras.Sequential([keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")])
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x / 16.0, y, epochs=5, verbose=0)
    print("accuracy", round(history.history["accuracy"][-1], 2))
"""


def test_a_training_that_stands_still_is_named_mended_and_then_healthy(tmp_path: Path) -> None:
    main = tmp_path / "train.py"
    main.write_text(textwrap.dedent(STILL))
    ran = debug(tmp_path, "train.py", "--train", "--json", "out.json", "--apply", "1", "--yes")
    assert ran.returncode == 1, ran.stderr
    told = json.loads((tmp_path / "out.json").read_text())
    (found,) = [each for each in told["diagnoses"] if each["severity"] != "info"]
    assert found["symptom"] == "learning-rate-too-low"
    assert found["first_step"] == 1
    assert found["places"][0] == {"file": "train.py", "line": 8}
    fix = found["fixes"][0]
    assert fix["status"] == "verified"
    assert "accuracy 0." in fix["result"]
    assert "Adam(learning_rate=1e-8)" not in main.read_text()

    again = debug(tmp_path, "train.py", "--train", "--json", "again.json")
    assert again.returncode == 0, again.stderr
    assert [each["rule"] for each in json.loads((tmp_path / "again.json").read_text())["diagnoses"]
            if each["severity"] != "info"] == []  # fmt: skip


def test_without_the_option_nothing_is_attached(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(textwrap.dedent(STILL))
    ran = debug(tmp_path, "train.py", "--no-verify")
    assert ran.returncode == 0, ran.stderr
