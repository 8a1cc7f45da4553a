"""The graph up to a failure, of scripts that Keras really ran."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest

from graphscope.doctor.failure_graph import FailureGraph, build_failure_graph, find_path
from graphscope.doctor.records import Recording
from graphscope.doctor.running import find_launch
from graphscope.session.debug.driver import program_of
from graphscope.session.debug.run import run_program

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

pytestmark = [
    pytest.mark.tensorflow,
    pytest.mark.filterwarnings("ignore"),  # the scripts are wrong, and Keras says so
]

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\nkeras.utils.clear_session()\n"


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is run becomes this process; afterwards it is the tests' again."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


def build(folder: Path, source: str) -> FailureGraph:
    file = folder / "train.py"
    file.write_text(HEAD + textwrap.dedent(source))
    launch = find_launch(str(file))
    recording = Recording()
    ending = run_program(launch, recording, program_of(launch))
    return build_failure_graph(recording, ending.failure)


def edges(found: FailureGraph) -> set[str]:
    return {f"{edge.source}>{edge.target}" for edge in found.graph.edges}


def codes(found: FailureGraph) -> set[str]:
    return {note.code for note in found.graph.notes}


def test_a_residual_sum_in_a_functional_model(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        x = keras.Input((8, 8, 3), name="image")
        a = layers.Conv2D(4, 3, name="a")(x)
        b = layers.Conv2D(4, 1, name="b")(layers.ReLU(name="relu")(x))
        y = keras.ops.abs(a) + b
        """,
    )
    assert found.culprit == "add"
    assert edges(found) == {
        "image>a",
        "image>relu",
        "relu>b",
        "a>absolute",
        "absolute>add",
        "b>add",
    }
    assert set(find_path(found).nodes) == {"image", "a", "absolute", "relu", "b"}


def test_a_sequential_model_that_grows_by_add(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        model = keras.Sequential([keras.Input((6, 4), name="steps")])
        for i in range(3):
            model.add(layers.LSTM(5, return_sequences=i == 0, name=f"lstm_{i}"))
        """,
    )
    assert edges(found) == {"steps>lstm_0", "lstm_0>lstm_1", "lstm_1>lstm_2"}
    assert found.graph.node_by_id["lstm_2"].attributes["received"] == "(None, 5)"


NESTED = """
class Block(layers.Layer):
    def __init__(self, units, **settings):
        super().__init__(**settings)
        self.wide = layers.Dense(units, name="wide")
        self.norm = layers.LayerNormalization(name="norm")

    def call(self, x):
        h = self.wide(x)
        return self.norm(x + h)

class Net(keras.Model):
    def __init__(self):
        super().__init__(name="net")
        self.blocks = [Block(8, name="first"), Block(8, name="second"), Block(9, name="third")]

    def call(self, x):
        for block in self.blocks:
            x = block(x)
        return x

net = Net()
"""
CHAIN = {
    "first/wide>first/computed", "first/computed>first/norm", "first/norm>second/wide",
    "first/norm>second/computed", "second/wide>second/computed", "second/norm>third/wide",
    "third/wide>third/x + h", "second/norm>third/x + h",
}  # fmt: skip


def test_a_line_in_a_nested_layer_that_fails_in_fit(tmp_path: Path) -> None:
    training = 'net.compile("adam", "mse")\nnet.fit(np.zeros((4, 8)), np.zeros((4, 8)), verbose=0)'
    found = build(tmp_path, NESTED + training)
    assert found.culprit == "third/x + h"
    assert found.graph.node_by_id["third/x + h"].attributes["received"] == "(None, 8), (None, 9)"
    assert edges(found) >= CHAIN
    assert set(find_path(found).nodes) == {"second/norm", "third/wide"}


def test_the_same_line_in_an_eager_call(tmp_path: Path) -> None:
    found = build(tmp_path, NESTED + "net(np.zeros((4, 8)))")
    assert found.culprit == "third/x + h"
    assert {"first/norm>second/wide", "second/norm>third/wide", "third/wide>third/x + h"} <= edges(
        found
    )


def test_a_loss_that_does_not_fit_its_targets(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        model = keras.Sequential([keras.Input((4,), name="x"), layers.Dense(3, name="head")])
        model.compile("sgd", "categorical_crossentropy")
        model.fit(np.zeros((8, 4)), np.zeros((8, 5)), verbose=0)
        """,
    )
    assert found.culprit == "categorical_crossentropy"
    assert "target>categorical_crossentropy" in edges(found)


def test_data_that_the_model_does_not_take(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        x = keras.Input((8, 8, 3), name="image")
        model = keras.Model(x, layers.Conv2D(4, 3, name="conv")(x))
        model.predict(np.zeros((2, 7)), verbose=0)
        """,
    )
    assert found.culprit == "image"
    assert edges(found) == {"data>image", "image>conv"}


def test_a_program_that_ran_to_its_end_shows_the_model_it_trained(tmp_path: Path) -> None:
    found = build(
        tmp_path,
        """
        x = keras.Input((4,), name="x")
        model = keras.Model(x, layers.Dense(1, name="head")(x))
        keras.Sequential([keras.Input((2,)), layers.Dense(7, name="other")])
        model.compile("sgd", "mse")
        model.fit(np.zeros((8, 4)), np.zeros(8), verbose=0)
        """,
    )
    assert found.culprit is None
    assert edges(found) == {"x>head", "head>mse", "target>mse"}
    assert "graph-lost" not in codes(found)
