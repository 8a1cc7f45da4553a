"""The command as a user runs it: a process of its own, on real models and real files."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import urllib.request
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "graphscope"]
PROMISED = {
    "nodes",
    "layer_calls",
    "layers",
    "ops",
    "edges",
    "unowned_ops",
    "unknown_shapes",
    "parameters",
    "trainable_parameters",
    "flops",
    "output_bytes",
    "scopes",
    "repeated_blocks",
    "consistency",
    "notes",
}
SECONDS = 180

PROGRAM = """
import keras

print("noise on standard output")

def make_model(width=4):
    inputs = keras.Input((8,), name="features")
    return keras.Model(inputs, keras.layers.Dense(width)(inputs), name="small")

class Broken(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(3)

    def call(self, x):
        return keras.ops.matmul(self.dense(x), keras.ops.ones((4, 4)))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a program, a saved model, and files that are not what they seem."""
    import keras

    folder = tmp_path_factory.mktemp("models")
    (folder / "net.py").write_text(textwrap.dedent(PROGRAM))
    inputs = keras.Input((8,))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy warns about how Keras reads its variables.
        keras.Model(inputs, keras.layers.Dense(4)(inputs)).save(folder / "small.keras")
    whole = (folder / "small.keras").read_bytes()
    (folder / "truncated.keras").write_bytes(whole[: len(whole) // 2])
    (folder / "text.keras").write_text("not a model")
    (folder / "empty.keras").touch()
    with zipfile.ZipFile(folder / "other.keras", "w") as archive:
        archive.writestr("readme.txt", "a zip, but no model")
    return folder


def run(
    folder: Path, *arguments: str, python: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    command = [COMMAND[0], *python, *COMMAND[1:], *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def environment() -> dict[str, str]:
    hidden = ("KERAS_BACKEND", "TF_CPP_MIN_LOG_LEVEL", "GRAPHSCOPE_DEBUG", "DISPLAY")
    return {key: value for key, value in os.environ.items() if key not in hidden}


@pytest.mark.parametrize(
    ("target", "options"),
    [
        ("sample:mnist_cnn", []),
        ("net.py:make_model(width=2)", ["--batch", "32"]),
        ("keras.applications:MobileNetV3Small(weights=None)", ["--no-ops"]),
        ("net:make_model", ["--backend", "tensorflow"]),
    ],
)
def test_info_of_python_targets(target: str, options: list[str], folder: Path) -> None:
    result = run(folder, "info", target, "--json", *options)
    assert result.returncode == 0, result.stderr
    numbers = json.loads(result.stdout)
    assert numbers.keys() >= PROMISED
    assert numbers["consistency"]["ok"], numbers["consistency"]["violations"]
    assert (numbers["ops"] == 0) == ("--no-ops" in options)
    # TensorFlow says nothing that helps here; what the program prints is kept off the answer.
    assert result.stderr in ("", "noise on standard output\n")


def test_info_of_a_file_does_not_import_keras(folder: Path) -> None:
    result = run(folder, "info", "small.keras", "--json", python=("-X", "importtime"))
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["parameters"] == 36
    imported = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "graphscope.cli" in imported
    for heavy in ("keras", "tensorflow", "jax", "torch", "dash", "plotly", "flask"):
        assert heavy not in imported


def test_info_for_people(folder: Path) -> None:
    result = run(folder, "info", "small.keras")
    assert result.returncode == 0, result.stderr
    assert "36, all trainable" in result.stdout
    assert "B×4" in result.stdout


@pytest.mark.parametrize("command", ["info", "show", "export"])
@pytest.mark.parametrize("name", ["text", "empty", "truncated", "other", "absent"])
def test_files_that_are_no_models(command: str, name: str, folder: Path) -> None:
    output = ["-o", "x.json"] if command == "export" else []
    result = run(folder, command, f"{name}.keras", *output)
    assert result.returncode == 1
    assert result.stderr.startswith("graphscope: ")
    assert f"{name}.keras" in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    assert not (folder / "x.json").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["net.py:Broken", "--input-shape", "8"], "net.py:16"),
        (["net.py:Broken"], "--input-shape"),
        (["net.py:absent"], "has no attribute 'absent'"),
        (["sample:absent"], "Samples: "),
    ],
)
def test_python_targets_that_fail(arguments: list[str], message: str, folder: Path) -> None:
    result = run(folder, "info", *arguments)
    assert result.returncode == 1
    told = result.stderr.removeprefix("noise on standard output\n")
    assert told.startswith("graphscope: ")
    assert told.count("\n") == 1
    assert message in told


def test_export_gives_the_same_bytes_twice(folder: Path) -> None:
    for name in ("one", "two"):
        steps = (["net.py:make_model", "-o", f"{name}.json"], [f"{name}.json", "-o", f"{name}.svg"])
        for arguments in steps:
            result = run(folder, "export", *arguments)
            assert result.returncode == 0, result.stderr
    for suffix in ("json", "svg"):
        one, two = (folder / f"{name}.{suffix}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
    assert "dense" in (folder / "one.svg").read_text()


def test_a_closed_pipe_is_quiet(folder: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [*COMMAND, "info", "small.keras", "--json"]
    result = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writer)
    assert result.stderr == ""


def test_show_serves_until_ctrl_c(folder: Path) -> None:
    with serving(folder, "small.keras", "--no-browser") as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]+", url)
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        page = opener.open(url, timeout=30).read().decode()
        assert "graphscope" in page
        port = url.rpartition(":")[2].partition("/")[0]
        busy = run(folder, "show", "small.keras", "--no-browser", "--port", port)
        assert busy.returncode == 1
        assert busy.stderr.startswith(f"graphscope: Port {port} of 127.0.0.1 is in use")
        server.send_signal(signal.SIGINT)
        _, told = server.communicate(timeout=30)
    assert server.returncode == 0
    assert told.splitlines()[-1] == "Stopped."
    assert "Traceback" not in told


@contextmanager
def serving(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    pipe = subprocess.PIPE
    command = [*COMMAND, "show", *arguments]
    with subprocess.Popen(
        command, cwd=folder, env=environment(), stdout=pipe, stderr=pipe, text=True
    ) as server:
        try:
            yield server
        finally:
            server.kill()
