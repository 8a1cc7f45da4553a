"""Whether the weights of a SavedModel lie where they belong; their numbers are not looked at."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from graphscope.errors import ReadError
from graphscope.formats.wire import MalformedError
from graphscope.readers.files.regular_file import require_inside
from graphscope.readers.tensorflow.mapped import map_file
from graphscope.readers.tensorflow.saved.checkpoint import StoredTensor, read_index
from graphscope.readers.tensorflow.saved.objects import SavedVariable
from graphscope.readers.text import quote

INDEX = Path("variables", "variables.index")
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
    index = folder / INDEX
    if not os.path.lexists(index):
        return [("weights-missing", f"The folder holds no {INDEX}: the weights are not there.")]
    try:
        require_inside(index, folder)
        stored = read_index(map_file(index))
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


def _differs(variable: SavedVariable, stored: dict[str, StoredTensor]) -> bool:
    found = stored[variable.key + _VALUE]
    return found.dtype != variable.dtype or (
        None not in (found.shape, variable.shape) and found.shape != variable.shape
    )


def _list(variables: list[SavedVariable]) -> str:
    names = ", ".join(quote(each.name or each.key, 80) for each in variables[:_LISTED])
    more = len(variables) - _LISTED
    return f"{names} and {more:,} more" if more > 0 else names
