"""The command `graphscope trace --train`, as a user runs it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphscope.cli import cli
from graphscope.graph import from_json

PROGRAM = """
import keras

def make():
    inputs = keras.Input((4,))
    x = keras.layers.Dense(3, name="body", trainable=False)(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, name="head")(x), name="net")
    model.compile("sgd", "mse")
    return model

def plain():
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)], name="plain")
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(PROGRAM)
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_the_page_tells_phases_weights_and_reasons(net: Path) -> None:
    result = run("trace", f"{net}:make", "--train")
    assert result.exit_code == 0, result.output
    assert "(100.0%) name the forward operation they belong to" in result.output
    assert "2 of 4 weights assigned, 2 without gradient" in result.output
    assert "net/body/kernel, net/body/bias: not trainable" in result.output
    assert "calls and operations agree" in result.output
    for phase in ("forward", "loss", "gradient", "update", "metrics"):
        assert f"\n{phase} " in result.output


def test_numbers_and_a_file(net: Path, tmp_path: Path) -> None:
    written = tmp_path / "step.json"
    result = run("trace", f"{net}:make", "--train", "--json", "-o", str(written))
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["mapped_nodes"] == answer["gradient_nodes"] > 0
    assert answer["assigned"]["weight:net/head/kernel"] == ["update"]
    assert set(answer["unreached"]) == {"weight:net/body/kernel", "weight:net/body/bias"}
    graph = from_json(written.read_text())
    assert graph.metadata["step"] == "train"


def test_a_model_that_is_not_compiled(net: Path) -> None:
    result = run("trace", f"{net}:plain", "--train")
    assert result.exit_code == 1
    assert "'plain' is not compiled" in result.output
    result = run("trace", f"{net}:plain", "--train", "--loss", "mae", "--optimizer", "sgd")
    assert result.exit_code == 0, result.output
    assert "loss 'mae' and optimizer 'sgd' were assumed" in result.output


def test_options_that_need_train(net: Path) -> None:
    result = run("trace", f"{net}:plain", "--loss", "mse")
    assert result.exit_code == 2
    assert "--loss needs --train" in result.output


def test_a_file_has_no_step(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    path.write_text("{}")
    result = run("trace", str(path), "--train")
    assert result.exit_code == 1
    assert "holds no program" in result.output


def test_a_figure(net: Path, tmp_path: Path) -> None:
    figure = tmp_path / "step.svg"
    result = run("export", f"{net}:make", "--train", "-o", str(figure))
    assert result.exit_code == 0, result.output
    text = figure.read_text()
    assert all(phase in text for phase in ("forward", "gradient", "update"))


def test_without_train_it_is_the_call(net: Path) -> None:
    result = run("trace", f"{net}:make")
    assert result.exit_code == 0, result.output
    assert "layer calls" in result.output
