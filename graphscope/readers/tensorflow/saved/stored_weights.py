"""The weights of a SavedModel: whether they lie where they belong, and their numbers on demand."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.readers.files.regular_file import require_inside
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved.checkpoint import StoredTensor, WeightIndex, read_index
from graphscope.readers.tensorflow.saved.objects import SavedVariable
from graphscope.readers.tensorflow.tensor_parts import raw_parts
from graphscope.readers.text import quote

if TYPE_CHECKING:
    import numpy as np

VARIABLES = Path("variables")
INDEX = VARIABLES / "variables.index"
_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_LISTED = 3


def check_weights(folder: Path, saved: Iterable[SavedVariable]) -> list[tuple[str, str]]:
    """Return notes on weights that are missing or do not fit, each a code and a sentence.

    Args:
        folder: the SavedModel.
        saved: the variables that its objects own.
    """
    wanted = [variable for variable in saved if variable.key]
    if not wanted:
        return []
    if not os.path.lexists(folder / INDEX):
        return [("weights-missing", f"The folder holds no {INDEX}: the weights are not there.")]
    try:
        stored = _read_index(folder).tensors
    except (MalformedError, ReadError) as error:
        return [("weights-unreadable", f"{INDEX} cannot be read: {error}.")]
    missing = [each for each in wanted if each.key + _VALUE not in stored]
    unlike = [each for each in wanted if each not in missing and _differs(each, stored)]
    notes = []
    if missing:
        notes.append(("weights-missing", f"No weights are stored for {_list(missing)}."))
    if unlike:
        notes.append(
            (
                "weights-mismatch",
                f"Weights of another shape or dtype are stored for {_list(unlike)}.",
            )
        )
    return notes


class WeightFiles:
    """The files with the numbers of a SavedModel's weights.

    Args:
        folder: the SavedModel.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def parts(self, key: str, limit: int) -> Iterator[np.ndarray[Any, Any]]:
        """Yield the numbers of a variable in parts, evenly spread where they exceed the limit.

        Args:
            key: what the index calls the variable, or the object that keeps it.
            limit: how many bytes are read at most.

        Raises:
            KeyError: when nothing is stored for it.
            ReadError: when a file is missing or damaged, or the numbers are of an unknown type.
        """
        if not os.path.lexists(self._folder / INDEX):
            raise KeyError(key)
        stored = self._index.tensors
        tensor = stored[key] if key in stored else stored[key + _VALUE]
        if tensor.shape is None:
            raise ReadError("The weight cannot be read: its shape is not known.")
        data = self._shard(tensor.shard)[tensor.offset : tensor.offset + tensor.size]
        if len(data) < tensor.size:
            raise ReadError("The weight cannot be read: its file ends before its numbers do.")
        is_big_endian = self._index.is_big_endian
        yield from raw_parts(data, tensor.shape, tensor.dtype, limit, is_big_endian=is_big_endian)

    @cached_property
    def _index(self) -> WeightIndex:
        try:
            return _read_index(self._folder)
        except MalformedError as error:
            raise ReadError(f"{INDEX} cannot be read: {error}.") from error

    def _shard(self, number: int) -> memoryview:
        file = VARIABLES / f"variables.data-{number:05d}-of-{self._index.shards:05d}"
        require_inside(self._folder / file, self._folder)
        return map_file(self._folder / file)


def _read_index(folder: Path) -> WeightIndex:
    require_inside(folder / INDEX, folder)
    return read_index(map_file(folder / INDEX))


def _differs(variable: SavedVariable, stored: dict[str, StoredTensor]) -> bool:
    found = stored[variable.key + _VALUE]
    return found.dtype != variable.dtype or (
        None not in (found.shape, variable.shape) and found.shape != variable.shape
    )


def _list(variables: list[SavedVariable]) -> str:
    names = ", ".join(quote(each.name or each.key, 80) for each in variables[:_LISTED])
    more = len(variables) - _LISTED
    return f"{names} and {more:,} more" if more > 0 else names
