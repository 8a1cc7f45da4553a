"""HDF5 read without its library: the same as with it, or left to it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphscope.readers.weights.hdf5_classic import ClassicFile
from graphscope.readers.weights.hdf5_headers import UnfamiliarError
from graphscope.readers.weights.hdf5_library import LibraryFile
from graphscope.readers.weights.tree import WeightGroup, WeightTree
from graphscope.readers.weights.walk import SourceError, WeightWalk

DTYPES = ("f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?")


def write(fill: Callable[[h5py.File], None], **options: Any) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        fill(file)
    return buffer.getvalue()


def fast(data: bytes) -> WeightTree:
    return WeightWalk(ClassicFile(io.BytesIO(data)), lambda _: "").walk()


def slow(data: bytes) -> WeightTree:
    return WeightWalk(LibraryFile(io.BytesIO(data)), lambda _: "").walk()


def told(tree: WeightTree) -> Any:
    return _group(tree.root), tree.refused, tree.unreadable, tree.is_complete


def _group(group: WeightGroup) -> Any:
    arrays = [(each.key, each.shape, each.dtype, each.path) for each in group.weights]
    children = [_group(child) for child in group.children.values()]
    return group.name, group.is_object, arrays, children


def keras_like(file: h5py.File) -> None:
    for index in range(40):
        group = file.create_group(f"layers/dense_{index}/vars")
        group.attrs["name"] = f"dense_{index}"
        group["0"] = np.zeros((3, index), "f4")
        group["1"] = np.zeros((), "f4")
    file.create_group("optimizer/vars")["0"] = np.zeros(3, "i8")


def test_the_same_tree_comes_out_both_ways() -> None:
    data = write(keras_like)
    assert told(fast(data)) == told(slow(data))
    assert fast(data).root.count() == 81


@pytest.mark.parametrize("dtype", DTYPES)
def test_types_of_numbers(dtype: str) -> None:
    data = write(lambda file: file.create_dataset("a/vars/0", (2, 3), dtype))
    (weight,) = fast(data).root.children["a"].weights
    assert weight.dtype == str(np.dtype(dtype))
    assert told(fast(data)) == told(slow(data))


def test_many_links_and_long_names() -> None:
    def fill(file: h5py.File) -> None:
        for index in range(3_000):
            file.create_group(f"layers/{'x' * (index % 60)}{index}")

    data = write(fill)
    assert told(fast(data)) == told(slow(data))


def test_long_lists_in_the_header_of_a_group() -> None:
    # Keras 1 and 2 list layers and weights in attributes of up to 64 kB each.
    def fill(file: h5py.File) -> None:
        keras_like(file)
        for part in range(20):
            names = [f"dense_{part}_{index}".encode() for index in range(2_000)]
            file["layers"].attrs[f"layer_names{part}"] = names

    data = write(fill)
    assert len(data) > 500_000
    assert told(fast(data)) == told(slow(data))


def test_headers_that_overlap_are_left_to_the_library() -> None:
    data = bytearray(write(keras_like))
    # The header of the root, which follows the superblock, says that it is as long as the file.
    data[96 + 8 : 96 + 12] = len(data).to_bytes(4, "little")
    with pytest.raises(UnfamiliarError):
        fast(bytes(data))


def test_chunked_and_compressed_arrays() -> None:
    def fill(file: h5py.File) -> None:
        group = file.create_group("a/vars")
        group.create_dataset("0", (40, 40), "f4", chunks=(8, 8), compression="gzip")
        group.create_dataset("1", (0, 4), "f4", maxshape=(None, 4))
        for index in range(7):
            group["0"].attrs[f"note {index}"] = "text " * 40

    data = write(fill)
    assert told(fast(data)) == told(slow(data))


def test_hard_links_to_one_object_and_in_a_circle() -> None:
    def fill(file: h5py.File) -> None:
        keras_like(file)
        file["layers/dense_3/again"] = file["layers"]
        file["other"] = file["layers/dense_4"]

    data = write(fill)
    assert told(fast(data)) == told(slow(data))


def _soft(file: h5py.File) -> None:
    file["a"] = h5py.SoftLink("/b")


def _outside(file: h5py.File) -> None:
    file.create_dataset("a/vars/0", (2,), "f4", external=[("/etc/passwd", 0, 8)])


def _virtual(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (4,))
    file.create_group("a/vars").create_virtual_dataset("0", layout)


def _text(file: h5py.File) -> None:
    file["a/vars/0"] = "text"


def _committed_type(file: h5py.File) -> None:
    file["type"] = np.dtype("f4")
    file.create_dataset("a/vars/0", (2,), file["type"])


@pytest.mark.parametrize("fill", [_soft, _outside, _virtual, _text, _committed_type])
def test_what_is_odd_is_left_to_the_library(fill: Callable[[h5py.File], None]) -> None:
    data = write(fill)
    with pytest.raises(UnfamiliarError):
        fast(data)


@pytest.mark.parametrize("options", [{"libver": "latest"}, {"userblock_size": 512}])
def test_other_layouts_are_left_to_the_library(options: dict[str, Any]) -> None:
    with pytest.raises(UnfamiliarError):
        fast(write(keras_like, **options))


def _three_layers(file: h5py.File) -> None:
    for index in range(3):
        file.create_dataset(f"layers/d{index}/vars/0", (2, 3), "f4")


SMALL = write(_three_layers)


@settings(max_examples=300)
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=4))
def test_damaged_files_end_in_one_of_two_ways(flips: list[tuple[int, int]]) -> None:
    data = bytearray(SMALL)
    for place, value in flips:
        data[place] = value
    try:
        found = fast(bytes(data))
    except UnfamiliarError:
        return
    try:
        expected = slow(bytes(data))
    except SourceError:
        return
    # The library looks at more than is read here, so it may refuse more; what both read is equal.
    if not expected.unreadable:
        assert told(found) == told(expected)


@given(st.integers(0, len(SMALL) - 1))
def test_files_that_are_cut_short_are_left_to_the_library(length: int) -> None:
    with pytest.raises(UnfamiliarError):
        fast(SMALL[:length])


def test_headers_that_are_laid_out_in_many_ways() -> None:
    def fill(file: h5py.File) -> None:
        for index in range(300):
            group = file.create_group(f"layers/dense_{index}/vars")
            for number in range(index % 7):
                group.attrs[f"note {number}"] = "x" * (index % 11)
            shape = (2,) * (index % 5)
            group.create_dataset("0", shape, DTYPES[index % len(DTYPES)])
            group.create_dataset("1", (4, 4), "f4", chunks=(2, 2) if index % 3 else None)
            group["1"].attrs["unit"] = "y" * (index % 13)

    data = write(fill)
    assert told(fast(data)) == told(slow(data))


def test_a_group_of_many_messages_is_left_to_the_library() -> None:
    data = write(keras_like)
    # The header of the root says that it is of 64 kB, which are all messages without content.
    damaged = bytearray(data[:96] + (b"\1\0\xff\xff\1\0\0\0" + (1 << 16).to_bytes(8, "little")))
    damaged += bytes(1 << 16)
    with pytest.raises(UnfamiliarError):
        fast(bytes(damaged))
