"""The numbers in weights: of SavedModels from their data files, of frozen graphs from constants."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphscope.analysis.number_summary import NumberSummary
from graphscope.errors import ReadError
from graphscope.readers.tensorflow import graph_file, saved_model
from graphscope.session.reading.weights import StoredWeights
from tests.support.tensorflow_files import (
    FLOAT,
    Tensor,
    Type,
    data,
    floats,
    graph,
    meta_graph,
    node,
    number,
    placeholder,
    read,
    shape,
    signature,
    variable,
    varint,
    write_index,
    write_saved_model,
)

HALF, BFLOAT = 19, 14
KERNEL = np.arange(8, dtype="<f4").reshape(4, 2)
KEY = "kernel/.ATTRIBUTES/VARIABLE_VALUE"
Parts = Callable[[Path, str, int], Iterator[np.ndarray[Any, Any]]]


def values(parts: Parts, path: Path, weight: str, limit: int = 1 << 20) -> list[float]:
    return [float(each) for part in parts(path, weight, limit) for each in part.flat]


# SavedModels -------------------------------------------------------------------------------


def entry(*sizes: int, dtype: int = FLOAT, offset: int = 0, size: int = 32) -> bytes:
    place = number(4, offset) if offset else b""
    return number(1, dtype) + data(2, shape(sizes)) + place + number(5, size)


def saved(
    tmp_path: Path,
    index: dict[str, bytes],
    content: bytes = KERNEL.tobytes(),
    *,
    objects: bool = True,
) -> Path:
    """A model that multiplies by a kernel, with the stored weights that are given."""
    definition = graph(
        placeholder("x", None, 4),
        variable("kernel", 4, 2),
        read("dense/MatMul/ReadVariableOp", "kernel"),
        node("dense/MatMul", "MatMul", "x", "dense/MatMul/ReadVariableOp", T=Type(FLOAT)),
    )
    owned = data(1, number(1, 1) + data(2, "kernel"))
    described = number(1, FLOAT) + data(2, shape([4, 2])) + number(3, 1) + data(6, "kernel")
    tree = data(1, owned) + data(1, data(7, described)) if objects else b""
    serving = signature({"x": "x:0"}, {"y": "dense/MatMul:0"})
    folder = write_saved_model(
        tmp_path / "model", meta_graph(definition, {"serve": serving}, objects=tree)
    )
    write_index(folder, index)
    (folder / "variables" / "variables.data-00000-of-00001").write_bytes(content)
    return folder


def kernel(path: Path) -> str:
    (weight,) = saved_model.read(path).weights
    return weight.id


def saved_values(path: Path, limit: int = 1 << 20) -> list[float]:
    return values(saved_model.weight_parts, path, kernel(path), limit)


def test_the_numbers_of_a_variable_are_read(tmp_path: Path) -> None:
    assert saved_values(saved(tmp_path, {KEY: entry(4, 2)})) == [*range(8)]


def test_numbers_are_read_where_the_index_says(tmp_path: Path) -> None:
    content = b"#" * 12 + KERNEL.tobytes() + b"#"
    assert saved_values(saved(tmp_path, {KEY: entry(4, 2, offset=12)}, content)) == [*range(8)]


def test_numbers_of_another_machine_are_read(tmp_path: Path) -> None:
    index = {"": number(1, 1) + number(2, 1), KEY: entry(4, 2)}
    path = saved(tmp_path, index, KERNEL.astype(">f4").tobytes())
    assert saved_values(path) == [*range(8)]


def test_a_variable_of_tensorflow_1_is_stored_under_its_name(tmp_path: Path) -> None:
    path = saved(tmp_path, {"kernel": entry(4, 2)}, objects=False)
    assert saved_values(path) == [*range(8)]


def test_weights_in_several_files_are_found(tmp_path: Path) -> None:
    path = saved(tmp_path, {"": number(1, 2), KEY: entry(4, 2) + number(3, 1)})
    (path / "variables" / "variables.data-00001-of-00002").write_bytes(KERNEL.tobytes())
    assert saved_values(path) == [*range(8)]


def test_a_large_weight_is_sampled(tmp_path: Path) -> None:
    found = saved_values(saved(tmp_path, {KEY: entry(4, 2)}), limit=8)
    assert 0 < len(found) <= 8


def test_a_weight_without_stored_numbers_has_none(tmp_path: Path) -> None:
    path = saved(tmp_path, {"other": entry(4, 2)})
    with pytest.raises(KeyError):
        saved_values(path)
    with pytest.raises(KeyError):
        values(saved_model.weight_parts, path, "weight:other")


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (entry(4, 2, offset=4), "its file ends before its numbers do"),
        (entry(4, 2, offset=1 << 62), "its file ends before its numbers do"),
        (entry(4, 2, size=28), "28 bytes are stored for it"),
        (entry(40, 2, size=32), "32 bytes are stored for it"),
        (entry(4, 2, dtype=7), "Numbers of the type string"),
        (entry(4, 2, dtype=99), "Numbers of the type unknown"),
        (entry(4, 2) + number(3, 7), "There is no file"),
    ],
)
def test_an_index_that_lies_is_refused(tmp_path: Path, index: bytes, message: str) -> None:
    path = saved(tmp_path, {KEY: index})
    with pytest.raises(ReadError, match=message):
        saved_values(path)


def test_numbers_behind_a_link_out_of_the_folder_are_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path, {KEY: entry(4, 2)})
    shard = path / "variables" / "variables.data-00000-of-00001"
    shard.rename(tmp_path / "elsewhere")
    shard.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReadError, match="a link that leads out of the folder"):
        saved_values(path)


def test_numbers_are_read_in_the_process_that_may_read_nothing_else(tmp_path: Path) -> None:
    path = saved(tmp_path, {KEY: entry(4, 2)})
    (found,) = StoredWeights(path, "savedmodel").summarise([kernel(path)])
    assert isinstance(found, NumberSummary)
    assert (found.count, found.low, found.high) == (8, 0, 7)


# Frozen graphs -----------------------------------------------------------------------------


def frozen(tmp_path: Path, dtype: int, content: bytes, *sizes: int) -> Path:
    name = "dense/MatMul/ReadVariableOp"
    definition = graph(
        placeholder("x", None, 4, dtype=dtype),
        node(name, "Const", dtype=Type(dtype), value=Tensor(dtype, sizes, content)),
        node("dense/MatMul", "MatMul", "x", name, T=Type(dtype)),
    )
    (tmp_path / "frozen.pb").write_bytes(definition)
    return tmp_path / "frozen.pb"


def frozen_values(path: Path, limit: int = 1 << 20) -> list[float]:
    (weight,) = graph_file.read(path).weights
    return values(graph_file.weight_parts, path, weight.id, limit)


def words(*numbers: int) -> bytes:
    """Half-precision numbers, listed by their bits."""
    return data(13, b"".join(map(varint, numbers)))


@pytest.mark.parametrize(
    ("dtype", "content", "expected"),
    [
        (FLOAT, data(4, KERNEL.tobytes()), [*range(8)]),
        (FLOAT, floats(range(8)), [*range(8)]),
        (FLOAT, floats([1, 2]), [1, 2, 2, 2, 2, 2, 2, 2]),
        (FLOAT, floats([3]), [3] * 8),
        (FLOAT, b"", [0] * 8),
        (2, data(4, KERNEL.astype("<f8").tobytes()), [*range(8)]),
        (HALF, data(4, KERNEL.astype("<f2").tobytes()), [*range(8)]),
        (HALF, words(0x3C00, 0x4000), [1, 2, 2, 2, 2, 2, 2, 2]),
        (BFLOAT, data(4, struct.pack("<8H", *[0x3F80] * 8)), [1] * 8),
        (BFLOAT, words(0x4000), [2] * 8),
    ],
)
def test_the_numbers_of_a_constant_are_read(
    tmp_path: Path, dtype: int, content: bytes, expected: list[float]
) -> None:
    found = frozen_values(frozen(tmp_path, dtype, content, 4, 2))
    if content.startswith((data(5, b"")[:1], data(13, b"")[:1])):
        found = sorted(found)  # what is listed comes before what is filled up
    assert found == expected


def test_a_constant_that_claims_to_be_endless_costs_nothing(tmp_path: Path) -> None:
    path = frozen(tmp_path, FLOAT, floats([1, 2]), 1 << 20, 1 << 20)
    found = frozen_values(path, limit=1 << 12)
    assert 0 < len(found) <= 1 << 12
    assert set(found) == {1.0, 2.0}


def test_a_constant_with_too_few_bytes_is_refused(tmp_path: Path) -> None:
    path = frozen(tmp_path, FLOAT, data(4, bytes(28)), 4, 200)
    with pytest.raises(ReadError, match="28 bytes are stored"):
        frozen_values(path)


def test_the_numbers_of_a_saved_model_are_not_in_its_own_file(tmp_path: Path) -> None:
    path = saved(tmp_path, {KEY: entry(4, 2)})
    with pytest.raises(KeyError):
        values(graph_file.weight_parts, path / "saved_model.pb", kernel(path))
