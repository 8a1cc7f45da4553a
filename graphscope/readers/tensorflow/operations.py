"""What is known of TensorFlow's operations without TensorFlow: their outputs and settings.

`operation_table.json` is written from TensorFlow's own registry by `tests/support`. Operations
that are not in it, those of other libraries, may be described by the file itself (`OpDef`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Output:
    """An output of an operation, which may stand for several tensors.

    Attributes:
        name: how functions refer to it.
        dtype: its dtype; empty when an attribute tells.
        type_attribute: name of the attribute that tells its dtype.
        count_attribute: name of the attribute that tells how many tensors it stands for.
        list_attribute: name of the attribute that lists the dtypes of the tensors it stands for.
    """

    name: str
    dtype: str = ""
    type_attribute: str = ""
    count_attribute: str = ""
    list_attribute: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """A type of operations.

    Attributes:
        outputs: what it computes.
        defaults: settings that have values to show, with those they have when the file has none.
        dtypes: attributes that are dtypes and may be left out, with what they are then.
        is_stateful: whether it has an effect beside its outputs.
    """

    outputs: tuple[Output, ...]
    defaults: Mapping[str, Any]
    dtypes: Mapping[str, str]
    is_stateful: bool


def _parse_output(described: str) -> Output:
    """Return an output from `name:T`, `name:=int64`, `name:N*T` or `name:*types`."""
    name, kind = described.split(":")
    count, star, type_ = kind.rpartition("*")
    if star and not count:
        return Output(name, list_attribute=type_)
    if type_.startswith("="):
        return Output(name, dtype=type_[1:], count_attribute=count)
    return Output(name, type_attribute=type_, count_attribute=count)


def _load() -> dict[str, dict[str, Any]]:
    table = resources.files(__package__).joinpath("operation_table.json")
    rows: dict[str, dict[str, Any]] = json.loads(table.read_text(encoding="utf-8"))
    return rows


# Read at import, not at need: a reading process opens nothing but its file.
_TABLE = _load()


@cache
def find_operation(type_: str) -> Operation | None:
    """Return what is known of a type of operations; None when nothing is."""
    row = _TABLE.get(type_)
    if row is None:
        return None
    return Operation(
        tuple(map(_parse_output, row["outputs"].split())),
        row.get("attributes", {}),
        row.get("types", {}),
        row.get("stateful", False),
    )
