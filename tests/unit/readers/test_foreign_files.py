"""Files under a name that is not theirs are called what they are, with what to do about it."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import h5py
import pytest

from graphscope.errors import ReadError
from graphscope.readers.keras import archive_file, h5_file
from graphscope.readers.tensorflow import graph_file, saved_model
from tests.support.archives import functional, input_layer, layer
from tests.support.hdf5_models import write_model

_SAFETENSORS = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
_LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n"
_REFUSED = b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'


def _tar() -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("config.json"))
    return packed.getvalue()


def refuse(reader: ModuleType, path: Path) -> str:
    with pytest.raises(ReadError) as caught:
        reader.read(path)
    assert len(str(caught.value)) < 500
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_tar(), "a tar file. Unpack it first."),
        (b"\x28\xb5\x2f\xfd" + bytes(30), "a Zstandard file. Unpack it first."),
        (b"Rar!\x1a\x07\x01\x00" + bytes(30), "a RAR file. Unpack it first."),
        (b"\xfd7zXZ\x00" + bytes(30), "an xz file. Unpack it first."),
        (bytes(5_000), "a file of zeros. Copy or download it again."),
        (struct.pack("<Q", len(_SAFETENSORS)) + _SAFETENSORS, "a safetensors file."),
        (b"\x08\x08\x12\x07pytorch\x1a\x051.9.0:\x10\n\x01x", "an ONNX model. Open the Keras"),
        (b"\x08\x01\x12\x04net\n", "binary data"),
        (b"<!DOCTYPE html>\n<title>Sign in</title>", "an HTML page, as downloads give"),
        (b"\xef\xbb\xbf\n<HTML>", "an HTML page, as downloads give when they fail. Look into it"),
        (_REFUSED, "an error message in XML, as storage gives when it refuses. Look into it"),
        (_LFS, "a Git LFS pointer, not the model itself. Fetch the model with `git lfs pull`."),
        (b"epoch,loss\n1,0.5\n", "a text file."),
        (b"a\n\x00\x01", "binary data of another format."),
    ],
)
@pytest.mark.parametrize(
    ("reader", "name"), [(archive_file, "net.keras"), (h5_file, "net.h5")], ids=["keras", "h5"]
)
def test_content_tells(
    reader: ModuleType, name: str, data: bytes, expected: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert f"it looks like {expected}" in refuse(reader, path)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (_LFS, "looks like a Git LFS pointer, not the model itself. Fetch the model with"),
        (b"<html>404</html>", "looks like an HTML page"),
        (_REFUSED, "looks like an error message in XML"),
    ],
)
def test_what_stands_in_place_of_a_graph(data: bytes, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "saved_model.pb"
    path.write_bytes(data)
    for reader, target in ((graph_file, path), (saved_model, tmp_path)):
        told = refuse(reader, target)
        assert told.startswith("'saved_model.pb' is no graph of TensorFlow; it ")
        assert expected in told


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (["net/config.json", "net/metadata.json"], "Zip what is in the folder 'net', without the"),
        (["a\\config.json"], "Zip what is in the folder 'a', without the folder."),
        (["readme.txt", "net.keras"], "an archive that holds 'net.keras'. Unpack it and name the"),
        (["variables/a", "saved_model.pb"], "a packed SavedModel. Unpack it and name the folder."),
        (["net/data.pkl", "net/version"], "a PyTorch file."),
        (["a.npy"], "a NumPy archive of arrays."),
    ],
)
def test_members_tell_what_a_zip_file_is(members: list[str], expected: str, tmp_path: Path) -> None:
    path = tmp_path / "net.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    told = refuse(archive_file, path)
    assert told.startswith("'net.keras' is not a Keras archive; it looks like ")
    assert expected in told


@pytest.mark.parametrize("members", [[], ["model.weights.h5"], ["metadata.json"], ["x" * 9_000]])
def test_members_that_tell_nothing(members: list[str], tmp_path: Path) -> None:
    path = tmp_path / "net.keras"
    with zipfile.ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "x")
    assert "There is no config.json in 'net.keras'" in refuse(archive_file, path)


def test_a_broken_training_config_does_not_hide_the_model(tmp_path: Path) -> None:
    layers = [input_layer("x", 4), layer("Dense", "a", "x", units=2)]
    path = write_model(tmp_path / "net.h5", functional(layers, inputs="x", outputs="a"), {})
    with h5py.File(path, "r+") as file:
        file.attrs["training_config"] = "{{"
    graph = h5_file.read(path)
    assert [node.name for node in graph.nodes] == ["x", "a"]
    (note,) = (note for note in graph.notes if note.code == "training-unreadable")
    assert note.message.startswith("training_config in 'net.h5' is not JSON")
