"""The numbers in the weights of an archive, part by part."""

from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np
import pytest

from graphscope.errors import ReadError
from graphscope.readers.keras.archive_file import compile_config, read, weight_parts
from graphscope.readers.weights.spread import PART_BYTES, spread
from tests.support.archives import input_layer, layer, sequential, write_archive

_KERNEL = np.arange(32, dtype=np.float32).reshape(8, 4)
_MODEL = sequential(input_layer("x", 8), layer("Dense", "dense", units=4, use_bias=False))


def save(path: Path, values: object, dtype: str = "") -> Path:
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        stored = file.create_dataset("layers/dense/vars/0", data=values)
        if dtype:
            stored.attrs["dtype"] = dtype
    write_archive(path, _MODEL, weights=stream.getvalue())
    return path


def kernel(path: Path) -> str:
    return next(weight.id for weight in read(path).weights if weight.name == "kernel")


def test_values_come_by_the_ids_of_the_graph(tmp_path: Path) -> None:
    path = save(tmp_path / "model.keras", _KERNEL)
    parts = list(weight_parts(path, kernel(path), 1 << 20))
    np.testing.assert_array_equal(np.concatenate(parts), _KERNEL)


def test_a_file_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = save(tmp_path / "model.keras", _KERNEL)
    first = np.concatenate(list(weight_parts(path, kernel(path), 1 << 20)))
    save(path, _KERNEL + 1)
    second = np.concatenate(list(weight_parts(path, kernel(path), 1 << 20)))
    np.testing.assert_array_equal(second, first + 1)


def test_a_weight_that_is_not_there(tmp_path: Path) -> None:
    path = save(tmp_path / "model.keras", _KERNEL)
    with pytest.raises(KeyError):
        list(weight_parts(path, "weight:other", 1 << 20))


def test_numbers_that_lie_in_another_file_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "outside.bin").write_bytes(bytes(128))
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        place = [(str(tmp_path / "outside.bin"), 0, 128)]
        file.create_dataset("layers/dense/vars/0", (8, 4), "float32", external=place)
    path = tmp_path / "model.keras"
    write_archive(path, _MODEL, weights=stream.getvalue())
    with pytest.raises(KeyError):
        list(weight_parts(path, kernel(path), 1 << 20))


def test_bfloat16_is_read_though_hdf5_does_not_know_it(tmp_path: Path) -> None:
    values = np.resize(np.array([1.5, -2.0], dtype=np.float32), (8, 4))
    upper = (values.view(np.uint32) >> 16).astype(np.uint16).view("V2")
    path = save(tmp_path / "model.keras", upper, "bfloat16")
    parts = list(weight_parts(path, kernel(path), 1 << 20))
    np.testing.assert_array_equal(np.concatenate(parts), values)


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "model.keras", np.full((8, 4), b"text"))
    with pytest.raises(ReadError, match=r"Numbers of the type .* cannot be summed up"):
        list(weight_parts(path, kernel(path), 1 << 20))


def test_compile_settings_are_handed_on_as_they_are(tmp_path: Path) -> None:
    settings = {"optimizer": "adam", "loss": "mse"}
    write_archive(tmp_path / "a.keras", _MODEL | {"compile_config": settings})
    write_archive(tmp_path / "b.keras", _MODEL)
    write_archive(tmp_path / "c.keras", _MODEL | {"compile_config": "nonsense"})
    assert compile_config(tmp_path / "a.keras") == settings
    assert compile_config(tmp_path / "b.keras") is None
    assert compile_config(tmp_path / "c.keras") is None


@pytest.mark.parametrize("shape", [(), (7,), (3, 5), (2, 700_000), (900_000, 2), (0, 4)])
def test_parts_cover_an_array_once_within_the_limit(shape: tuple[int, ...]) -> None:
    array = np.zeros(shape, dtype=np.int8)
    for part in spread(shape, 1, 100 << 20):
        array[part] += 1
    assert (array == 1).all()


def test_a_large_array_is_sampled_evenly() -> None:
    parts = list(spread((1 << 24, 4), 4, 16 << 20))
    starts = [part[0].start for part in parts]
    assert len(parts) == 16
    assert sum((part[0].stop - part[0].start) * 16 for part in parts) <= 16 << 20
    assert max(starts) > (1 << 24) * 0.9
    assert PART_BYTES == 1 << 20
