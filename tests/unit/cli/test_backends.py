"""`graphscope backends` without a backend: what is opened is drawn here."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from graphscope.cli.root import cli
from graphscope.errors import TraceError
from graphscope.graph import Graph
from graphscope.session import backends
from graphscope.session.open import OpenOptions
from tests.unit.analysis.test_alignment import net

GRAPHS = {"tensorflow": net("MatMul", "Neg"), "jax": net("neg"), "torch": net("neg", "neg", "exp")}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def open_drawn(_target: str, options: OpenOptions) -> Graph:
        if options.backend == "jax":
            raise TraceError("The model cannot do this.", "Do that.")
        return GRAPHS[options.backend or ""]

    monkeypatch.setattr(backends, "open_elsewhere", open_drawn)
    monkeypatch.setattr(backends, "_is_installed", lambda name: name != "tensorflow")
    return lambda *words: CliRunner().invoke(cli, ["backends", *words])


def test_table_has_a_row_for_each_call(run: Callable[..., Result]) -> None:
    result = run("sample:unet", "--backends", "torch")
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert lines[0] == ["Layer", "call", "Type", "PyTorch", "operations", "FLOPs"]
    assert lines[3] == ["dense", "Dense", "3:", "neg", "×2,", "exp", "12"]
    assert lines[4] == ["all", "4", "16"]


def test_what_is_missing_and_what_failed_is_said_in_a_line(run: Callable[..., Result]) -> None:
    result = run("sample:unet")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-2:] == [
        'Not installed: TensorFlow. To compare: pip install "keras-graphscope[tensorflow]".',
        "JAX: The model cannot do this. Do that.",
    ]


def test_json_has_everything(run: Callable[..., Result]) -> None:
    found = json.loads(run("sample:unet", "--json").output)
    assert found["backends"] == ["torch"]
    assert found["not_installed"] == ["tensorflow"]
    assert found["failures"] == {"jax": "The model cannot do this. Do that."}
    assert found["calls"][2]["work"]["torch"]["operations"] == {"neg": 2, "exp": 1}
    assert found["total"]["torch"]["operations"] == 4


def test_wrong_use_is_told(run: Callable[..., Result]) -> None:
    assert "'theano' is no backend of Keras." in run("sample:unet", "--backends", "theano").output
    assert (
        "None of tensorflow is installed." in run("sample:unet", "--backends", "tensorflow").output
    )
    assert "is a file, which is read without a backend" in run("net.keras").output
    assert "The model cannot do this. Do that." in run("sample:unet", "--backends", "jax").output
