"""Files whose code the user allows to run: what comes of it, and that nothing does without."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphscope import read
from graphscope.errors import TargetError
from graphscope.graph import NodeKind

LAYERS = """
import pathlib
import keras

pathlib.Path(__file__).with_name("imported").touch()

class Twice(keras.layers.Layer):
    def call(self, x):
        return x + x

def shifted(x):
    return x + 1
"""

SAVE = """
import keras, layers
x = keras.Input((4,))
y = keras.layers.Dense(3, activation=layers.shifted, name="head")(layers.Twice(name="twice")(x))
mark = lambda t: (__import__("pathlib").Path({marker!r}).touch(), t * 3)[1]
y = keras.layers.Lambda(mark, output_shape=(3,), name="code")(y)
model = keras.Model(x, y)
model.compile("adam", "mse")
for suffix in (".keras", ".h5"):
    model.save("net" + suffix)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a model with a layer, an activation and a Lambda of its user's own."""
    made = tmp_path_factory.mktemp("own")
    (made / "layers.py").write_text(LAYERS, encoding="utf-8")
    program = SAVE.format(marker=str(made / "ran"))
    environment = os.environ | {"PYTHONPATH": str(made)}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=made,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return made


@pytest.fixture
def fresh(folder: Path) -> Path:
    """The folder, in which nothing has run yet."""
    for name in ("ran", "imported"):
        (folder / name).unlink(missing_ok=True)
    return folder


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_trusted_its_code_is_part_of_the_graph(fresh: Path, suffix: str) -> None:
    found = read(fresh / f"net{suffix}", trust=True, imports=[str(fresh / "layers.py")])
    assert (fresh / "ran").exists()
    assert (fresh / "imported").exists()
    operations = [node for node in found.nodes if node.kind is NodeKind.OP]
    assert {scope.name for scope in found.scopes} >= {"twice", "head", "code"}
    assert len(operations) >= 5
    assert sum(weight.size for weight in found.weights) == 4 * 3 + 3


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_untrusted_nothing_runs(fresh: Path, suffix: str) -> None:
    found = read(fresh / f"net{suffix}")
    assert not (fresh / "ran").exists()
    assert not (fresh / "imported").exists()
    assert not any(node.kind is NodeKind.OP for node in found.nodes)


def test_a_module_that_is_not_named_is_asked_for(fresh: Path) -> None:
    with pytest.raises(TargetError, match=r"Keras could not load .*--import my_layers\.py") as told:
        read(fresh / "net.keras", trust=True)
    assert len(str(told.value)) < 1_000
    assert not (fresh / "imported").exists()


def test_a_module_runs_for_a_trusted_file_alone(fresh: Path) -> None:
    with pytest.raises(TargetError, match="trust=True"):
        read(fresh / "net.keras", imports=[str(fresh / "layers.py")])
    assert not (fresh / "imported").exists()
