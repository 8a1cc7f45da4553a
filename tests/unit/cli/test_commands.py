"""The commands from outside: what they print, where, and with which exit status."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from graphscope.cli import cli
from graphscope.cli import root as root_module
from graphscope.errors import ReadError
from graphscope.graph import Graph
from graphscope.session import samples
from tests.support.fake_keras import FakeKeras, fake_keras, modules_restored, use_plugins
from tests.support.graphs import graph as draw

__all__ = ["fake_keras"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "2")
    monkeypatch.delenv("GRAPHSCOPE_DEBUG", raising=False)
    with modules_restored():
        yield tmp_path


@pytest.fixture
def model_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that a fake reader reads."""

    def read(path: Path) -> Graph:
        if path.read_bytes() != b"model":
            raise ReadError(f"{path.name!r} is not a zip file.", "Save the model anew.")
        return draw("x=Input -> dense:Dense(kernel[4,2], bias[2]) -> relu", name="tiny")

    def write(graph: Graph, path: Path, options: object) -> None:
        path.write_text(f"{graph.name} {options}")

    use_plugins(monkeypatch, readers={"keras": read}, exporters={"json": write, "svg": write})
    path = folder / "tiny.keras"
    path.write_bytes(b"model")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_version_and_help() -> None:
    assert run("--version").output.startswith("graphscope 0.")
    assert "see what a keras 3 model" in run("--help").output.lower()
    assert run("-h").exit_code == 0
    for command in ("show", "export", "info"):
        result = run(command, "--help")
        assert result.exit_code == 0
        assert "TARGET is one of" in result.output
        assert "Examples:" in result.output


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("B=8", "B is the batch dimension: give --batch 8."),
        ("T=128", "no shape of the model holds 'T'. Of open sizes it has H, W."),
    ],
)
def test_numbers_for_sizes_that_the_model_does_not_have(
    monkeypatch: pytest.MonkeyPatch, folder: Path, size: str, said: str
) -> None:
    def read(_path: Path) -> Graph:
        return draw("x=Input[B,H,W,3] -> d:Dense(kernel[3,8])[B,H,W,8]")

    use_plugins(monkeypatch, readers={"keras": read})
    (folder / "tiny.keras").write_bytes(b"model")
    result = run("info", "tiny.keras", "--size", size)
    assert result.exit_code == 2
    assert said in result.stderr
    assert run("info", "tiny.keras", "--size", "H=4", "--size", "W=4").exit_code == 0


def test_samples_are_listed_without_running_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "unet.py").write_text('"""A U-Net.\n\nMore."""\nraise SystemExit\n')
    (folder / "moe.py").write_text('"""Many experts."""\n')
    (folder / "_helper.py").write_text("")
    monkeypatch.setattr(samples, "sample_models_dir", lambda: folder)
    assert run("samples").output == "sample:moe   Many experts.\nsample:unet  A U-Net.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shwo", "x.keras"], "Did you mean 'show'?"),
        (["model.keras"], "To look at it: graphscope show model.keras."),
        (["info"], "Missing argument 'TARGET'"),
        (["info", "x.keras", "--batch", "0"], "--batch"),
        (["info", "x.keras", "--input-shape", "3,x"], "'x', in the input shape '3,x', is not a"),
        (["info", "x.keras", "--backend", "theano"], "theano"),
        (["export", "x.keras"], "Missing option '-o'"),
        (["export", "x.keras", "-o", "x.svg", "--overlay", "colour"], "colour"),
        (["show", "x.keras", "--port", "70000"], "70000"),
    ],
)
def test_usage_errors_have_status_2(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


@pytest.mark.parametrize("command", ["show", "info", "export"])
@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("absent.keras", "There is no file 'absent.keras'."),
        ("text.keras", "'text.keras' is not a zip file. Save the model anew."),
        ("sample:absent", "There is no sample 'absent'."),
        ("net.py:absent", "net.py has no attribute 'absent'."),
        ("net.py:Failing", "net.py:5 raised ValueError while the model was being called: bad."),
        ("absent_module_x:model", "There is no module 'absent_module_x'."),
    ],
)
def test_bad_targets_are_one_sentence_with_status_1(
    command: str, target: str, message: str, model_file: Path, fake_keras: FakeKeras
) -> None:
    Path("text.keras").write_text("hello")
    Path("net.py").write_text(
        "import keras\n\nclass Failing(keras.Layer):\n    def call(self):\n"
        "        raise ValueError('bad')\n"
    )
    result = run(command, target, *(["-o", "x.json"] if command == "export" else []))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"graphscope: {message}")
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("before", "after", "environment"),
    [(["--debug"], [], ""), ([], ["--debug"], ""), ([], [], "1")],
)
def test_debug_shows_the_traceback(
    before: list[str],
    after: list[str],
    environment: str,
    fake_keras: FakeKeras,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Path("net.py").write_text("1 / 0")
    monkeypatch.setenv("GRAPHSCOPE_DEBUG", environment)
    result = run(*before, "info", "net.py:model", *after)
    assert result.exit_code == 1
    assert "Traceback" in result.stderr
    assert "ZeroDivisionError: division by zero" in result.stderr
    assert result.stderr.splitlines()[-1].startswith("graphscope: net.py:1 raised")


def test_a_bug_is_called_a_bug(model_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> Graph:
        raise RuntimeError("two\nlines")

    use_plugins(monkeypatch, readers={"keras": read})
    result = run("info", "tiny.keras")
    assert result.exit_code == 1
    assert result.stderr == (
        "graphscope: this is a bug in graphscope (RuntimeError: two lines). "
        "Run it again with --debug for the traceback.\n"
    )
    assert "Traceback" in run("info", "tiny.keras", "--debug").stderr


def test_control_characters_in_messages_are_written_out(model_file: Path) -> None:
    result = run("info", "a\x1b[2J\u202eb.keras")
    assert "\x1b" not in result.stderr
    assert "a\\x1b[2J\\u202eb.keras" in result.stderr


def test_ctrl_c_is_calm(model_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> Graph:
        raise KeyboardInterrupt

    use_plugins(monkeypatch, readers={"keras": read})
    result = run("info", "tiny.keras")
    assert result.exit_code == 130
    assert result.stderr == "Stopped.\n"


def test_every_command_is_a_module_with_a_command() -> None:
    context = click.Context(cli)
    for name in root_module.LazyGroup.list_commands(cli, context):  # type: ignore[arg-type]
        command = cli.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.short_help


def test_info_json_is_one_object_and_nothing_else(model_file: Path, fake_keras: FakeKeras) -> None:
    Path("net.py").write_text(
        "import keras\nprint('noise')\ndef make():\n    print('noise')\n    return keras.Layer()\n"
    )
    for target in ("tiny.keras", "net.py:make"):
        result = run("info", target, "--json")
        assert result.exit_code == 0, result.stderr
        assert isinstance(json.loads(result.stdout), dict)
    assert result.stderr == "noise\nnoise\n"


def test_comparing_needs_runs(model_file: Path) -> None:
    result = run("show", str(model_file), "--compare", "elsewhere")
    assert result.exit_code == 2
    assert "--compare needs a run" in result.stderr


def test_a_run_without_a_picture_is_said_in_one_sentence(folder: Path) -> None:
    (folder / "exp1").mkdir()
    (folder / "exp1" / "rank0.jsonl").write_text("")
    result = run("show", "exp1", "--no-browser")
    assert result.exit_code == 1
    assert "No graph is kept with the run 'exp1'" in result.stderr
    other = run("show", "exp1", "--compare", "nowhere")
    assert "--compare: 'nowhere' is not the folder of a run." in other.stderr
