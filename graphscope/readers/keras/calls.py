"""The calls of a layer: `inbound_nodes` of the file as plain values.

Keras 3 writes the arguments of each call with tensors in their places:
`{"args": [{"class_name": "__keras_tensor__", ...}], "kwargs": {...}}`. Files that were converted
from Keras 2 list tensors instead: `[["dense", 0, 0, {}], ...]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from graphscope.errors import ReadError
from graphscope.readers.keras.config import Argument, Call, PathStep, TensorRef
from graphscope.readers.shapes.settings import MAX_SIZE
from graphscope.readers.text import quote

MAX_RANK = 64
"""How many axes an array may have; NumPy knows no more."""

_REMEDY = "The file was edited or damaged; save the model anew."

Report: TypeAlias = Callable[[ReadError], None]
"""Is told what is wrong with one call; what it is told of is left out."""


def parse_calls(nodes: Any, layer: str, report: Report) -> tuple[Call, ...]:
    """Return the calls of a layer.

    Args:
        nodes: what the file lists as its calls.
        layer: its name, for messages.
        report: is told of entries that are not of a form that Keras writes.
    """
    if nodes is None:
        return ()
    if not isinstance(nodes, list):
        report(_malformed(layer, nodes))
        return (Call((), {}),)
    return tuple(_parse_call(node, layer, report) for node in nodes)


def parse_reference(value: Any, layer: str) -> TensorRef:
    """Return the tensor that a `[layer, call, output]` list names.

    Raises:
        ReadError: when it is no such list.
    """
    if (
        isinstance(value, list)
        and len(value) >= 3
        and isinstance(value[0], str)
        and all(isinstance(item, int) and not isinstance(item, bool) for item in value[1:3])
    ):
        return TensorRef(value[0], value[1], value[2])
    raise ReadError(
        f"Layer {quote(layer)} refers to a tensor as {quote(value)}, which is not "
        "[layer, call, output].",
        _REMEDY,
    )


def _malformed(layer: str, value: Any) -> ReadError:
    return ReadError(
        f"The calls of layer {quote(layer)} cannot be read: its inbound_nodes hold {quote(value)}.",
        _REMEDY,
    )


def _parse_call(node: Any, layer: str, report: Report) -> Call:
    if isinstance(node, list):
        return _parse_legacy_call(node, layer, report)
    args, kwargs = (node.get("args", []), node.get("kwargs", {})) if isinstance(node, dict) else (
        None, None
    )  # fmt: skip
    if not isinstance(args, list) or not isinstance(kwargs, dict):
        report(_malformed(layer, node))
        return Call((), {})
    found: list[Argument] = []
    constants: dict[str, Any] = {}
    for key, value in [*enumerate(args), *kwargs.items()]:
        tensors = (
            list(_find_tensors(value, (key,), layer, report))
            if isinstance(value, (dict, list))
            else ()
        )
        found += tensors
        if not tensors and value is not None:
            constants[str(key)] = _plain(value)
    return Call(tuple(found), constants)


def _find_tensors(
    value: Any, path: tuple[PathStep, ...], layer: str, report: Report
) -> Iterator[Argument]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, (dict, list)):
                yield from _find_tensors(item, (*path, index), layer, report)
    elif isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            try:
                yield Argument(path, _parse_tensor(value.get("config"), layer))
            except ReadError as error:
                report(error)
        elif "class_name" not in value:
            # Keras flattens dictionaries in the order of their sorted keys.
            for key in sorted(value):
                yield from _find_tensors(value[key], (*path, key), layer, report)


def _parse_tensor(config: Any, layer: str) -> TensorRef:
    if not isinstance(config, dict):
        raise _malformed(layer, config)
    reference = parse_reference(config.get("keras_history"), layer)
    dtype = config.get("dtype")
    return TensorRef(
        reference.layer,
        reference.call,
        reference.output,
        parse_shape(config.get("shape")),
        dtype[:32] if isinstance(dtype, str) else "",
    )


def parse_shape(value: Any) -> tuple[int | None, ...] | None:
    """Return a shape of the file; None when it is no list of sizes.

    >>> parse_shape([None, 4]), parse_shape("zzz")
    ((None, 4), None)
    """
    if not isinstance(value, list) or len(value) > MAX_RANK:
        return None
    if all(size is None or (type(size) is int and 0 <= size <= MAX_SIZE) for size in value):
        return tuple(value)
    return None


def _parse_legacy_call(node: list[Any], layer: str, report: Report) -> Call:
    found: list[Argument] = []
    constants: dict[str, Any] = {}
    for index, entry in enumerate(node):
        try:
            found.append(Argument((0, index), parse_reference(entry, layer)))
        except ReadError as error:
            report(error)
            continue
        options = entry[3] if len(entry) > 3 else {}
        if not isinstance(options, dict):
            report(_malformed(layer, node))
            continue
        for key, value in options.items():
            if value is not None:
                constants[key] = _plain(value)
    return Call(tuple(found), constants)


def _plain(value: Any) -> Any:
    """Return a constant argument as a reader would write it: slices as `1:5`."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    config = value.get("config")
    match value.get("class_name"):
        case "__slice__" if isinstance(config, dict):
            return _slice_text(config)
        case "__ellipsis__":
            return "..."
        case "__tensor__" | "__numpy__" if isinstance(config, dict):
            return {"value": config.get("value"), "dtype": config.get("dtype")}
    return {key: _plain(item) for key, item in value.items()}


def _slice_text(config: dict[str, Any]) -> str:
    start, stop, step = (config.get(key) for key in ("start", "stop", "step"))
    text = f"{'' if start is None else start}:{'' if stop is None else stop}"
    return text if step is None else f"{text}:{step}"
