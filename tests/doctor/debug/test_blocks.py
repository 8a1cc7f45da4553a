"""The doctor in Python code, in a notebook and in pytest."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import graphscope
from graphscope.errors import GraphscopeError

pytestmark = pytest.mark.tensorflow


def stack_two() -> None:
    import keras
    from keras import layers

    keras.Sequential([keras.Input((10, 4)), layers.LSTM(8), layers.LSTM(8)])


def test_a_block_tells_what_is_wrong_and_raises_on(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="expected ndim=3"), graphscope.debug():
        stack_two()
    said = capfd.readouterr().err
    assert "return_sequences=True" in said
    assert "missing-return-sequences" in said


def test_hooks_are_gone_after_a_block() -> None:
    import keras

    before = keras.layers.Layer.__call__
    with pytest.raises(KeyError), graphscope.debug():
        raise KeyError
    assert keras.layers.Layer.__call__ is before


def test_an_exception_is_explained_without_a_recording(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="expected ndim=3") as caught:
        stack_two()
    graphscope.explain(caught.value)
    said = capfd.readouterr().err
    assert "test_blocks.py" in said
    assert "(None, 8)" in said


def test_without_an_exception_there_is_nothing_to_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("last_exc", "last_value"):
        monkeypatch.delattr(sys, name, raising=False)
    with pytest.raises(GraphscopeError, match="There is no exception to explain"):
        graphscope.explain()


def run(folder: Path, *words: str) -> str:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    ran = subprocess.run(
        [sys.executable, *words],
        cwd=folder, capture_output=True, text=True, check=False, env=environment,
    )  # fmt: skip
    return ran.stdout + ran.stderr


TESTS = """
    import keras
    from keras import layers

    def test_stack():
        keras.Sequential([
            keras.Input((10, 4)),
            layers.LSTM(8),
            layers.LSTM(8),
        ])

    def test_other():
        open("missing")
"""


def test_a_failing_test_carries_its_diagnosis(tmp_path: Path) -> None:
    (tmp_path / "test_model.py").write_text(textwrap.dedent(TESTS))
    plugin = ("-m", "pytest", "-p", "no:dash", "-q")
    said = run(tmp_path, *plugin, "--graphscope")
    assert said.count("- graphscope -") == 1
    assert "missing-return-sequences" in said
    assert "missing-return-sequences" not in run(tmp_path, *plugin)


CELLS = """
    from IPython.testing.globalipapp import start_ipython
    shell = start_ipython()
    shell.run_line_magic("load_ext", "graphscope")
    shell.run_cell("import keras\\nfrom keras import layers")
    shell.run_cell("first = layers.LSTM(8)")
    shell.run_cell("keras.Sequential([keras.Input((10, 4)), first, layers.LSTM(8)])")
"""


def test_a_failing_cell_is_explained(tmp_path: Path) -> None:
    said = run(tmp_path, "-c", textwrap.dedent(CELLS))
    assert "missing-return-sequences" in said
    assert "first = layers.LSTM(8, return_sequences=True)" in said
