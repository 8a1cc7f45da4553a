"""What comes back of a file that is read in a child process, and what is said when nothing does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import graphscope
from graphscope.errors import GraphscopeError, ReadError, TraceError
from graphscope.graph import Graph, to_json
from graphscope.session.reading import apart
from graphscope.session.reading.apart import (
    Limits,
    find_limits,
    offers,
    read_apart,
    read_compile_config,
    read_data,
)
from graphscope.session.reading.weights import StoredWeights, has_weights
from tests.support.archives import (
    call,
    functional,
    input_layer,
    layer,
    sequential,
    write_archive,
)
from tests.support.graphs import graph
from tests.support.processes import await_end
from tests.unit.session.reading.conftest import LIMITS, SUPPORT, Read


def test_a_graph_comes_back_whole(tmp_path: Path) -> None:
    drawn = graph("x -> dense:Dense(kernel[8,4]) -> relu")
    path = tmp_path / "net.json"
    path.write_text(to_json(drawn), encoding="utf-8")
    assert to_json(read_apart(path, "json")) == to_json(drawn)


@pytest.mark.skipif(os.name != "posix", reason="names are text there")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xe9t\n.json"))
    path.write_text(to_json(graph("x -> y")), encoding="utf-8")
    assert len(read_apart(path, "json").nodes) == 2
    path.write_text("{", encoding="utf-8")
    with pytest.raises(ReadError):
        read_apart(path, "json")


def test_an_error_comes_back_with_what_could_be_read(read_as: Read) -> None:
    with pytest.raises(ReadError) as raised:
        read_as("refuse")
    assert (raised.value.message, raised.value.remedy) == ("It is broken.", "Mend it.")
    assert raised.value.graph.name == "read all the same"

    with pytest.raises(TraceError, match=r"cannot be called\. Call it\."):
        read_as("refuse_otherwise")


def test_an_error_of_the_system_is_told(read_as: Read) -> None:
    with pytest.raises(ReadError, match=r"given\.bad' cannot be read: No such file or directory\."):
        read_as("find_nothing")


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        ("fail", "LookupError: a table"),
        ("recurse", "RecursionError: maximum recursion"),
        ("leave_politely", "SystemExit: 3"),
    ],
)
def test_a_mistake_of_a_reader_is_told_with_its_place(
    reader: str, reason: str, read_as: Read
) -> None:
    with pytest.raises(ReadError, match=f"failed with {reason}.*This is a bug") as raised:
        read_as(reader)
    assert any(f"in {reader}" in note for note in raised.value.__notes__)


@pytest.mark.parametrize(
    ("reader", "how"),
    [
        ("crash", "was ended by SIGSEGV"),
        ("leave", "ended with status 3"),
        ("complain", r"ended with status 3 \(last words\)"),
        ("babble", "answered with a line that is not JSON"),
    ],
)
def test_a_process_that_ends_without_an_answer(reader: str, how: str, read_as: Read) -> None:
    with pytest.raises(ReadError, match=rf"The process that read '.*given.bad' {how}; the file is"):
        read_as(reader)


@pytest.mark.parametrize("reader", ["hang", "compute"])
def test_a_file_that_takes_too_long(reader: str, read_as: Read) -> None:
    with pytest.raises(
        ReadError, match=r"took more than 2 seconds and was given up\. Set GRAPHSCOPE_READ_SECONDS"
    ):
        read_as(reader, limits=Limits(2.0, LIMITS.memory))


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not limit it")
@pytest.mark.parametrize("reader", ["grow", "ask_for_much"])
def test_a_file_that_needs_too_much_memory(reader: str, read_as: Read) -> None:
    with pytest.raises(
        ReadError, match=r"needs more than 200 MiB to be read\. Set GRAPHSCOPE_READ_MEMORY"
    ):
        read_as(reader, limits=Limits(60.0, 200 << 20))


def test_an_answer_that_is_too_large(monkeypatch: pytest.MonkeyPatch, read_as: Read) -> None:
    monkeypatch.setattr(apart, "MOST", 100)
    with pytest.raises(ReadError, match="answered with more bytes than are taken"):
        read_as("behave")


def test_nothing_in_the_working_folder_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_as: Read
) -> None:
    trap = "from pathlib import Path; Path(__file__).with_name('marker').touch(); raise SystemExit"
    for name in ("json", "orjson", "numpy", "graphscope", "sitecustomize", "usercustomize"):
        (tmp_path / f"{name}.py").write_text(trap, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert read_as("behave").name == "read all the same"
    assert not (tmp_path / "marker").exists()


def test_the_environment_of_the_user_stays_here(
    monkeypatch: pytest.MonkeyPatch, read_as: Read
) -> None:
    for name in ("PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONHOME", "HDF5_PLUGIN_PATH"):
        monkeypatch.setenv(name, "/nowhere")
    assert read_as("behave").name == "read all the same"


def test_limits_are_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_limits() == Limits(apart.SECONDS, apart.MEMORY)
    monkeypatch.setenv("GRAPHSCOPE_READ_SECONDS", "2.5")
    monkeypatch.setenv("GRAPHSCOPE_READ_MEMORY", "2048")
    assert find_limits() == Limits(2.5, 2 << 30)
    for wrong in ("-1", "much", "inf", "nan"):
        monkeypatch.setenv("GRAPHSCOPE_READ_MEMORY", wrong)
        with pytest.raises(ReadError, match=f"GRAPHSCOPE_READ_MEMORY is '{wrong}'"):
            find_limits()


def test_a_reader_that_nobody_registered(tmp_path: Path) -> None:
    with pytest.raises(GraphscopeError, match="No reader is registered as 'nothing'"):
        read_apart(tmp_path, "nothing")


def test_other_data_of_a_file(file: Path, read_as: Read) -> None:
    assert read_data(file, "tell", "tell") == {"size": 5}
    assert offers("tell", "tell")
    assert not offers("tell", "compile_config")
    assert read_compile_config(file, "tell") is None


def test_compile_settings_of_an_archive(tmp_path: Path) -> None:
    model = sequential(input_layer("x", 8), layer("Dense", "dense", units=4))
    path = tmp_path / "model.keras"
    write_archive(path, model | {"compile_config": {"optimizer": "adam", "loss": "mse"}})
    assert read_compile_config(path, "keras") == {"optimizer": "adam", "loss": "mse"}


def test_weights_that_have_to_be_unpacked_as_often_as_they_are_read(tmp_path: Path) -> None:
    # Open sizes that turn out to be equal are read again, with one name for both.
    layers = [
        input_layer("x", None, None, 3),
        input_layer("y", None, None, 3),
        layer("Add", "add", call(["x", "y"])),
        layer("Dense", "dense", "add", units=4),
    ]
    model = functional(layers, inputs=["x", "y"], outputs="dense")
    stored, packed = tmp_path / "stored.keras", tmp_path / "packed.keras"
    write_archive(stored, model, weights={"layers/dense": [(3, 4), (4,)]})
    with zipfile.ZipFile(stored) as source, zipfile.ZipFile(packed, "w") as target:
        for member in source.namelist():
            target.writestr(member, source.read(member), zipfile.ZIP_DEFLATED)
    assert to_json(read_apart(packed, "keras")) == to_json(read_apart(stored, "keras"))


def test_numbers_in_weights(file: Path, read_as: Read) -> None:
    assert has_weights("behave")
    found = StoredWeights(file, "behave").summarise(["kernel", "broken", "other"])
    kernel, broken, other = found
    assert kernel is not None and not isinstance(kernel, GraphscopeError)
    assert (kernel.count, kernel.low, sum(kernel.bins)) == (4 + (16 << 20), 0.0, kernel.count)
    assert str(broken) == "It is broken."
    assert other is None


def test_a_file_that_was_changed_is_not_taken_for_the_one_that_was_read(
    file: Path, read_as: Read
) -> None:
    values = StoredWeights(file, "behave")
    file.write_text("something else", encoding="utf-8")
    with pytest.raises(ReadError, match="was changed"):
        values.summarise(["kernel"])
    file.unlink()
    with pytest.raises(ReadError, match="was changed"):
        values.summarise(["kernel"])


READER = """
import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from graphscope import plugins
from graphscope.session.children import process
from graphscope.session.reading.apart import Limits, read_apart
process.tempfile.TemporaryFile = lambda: open(sys.argv[3], "r+b", buffering=0)
sys.path.insert(0, sys.argv[2])
point = EntryPoint("hang", "misbehaving:hang_aloud", "graphscope.readers")
plugins.registered = lambda _group: {"hang": point}
try:
    read_apart(Path(sys.argv[1]), "hang", Limits(600.0, 512 << 20))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="waits as Linux can")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left_behind(number: signal.Signals, file: Path) -> None:
    errors = file.parent / "standard errors"
    os.mkfifo(errors)
    command = [sys.executable, "-c", READER, str(file), str(SUPPORT), str(errors)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
        with errors.open(encoding="ascii") as told:
            child = int(told.readline())
        reader.send_signal(number)
        printed, _ = reader.communicate()
    assert printed == ("interrupted\n" if number is signal.SIGINT else "")
    await_end(child)


def test_the_public_function_reads_so_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn = graph("x -> y")
    asked: list[str] = []

    def read(_path: Path, reader: str, *, entry: str) -> Graph:
        asked.append(f"{reader}{entry}")
        return drawn

    monkeypatch.setattr("graphscope.session.open.read_apart", read)
    write_archive(tmp_path / "a.keras", sequential(input_layer("x", 8)))
    assert graphscope.read(tmp_path / "a.keras") is drawn
    assert asked == ["keras"]
