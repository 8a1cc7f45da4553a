"""What is known of TensorFlow's operations without TensorFlow: their outputs and settings.

`operation_table.json` is written from TensorFlow's own registry by `tests/support`. Operations
that are not in it, those of other libraries, may be described by the file itself (`OpDef`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from graphscope.formats import wire
from graphscope.readers.tensorflow.dtypes import dtype_name
from graphscope.readers.tensorflow.schema import ArgDefField, AttrDefField, OpDefField

_NO_VALUES = ("type", "func", "tensor", "list(type)", "list(func)", "list(tensor)")
"""Kinds of attributes that have no values to show."""


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


class OperationBook:
    """Types of operations by name: TensorFlow's own, then those that the file describes.

    Args:
        described: serialized OpDefs of the file, as SavedModels list those they use.
    """

    def __init__(self, described: Iterable[memoryview] = ()) -> None:
        self._known: dict[str, Operation | None] = {}
        self._described = tuple(described)
        self._own: dict[str, Operation] | None = None

    def find(self, type_: str) -> Operation | None:
        """Return what is known of a type of operations; None when nothing is.

        Raises:
            MalformedError: when the file's own descriptions are damaged.
        """
        if type_ not in self._known:
            row = _TABLE.get(type_)
            self._known[type_] = self._find_described(type_) if row is None else _parse_row(row)
        return self._known[type_]

    def _find_described(self, type_: str) -> Operation | None:
        if self._own is None:
            self._own = dict(map(_parse_definition, self._described))
        return self._own.get(type_)


def _parse_row(row: Mapping[str, Any]) -> Operation:
    return Operation(
        tuple(map(_parse_output, row["outputs"].split())),
        row.get("attributes", {}),
        row.get("types", {}),
        row.get("stateful", False),
    )


def _parse_definition(data: memoryview) -> tuple[str, Operation]:
    fields = wire.split(data)
    attributes = map(wire.split, wire.messages(fields, OpDefField.ATTR))
    kinds = {
        wire.text(each, AttrDefField.NAME): wire.text(each, AttrDefField.TYPE)
        for each in attributes
    }
    return wire.text(fields, OpDefField.NAME), Operation(
        tuple(map(_define_output, wire.messages(fields, OpDefField.OUTPUT_ARG))),
        {name: None for name, kind in kinds.items() if kind not in _NO_VALUES},
        {},
        bool(wire.number(fields, OpDefField.IS_STATEFUL)),
    )


def _define_output(data: memoryview) -> Output:
    fields = wire.split(data)
    return Output(
        wire.text(fields, ArgDefField.NAME),
        dtype_name(wire.number(fields, ArgDefField.TYPE) or 0),
        wire.text(fields, ArgDefField.TYPE_ATTR),
        wire.text(fields, ArgDefField.NUMBER_ATTR),
        wire.text(fields, ArgDefField.TYPE_LIST_ATTR),
    )
