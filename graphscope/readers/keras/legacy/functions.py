"""Functions of TensorFlow that Keras 2 kept as layers, as the Keras operations of today.

A function is only called by the name of an operation if that operation does the same with the
arguments that were given; otherwise it keeps its own name, and its shape is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graphscope.readers.keras.legacy.nodes import (
    has_constants,
    is_reference,
    options_of,
    with_options,
)

OPERATION_MODULE = "keras.ops"

LAYERS = ("ClassMethod", "InstanceMethod", "InstanceProperty", "SlicingOpLambda", "TFOpLambda",
          "TensorFlowOpLayer")  # fmt: skip
"""Classes that Keras 2 made of functions, methods and operations of TensorFlow."""

_SAME = """
    add subtract multiply maximum minimum equal not_equal greater greater_equal less less_equal
    logical_and logical_or logical_not abs negative exp expm1 log log1p sqrt rsqrt square sin cos
    tan tanh sigmoid relu relu6 elu selu gelu softmax log_softmax softplus softsign silu round
    floor ceil sign cast identity where zeros_like ones_like
""".split()  # noqa: SIM905 - a paragraph of names reads better than a column

_ELEMENTWISE = {name: re.sub(r"(?:^|_)([a-z])", lambda m: m[1].upper(), name) for name in _SAME} | {
    "abs": "Absolute",
    "clip_by_value": "Clip",
    "divide": "Divide",
    "floordiv": "FloorDivide",
    "floormod": "Mod",
    "leaky_relu": "LeakyRelu",
    "mod": "Mod",
    "mul": "Multiply",
    "ne": "NotEqual",
    "neg": "Negative",
    "pow": "Power",
    "radd": "Add",
    "rmul": "Multiply",
    "rsub": "Subtract",
    "real_div": "Divide",
    "stop_gradient": "StopGradient",
    "sub": "Subtract",
    "swish": "Silu",
    "truediv": "TrueDivide",
}


_LONGEST = 10_000
"""Characters of a node definition that are searched for its operation."""


class _Operation(NamedTuple):
    name: str
    settings: Mapping[str, str]
    """Arguments of the function that are settings of the operation, and their names there."""


_AXES = {"axis": "axis", "keepdims": "keepdims", "keep_dims": "keepdims"}

_WITH_SETTINGS = {
    **{
        f"reduce_{name}": _Operation(operation, _AXES)
        for name, operation in {
            "all": "All",
            "any": "Any",
            "max": "Max",
            "mean": "Mean",
            "min": "Min",
            "prod": "Prod",
            "std": "Std",
            "sum": "Sum",
            "variance": "Var",
        }.items()
    },
    "concat": _Operation("Concatenate", {"axis": "axis"}),
    "expand_dims": _Operation("ExpandDims", {"axis": "axis"}),
    "matmul": _Operation("Matmul", {}),
    "reshape": _Operation("Reshape", {"shape": "newshape"}),
    "squeeze": _Operation("Squeeze", {"axis": "axis"}),
    "stack": _Operation("Stack", {"axis": "axis"}),
    "tile": _Operation("Tile", {"multiples": "repeats"}),
    "transpose": _Operation("Transpose", {"perm": "axes"}),
    "pad": _Operation("Pad", {"paddings": "pad_width"}),
}


def upgrade_function(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry of a layer that stands for a function as that of an operation.

    Args:
        entry: its class is one of `LAYERS`.
    """
    config = entry.get("config")
    # The dtype is that of the layer, which is not what a function such as tf.shape returns.
    config = {key: value for key, value in _items(config) if key not in ("dtype", "trainable")}
    function = _function(str(entry.get("class_name")), config)
    kept = {**entry, "class_name": function, "module": OPERATION_MODULE, "config": config}
    nodes = entry.get("inbound_nodes")
    short = _snake_case(function.rpartition(".")[2])
    if short in _ELEMENTWISE and not _has_arrays(config.get("constants")):
        return kept | {"class_name": _ELEMENTWISE[short]}
    if not isinstance(nodes, list) or len(nodes) != 1 or has_constants(nodes[0]):
        return kept
    options = {key: value for key, value in options_of(nodes[0]).items() if _is_set(key, value)}
    if short == "getitem" and set(options) == {"slice_spec"}:
        return kept | {"class_name": "GetItem", "inbound_nodes": [_index(nodes[0], options)]}
    found = _WITH_SETTINGS.get(short)
    if found is None:
        return kept
    settings = {
        found.settings.get(key, ""): value
        for key, value in options.items()
        if not is_reference(value)
    }
    if "" in settings or any(_holds_reference(value) for value in settings.values()):
        return kept
    left = {key: value for key, value in options.items() if is_reference(value)}
    return kept | {
        "class_name": found.name,
        "config": config | settings,
        "inbound_nodes": [with_options(nodes[0], left)],
    }


def _items(config: Any) -> Iterable[tuple[str, Any]]:
    return config.items() if isinstance(config, dict) else ()


def _function(class_name: str, config: Mapping[str, Any]) -> str:
    """Return what the layer stands for, by the name under which TensorFlow offers it."""
    match class_name:
        case "TFOpLambda" | "SlicingOpLambda":
            return f"tf.{config.get('function')}"
        case "TensorFlowOpLayer":
            return _operation_of(config.get("node_def")) or class_name
        case "InstanceProperty":
            return f"{class_name}.{config.get('attr_name')}"
    return f"{class_name}.{config.get('method_name')}"


def _operation_of(node: Any) -> str | None:
    """Return the operation that a node definition names; it is JSON, or text before that."""
    if not isinstance(node, str):
        return None
    found = re.search(r"""["']?\bop["']?\s*:\s*["'](\w{1,64})["']""", node[:_LONGEST])
    return re.sub(r"V\d$", "", found[1]) if found else None


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _is_set(key: str, value: Any) -> bool:
    return key != "name" and value is not None and value is not False


def _has_arrays(constants: Any) -> bool:
    values = constants.values() if isinstance(constants, dict) else ()
    return any(isinstance(value, (list, dict)) for value in values)


def _holds_reference(value: Any) -> bool:
    if is_reference(value):
        return True
    return isinstance(value, list) and any(_holds_reference(item) for item in value)


def _index(node: Any, options: Mapping[str, Any]) -> Any:
    key = options["slice_spec"]
    items = [
        {"class_name": "__slice__", "config": item} if isinstance(item, dict) and "start" in item
        else item
        for item in (key if isinstance(key, list) else [key])
    ]  # fmt: skip
    return with_options(node, {"key": items})
