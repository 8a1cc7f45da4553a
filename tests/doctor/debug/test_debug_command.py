"""`graphscope debug` from the command line to the edited file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tensorflow

STACKED = """
    import keras
    from keras import layers


    def build(steps):
        model = keras.Sequential()
        model.add(keras.Input((steps, 3)))
        model.add(layers.LSTM(8))
        model.add(layers.LSTM(4))
        model.add(layers.Dense(1))
        return model


    if __name__ == "__main__":
        model = build(12)
        print(model.output_shape)
"""


def debug(folder: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "graphscope", "debug", *words]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment, **options
    )


def test_a_fix_is_tried_then_applied_and_the_program_runs(tmp_path: Path) -> None:
    main = tmp_path / "train.py"
    main.write_text(textwrap.dedent(STACKED))
    ran = debug(tmp_path, "train.py", "--json", "out.json")
    assert ran.returncode == 1, ran.stderr
    assert "on copies: training cut to one step" in ran.stderr
    told = json.loads((tmp_path / "out.json").read_text())
    (diagnosis,) = told["diagnoses"]
    assert diagnosis["rule"] == "missing-return-sequences"
    assert diagnosis["places"][0] == {"file": "train.py", "line": 9}
    assert diagnosis["fixes"][0]["status"] == "verified"
    assert diagnosis["fixes"][0]["result"].startswith("ran to the end in")

    declined = debug(tmp_path, "train.py", "--apply", "1", input="n\n")
    assert declined.returncode == 1
    assert main.read_text() == textwrap.dedent(STACKED)

    applied = debug(tmp_path, "train.py", "--apply", "1", "--yes")
    assert "+    model.add(layers.LSTM(8, return_sequences=True))" in applied.stdout
    healthy = debug(tmp_path, "train.py")
    assert (healthy.returncode, healthy.stdout) == (0, "(None, 1)\n"), healthy.stderr


def test_without_trials_the_fix_is_proposed(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(textwrap.dedent(STACKED))
    ran = debug(tmp_path, "--no-verify", "train.py", "--json", "out.json")
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["diagnoses"][0]["fixes"][0]["status"] == "proposed"
    assert "trying" not in ran.stderr


def test_a_script_that_computes_its_settings_is_watched_all_the_same(tmp_path: Path) -> None:
    settings = 'import os\nos.environ["KERAS_BACKEND"] = "tensor" + "flow"\n'
    (tmp_path / "train.py").write_text(settings + textwrap.dedent(STACKED))
    debug(tmp_path, "--no-verify", "train.py", "--json", "out.json")
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["diagnoses"][0]["rule"] == "missing-return-sequences"
