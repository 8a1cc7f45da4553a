"""Opening targets: files through readers, Python code through a tracer."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscope.errors import GraphscopeError, ReadError, TargetError, TraceError
from graphscope.graph import TensorSpec, to_json
from graphscope.session import OpenOptions, open_target, samples
from graphscope.session.input_shapes import parse_input_shape
from graphscope.tracers import frames
from tests.support.fake_keras import FakeKeras, fake_keras, modules_restored, use_plugins
from tests.support.graphs import graph as draw

__all__ = ["fake_keras"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    with modules_restored():
        yield tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))


def fail(target: str, options: OpenOptions | None = None) -> GraphscopeError:
    with pytest.raises(GraphscopeError) as caught:
        open_target(target, options or OpenOptions())
    assert "\n" not in str(caught.value)
    return caught.value


NET = """
import keras

model = keras.Layer("ready")
number = 3

def make_model():
    return keras.Layer("made")

def make_sized(width, depth=2):
    return keras.Layer(f"{width}x{depth}")

def make_pair():
    return keras.Layer("pair"), "example inputs"

def make_nothing():
    keras.Layer("lost")

class Net(keras.Layer):
    pass

class zoo:
    class small(keras.Layer):
        pass
"""


@pytest.mark.parametrize(
    ("attribute", "name"),
    [
        ("model", "ready"),
        ("make_model", "made"),
        ("make_model()", "made"),
        ("make_sized(3)", "3x2"),
        ("make_sized(3, depth=4)", "3x4"),
        ("make_pair", "pair"),
        ("Net", "fake"),
        ("Net('called')", "called"),
        ("zoo.small", "fake"),
    ],
)
def test_module_file(attribute: str, name: str, folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "sub" / "net.py", NET)
    assert open_target(f"sub/net.py:{attribute}").name == name
    assert fake_keras.creations == 1


def test_importable_module_in_the_working_directory(folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "pkg" / "__init__.py", "")
    write(folder / "pkg" / "net.py", NET)
    assert open_target("pkg.net:make_model").name == "made"


def test_sample(folder: Path, fake_keras: FakeKeras, monkeypatch: pytest.MonkeyPatch) -> None:
    write(folder / "samples" / "tiny.py", NET)
    monkeypatch.setattr(samples, "sample_models_dir", lambda: folder / "samples")
    assert open_target("sample:tiny").name == "made"


def test_inputs_come_from_the_maker_or_from_the_options(
    folder: Path, fake_keras: FakeKeras
) -> None:
    write(folder / "net.py", NET)
    open_target("net.py:make_pair")
    open_target("net.py:make_pair", OpenOptions(inputs=(parse_input_shape("8"),), ops=False))
    (_, first, ops), (_, second, no_ops) = fake_keras.calls
    assert first == "example inputs"
    assert second == TensorSpec(("B", 8), "float32")
    assert (ops, no_ops) == (True, False)


def test_modules_beside_the_file_are_found_even_while_tracing(
    folder: Path, fake_keras: FakeKeras
) -> None:
    write(folder / "sub" / "beside_one.py", "NAME = 'neighbour'")
    write(folder / "sub" / "beside_two.py", "")
    write(
        folder / "sub" / "net.py",
        """
        import keras, sys
        from beside_one import NAME

        class Net(keras.Layer):
            def call(self):
                import beside_two

        def make():
            assert len(sys.argv) == 1
            return Net(NAME)
        """,
    )
    path, argv = list(sys.path), list(sys.argv)
    assert open_target("sub/net.py:make").name == "neighbour"
    assert (sys.path, sys.argv) == (path, argv)


def test_a_file_named_like_a_module_in_use_does_not_replace_it(
    folder: Path, fake_keras: FakeKeras
) -> None:
    import json

    write(folder / "json.py", NET)
    assert open_target("json.py:model").name == "ready"
    assert sys.modules["json"] is json


def test_an_edited_file_is_loaded_anew(folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "net_edited.py", "import keras\nmodel = keras.Layer('one')")
    assert open_target("net_edited.py:model").name == "one"
    write(folder / "net_edited.py", "import keras\nmodel = keras.Layer('second')")
    assert open_target("net_edited.py:model").name == "second"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("nett.py:make_model", "There is no file 'nett.py'. Did you mean 'net.py'?"),
        ("net.py:make_modle", "net.py has no attribute 'make_modle'. Did you mean 'make_model'?"),
        ("net.py:make_modle", "It has: model, make_model, make_sized, make_pair"),
        ("net.py:zoo.big", "has no attribute 'big'"),
        ("net.py:number", "net.py:number is a value of type int, neither a Keras model nor"),
        ("net.py:keras", "net.py:keras is the module keras, neither"),
        ("net.py:model()", "net.py:model is a model already. Leave the parentheses out"),
        ("net.py:make_nothing", "gave None, not a Keras model. Does the function end without"),
        ("net.py:make_sized", "net.py:make_sized needs arguments: width. Give them as literals"),
        ("net.py:make_sized", "'net.py:make_sized(width=...)'"),
        ("net.py:make_sized(1, tall=2)", "got an unexpected keyword argument 'tall'"),
        ("net.py:make_sized(1, tall=2)", "Its signature is make_sized(width, depth=2)."),
        ("sampel:unet", "There is no module 'sampel'. Did you mean 'sample'?"),
        ("pkg.nett:model", "There is no module 'pkg.nett'. Modules in pkg: inner."),
        ("net.deeper:model", "'net' is a module, not a package: it has no module 'deeper'."),
    ],
)
def test_what_is_not_there(target: str, message: str, folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "net.py", NET)
    write(folder / "pkg" / "__init__.py", "")
    write(folder / "pkg" / "inner.py", "")
    error = fail(target)
    assert isinstance(error, TargetError)
    assert message in str(error)


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (
            "x = 1\ny = 1 / 0",
            "net.py:2 raised ZeroDivisionError while it was being imported: division",
        ),
        (
            "\nimport sys; sys.exit(3)",
            "net.py:2 ended the program by SystemExit while it was being imported: 3.",
        ),
        ("import argparse\nargparse.ArgumentParser().error('no')", "ended the program"),
        ("def make(:", "net.py:1 raised SyntaxError"),
        (
            "import absent_package_x",
            "net.py:1 raised ModuleNotFoundError while it was being imported: No m",
        ),
        ("import absent_package_x", "Install absent_package_x for the Python that runs"),
        ("from . import other", "A module inside a package is named with dots"),
        (
            "def make():\n    raise ValueError('a\\nb')",
            "net.py:2 raised ValueError while it made the model: a b.",
        ),
        ("def make():\n    exit()", "net.py:2 ended the program"),
        ("raise ValueError('long' * 1000)", "…"),
    ],
)
def test_a_program_that_fails_is_told_with_its_line(
    program: str, message: str, folder: Path, fake_keras: FakeKeras
) -> None:
    write(folder / "net.py", program)
    error = fail("net.py:make")
    assert isinstance(error, TargetError)
    assert message in str(error)
    assert error.__cause__ is not None
    assert len(str(error)) < 1000


def test_a_model_that_raises_while_being_called(folder: Path, fake_keras: FakeKeras) -> None:
    write(
        folder / "net.py",
        """
        import keras

        class Net(keras.Layer):
            def call(self):
                raise ValueError(
                    "Exception encountered when calling Net.call().\\n\\n"
                    "\\x1b[1mShapes (3,) and (4,) do not match.\\x1b[0m\\n\\n"
                    "Arguments received by Net.call():\\n  • x=1"
                )
        """,
    )
    error = fail("net.py:Net")
    assert isinstance(error, TraceError)
    assert str(error) == (
        "net.py:6 raised ValueError while the model was being called: in Net.call(): "
        "Shapes (3,) and (4,) do not match."
    )


def test_a_tracer_that_fails_by_itself_is_not_the_users_fault(
    folder: Path, fake_keras: FakeKeras, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trace(model: object, inputs: object, ops: bool) -> object:
        raise KeyError("absent")

    def is_user_code(file: str) -> bool:
        return file != __file__ and frames.is_user_code(file)

    use_plugins(monkeypatch, tracers={"tensorflow": trace})
    monkeypatch.setattr("graphscope.session.user_errors.is_user_code", is_user_code)
    write(folder / "net.py", NET)
    with pytest.raises(KeyError):
        open_target("net.py:model")


def test_keyboard_interrupt_is_not_an_error(folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "net.py", "raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        open_target("net.py:make")


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ("tensorflow", 'Install a backend: pip install "keras-graphscope[tensorflow]".'),
        ("absl", "Reinstall it: pip install --force-reinstall keras."),
    ],
)
def test_keras_that_cannot_be_imported(
    missing: str,
    remedy: str,
    folder: Path,
    fake_keras: FakeKeras,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def record_creation() -> None:
        raise ModuleNotFoundError(f"No module named {missing!r}", name=missing)

    monkeypatch.setattr("graphscope.tracers.record_creation", record_creation)
    write(folder / "net.py", NET)
    message = f"Keras could not be imported: ModuleNotFoundError: No module named {missing!r}."
    assert str(fail("net.py:model")) == f"{message} {remedy}"


def test_backends_without_a_tracer(folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "net.py", NET)
    with pytest.raises(TraceError, match="cannot be traced on the jax backend in this release"):
        open_target("net.py:model", OpenOptions(backend="jax"))
    fake_keras.backend = "torch"
    with pytest.raises(TraceError, match="Use tensorflow: --backend"):
        open_target("net.py:model")
    with pytest.raises(TargetError, match="Keras runs on torch already, not on tensorflow"):
        open_target("net.py:model", OpenOptions(backend="tensorflow"))


def test_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> object:
        if path.read_bytes() == b"broken":
            raise ReadError("It is broken.")
        return draw("x -> y", name=path.stem)

    use_plugins(monkeypatch, readers={"keras": read})
    (folder / "Good.KERAS").touch()
    (folder / "bad.keras").write_bytes(b"broken")
    assert open_target("Good.KERAS").name == "Good"
    assert str(fail("bad.keras")) == "It is broken."
    assert "does not apply to a file" in str(
        fail("Good.KERAS", OpenOptions(inputs=(parse_input_shape("3"),)))
    )


def test_steps_are_reported(folder: Path, fake_keras: FakeKeras) -> None:
    write(folder / "net.py", NET)
    steps: list[str] = []
    open_target("net.py:model", report=steps.append)
    assert steps == ["importing keras", "building the model", "tracing the model"]


def test_of_a_run_the_graph_is_opened_that_is_kept_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "exp1"
    folder.mkdir()
    (folder / "rank0.jsonl").write_text("")
    with pytest.raises(GraphscopeError, match=r"No graph is kept with the run 'exp1'"):
        open_target(str(folder))
    (folder / "graph.json").write_text(to_json(draw("x=Input -> dense:Dense", name="digits")))
    assert open_target(str(folder)).name == "digits"


def test_a_folder_without_a_log_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="is a folder, not a file"):
        open_target(str(tmp_path))
