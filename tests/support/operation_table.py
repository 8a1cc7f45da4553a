"""Writes what the reader of TensorFlow's files knows about operations, from TensorFlow itself.

python -m tests.support.operation_table
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from graphscope.readers.tensorflow.dtypes import dtype_name

TABLE = Path(__file__).parents[2] / "graphscope/readers/tensorflow/operation_table.json"

_NO_VALUES = ("func", "tensor", "list(func)", "list(tensor)", "list(type)")


def collect() -> dict[str, Any]:
    """Return the table for the TensorFlow that is installed."""
    from tensorflow.core.framework import op_def_pb2
    from tensorflow.python.client import pywrap_tf_session

    found = op_def_pb2.OpList()
    found.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    # Graphs of profiled steps have operations of TensorFlow's own; those of one vendor are many.
    known = (op for op in found.op if not op.name.startswith(("_Mkl", "_Onednn", "_OneDnn")))
    return {op.name: _describe(op) for op in sorted(known, key=lambda op: op.name)}


def _describe(op: Any) -> dict[str, Any]:
    described: dict[str, Any] = {"outputs": " ".join(map(_describe_output, op.output_arg))}
    attributes = {
        attribute.name: _default(attribute)
        for attribute in op.attr
        if attribute.type not in _NO_VALUES and attribute.type != "type"
    }
    types = {
        attribute.name: dtype_name(attribute.default_value.type)
        for attribute in op.attr
        if attribute.type == "type" and attribute.HasField("default_value")
    }
    if attributes:
        described["attributes"] = attributes
    if types:
        described["types"] = types
    if op.is_stateful:
        described["stateful"] = True
    return described


def _describe_output(argument: Any) -> str:
    """Return `name:T`, `name:int64`, `name:N*T` or `name:*types`."""
    if argument.type_list_attr:
        return f"{argument.name}:*{argument.type_list_attr}"
    kind = argument.type_attr or f"={dtype_name(argument.type)}"
    count = f"{argument.number_attr}*" if argument.number_attr else ""
    return f"{argument.name}:{count}{kind}"


def _default(attribute: Any) -> Any:
    if not attribute.HasField("default_value"):
        return None
    value = attribute.default_value
    kind = value.WhichOneof("value")
    if kind == "s":
        return value.s.decode("utf-8", "replace")
    if kind == "shape":
        return None if value.shape.unknown_rank else [dim.size for dim in value.shape.dim]
    if kind == "list":
        numbers = [*value.list.i, *value.list.f, *value.list.b]
        return numbers or [text.decode("utf-8", "replace") for text in value.list.s]
    return getattr(value, kind) if kind in ("i", "f", "b") else None


def render(table: dict[str, Any]) -> str:
    """Return the table as JSON, one operation a line."""
    rows = (f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in table.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(render(collect()), encoding="utf-8")
