"""Which reader opens a file or folder, and what is said of the others."""

from __future__ import annotations

import io
import json
import os
import pickle
import socket
import zipfile
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from graphscope import plugins
from graphscope.errors import GraphscopeError, TargetError
from graphscope.graph import Graph, to_json
from graphscope.session import samples
from graphscope.session.files import check_name, find_reader, reader_of_name, suffixes
from graphscope.session.targets import FileTarget, parse_target
from tests.support.fake_keras import use_plugins
from tests.support.graphs import graph

HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(600)
EVENTS = b"\x18" + bytes(7) + b"\x01\x02\x03\x04" + b"\x09" + bytes(8) + b"\x1a\x0dbrain.Event:2"


def zip_file(*members: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    return data.getvalue()


ARCHIVE = zip_file("metadata.json", "config.json")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def all_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("h5", "hdf5", "json", "keras", "meta", "pb", "pbtxt", "savedmodel", "tfevents")
    points = {name: EntryPoint(name, "graphscope.readers:read", "") for name in names}
    monkeypatch.setattr(plugins, "registered", lambda _group: points)


def read(path: Path) -> Graph:
    return graph("x", name=path.stem)


def message(path: Path | str) -> str:
    with pytest.raises(GraphscopeError) as caught:
        find_reader(Path(path))
    assert len(str(caught.value)) < 500
    return str(caught.value)


@pytest.mark.usefixtures("all_readers")
@pytest.mark.parametrize(
    ("name", "content", "reader"),
    [
        ("net.keras", ARCHIVE, "keras"),
        ("NET.KERAS", ARCHIVE, "keras"),
        ("net.h5", HDF5, "h5"),
        ("net.json", b"[]", "json"),
        ("net.pb", b"\x0a\x03", "pb"),
        ("graph.pbtxt", b"node {", "pbtxt"),
        ("model.ckpt-10.meta", b"\x0a\x03", "meta"),
        # Renamed by hand, or without a suffix.
        ("net.keras", HDF5, "h5"),
        ("net.h5", ARCHIVE, "keras"),
        ("net.zip", ARCHIVE, "keras"),
        ("net", ARCHIVE, "keras"),
        ("net", HDF5, "h5"),
        ("net.keras", b'\xef\xbb\xbf\n {\n "class_name": "Model"}', "json"),
        ("net.hdf5", bytes(512) + HDF5, "h5"),
        # What is damaged beyond recognition is left to the reader that it names.
        ("net.keras", b"", "keras"),
        ("net.h5", b"\x89HDF", "hdf5 or h5"),
        # Event files are named by their middle, or known by their first record.
        ("events.out.tfevents.1700000000.host.7.0.v2", b"", "tfevents"),
        ("log", EVENTS, "tfevents"),
    ],
)
def test_content_counts_more_than_the_name(name: str, content: bytes, reader: str) -> None:
    Path(name).write_bytes(content)
    assert find_reader(Path(name)) in reader.split(" or ")


def test_a_suffix_of_another_distribution_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    use_plugins(monkeypatch, readers={"keras": read, "npz": read})
    Path("net.npz").write_bytes(zip_file("arr_0.npy"))
    assert find_reader(Path("net.npz")) == "npz"


@pytest.mark.usefixtures("all_readers")
def test_how_names_of_files_end() -> None:
    known = (".h5", ".hdf5", ".json", ".keras", ".meta", ".pb", ".pbtxt", "tfevents")
    assert suffixes() == known


@pytest.mark.usefixtures("all_readers")
@pytest.mark.parametrize(
    ("files", "reader"),
    [
        (["saved_model.pb", "variables/variables.index"], "savedmodel"),
        (["saved_model.pbtxt"], "savedmodel"),
        (["events.out.tfevents.17.host"], "tfevents"),
        (["train/events.out.tfevents.17.host", "notes.txt"], "tfevents"),
    ],
)
def test_folders_are_known_by_what_is_in_them(files: list[str], reader: str, folder: Path) -> None:
    for name in files:
        path = folder / "made" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_reader(folder / "made") == reader


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("modle.keras", "There is no file 'modle.keras'. Did you mean 'model.keras'?"),
        ("unet", "There is no file 'unet'. Did you mean sample:unet?"),
        ("nowhere/x.keras", "The folder 'nowhere' does not exist either."),
        ("notes/x.keras", "There is no file 'notes/x.keras'."),
        ("weights.xyz", "'weights.xyz' is a .xyz file, which graphscope cannot read."),
        ("weights.xyz", "It reads .keras, .zip;"),
        ("README", "a file without a suffix"),
        ("keras.applications", "needs the model's name after a colon: keras.applications:"),
        ("link.keras", "'link.keras' is a link that leads nowhere."),
        ("folder.keras", "'folder.keras' is a folder, not a file. It is empty."),
        ("models", "is a folder, not a file. It holds 'a.keras': name it."),
        ("*.keras", "A pattern is not resolved: name one file, or leave the quotes out."),
        ("hidde", "There is no file 'hidde'. Examples: "),
        ("two", "It holds 'a.keras', 'b.keras': name one of them."),
        ("exported", "It is a SavedModel without its saved_model.pb: copy the whole folder."),
        ("weights", "It is a checkpoint, which holds weights and no model: save the model itself."),
        ("texts", "There is none in it of what graphscope reads: .keras, .zip."),
        ("serving", "is a folder, not a file. Did you mean 'serving/2'?"),
        ("unpacked", "It is an unpacked Keras archive: name 'unpacked/config.json' in it."),
    ],
)
def test_what_cannot_be_read(
    text: str, expected: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "model.keras",
        "weights.xyz",
        "README",
        "notes",
        "models/a.keras",
        ".hidden",
        "two/a.keras",
        "two/b.keras",
        "exported/variables/variables.index",
        "weights/net.index",
        "texts/a.txt",
        "serving/1/saved_model.pb",
        "serving/2/saved_model.pb",
        "unpacked/config.json",
        "unpacked/model.weights.h5",
        "samples/unet.py",
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("xyz")
    (folder / "folder.keras").mkdir()
    (folder / "link.keras").symlink_to("link.keras")
    monkeypatch.setattr(samples, "sample_models_dir", lambda: folder / "samples")
    use_plugins(monkeypatch, readers={"keras": read, "zip": read})
    assert expected in message(text)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("net.onnx", b"\x08\x07", "is an ONNX model, which graphscope cannot read. Open the Keras"),
        ("net.tflite", b"\x1c\0\0\0TFL3", "is a TensorFlow Lite model"),
        ("net.pt", zip_file("net/data.pkl"), "is a PyTorch file"),
        ("net.bin", zip_file("archive/data.pkl"), "is a file of weights without a model"),
        ("net", zip_file("archive/data.pkl"), "is a PyTorch file"),
        ("net.npz", zip_file("arr_0.npy"), "is a NumPy archive of arrays"),
        ("net", pickle.dumps([1]), "is a Python pickle"),
        ("net.gguf", b"GGUF\x03", "is a GGUF file"),
        ("net.yaml", b"class_name: Model", "save model.to_json() as .json"),
        ("x.index", b"", "is the index of a TensorFlow checkpoint"),
        ("net.safetensors", b"", "is a safetensors file"),
    ],
)
def test_what_other_programs_wrote_is_called_by_its_name(
    name: str, content: bytes, expected: str
) -> None:
    Path(name).write_bytes(content)
    assert expected in message(name)
    assert repr(name) in message(name)


def test_pipes_sockets_and_devices_are_not_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo("pipe.keras")
    Path("zero.keras").symlink_to("/dev/zero")

    def refuse(*_arguments: object) -> int:
        raise AssertionError("it was opened")

    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.keras")
        monkeypatch.setattr(os, "open", refuse)
        assert "is a named pipe" in message("pipe.keras")
        assert "is a device" in message("zero.keras")
        assert "is a socket" in message("socket.keras")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="only Linux has such files")
def test_files_that_open_and_cannot_be_read() -> None:
    Path("net.keras").symlink_to("/proc/self/mem")
    assert "'net.keras' cannot be read: Input/output error." in message("net.keras")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_files_that_may_not_be_read() -> None:
    Path("net.keras").write_bytes(ARCHIVE)
    Path("net.keras").chmod(0)
    assert "may not be read" in message("net.keras")


@pytest.mark.parametrize(
    "name",
    [
        "new\nline.keras",
        os.fsdecode(b"bad\xff\xfename.keras"),
        '"><img src=x onerror=alert(1)>.keras',
        "-rf.keras",
        "%2e%2e%2f?x#y.keras",
        "n" * 240 + ".keras",
        "model\u202esarek.exe.keras",
        " lead trail .keras",
        "~.keras",
        "$HOME.keras",
        "a:b.keras",
        "trailing.keras ",
    ],
)
def test_names_of_all_kinds(name: str) -> None:
    Path(name).write_bytes(ARCHIVE)
    target = parse_target(name)
    assert target == FileTarget(Path(name))
    assert find_reader(Path(name)) == "keras"
    assert find_reader(Path("./", name)) == "keras"


@pytest.mark.parametrize(
    "text", ["\0", "x" * 10_000, "a\nb.keras", "../../etc/passwd\x1b[2J.keras", "a/\0/b.keras"]
)
def test_hostile_text_is_only_a_missing_file(text: str) -> None:
    target = parse_target(text)
    assert isinstance(target, FileTarget)
    assert "There is no file" in message(target.path)


def test_names_of_uploads() -> None:
    check_name("net.keras")
    assert reader_of_name("net.savedmodel") is None
    with pytest.raises(TargetError, match="is a PyTorch file"):
        check_name("net.pt")
    with pytest.raises(TargetError, match=r"is no model that graphscope reads. It reads \."):
        check_name("notes.txt")


def test_what_the_readers_of_this_distribution_are_called_for() -> None:
    Path("graph.json").write_text(to_json(graph("x -> y")))
    assert find_reader(Path("graph.json")) == "json"
    Path("config").write_text(json.dumps({"class_name": "Sequential"}))
    assert find_reader(Path("config")) == "json"
