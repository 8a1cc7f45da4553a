"""What shape a layer returns, worked out without Keras.

One rule per built-in class; a class without a rule has no known shape, and the caller says so.
Tests compare every rule with Keras itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphscope.readers.keras.modules import is_builtin_layer
from graphscope.readers.shapes import (
    convolution,
    core,
    merging,
    operations,
    pooling,
    recurrent,
    reshaping,
)
from graphscope.readers.shapes.call import Infer, LayerCall, Rule
from graphscope.readers.shapes.dimensions import IncompatibleError, Shape
from graphscope.readers.shapes.dtypes import UNKNOWN, compute_dtype, output_dtype
from graphscope.readers.shapes.internal import RULES as INTERNAL_RULES
from graphscope.readers.shapes.operation_dtypes import operation_dtype
from graphscope.readers.shapes.operations import BATCH_MOVING
from graphscope.readers.shapes.removed import RULES as REMOVED_RULES
from graphscope.readers.shapes.settings import MAX_SIZE, Settings

__all__ = [
    "BATCH_MOVING",
    "INTERNAL_RULES",
    "LAYER_RULES",
    "OPERATION_RULES",
    "REMOVED_RULES",
    "UNKNOWN",
    "IncompatibleError",
    "Shape",
    "compute_dtype",
    "infer_serialized",
    "infer_shapes",
    "operation_dtype",
    "output_dtype",
]

LAYER_RULES: dict[str, Rule] = (
    core.RULES
    | convolution.RULES
    | pooling.RULES
    | reshaping.RULES
    | recurrent.RULES
    | merging.RULES
)
"""Rules of built-in layers by class name."""

_OTHERS = REMOVED_RULES | INTERNAL_RULES

OPERATION_RULES: dict[str, Rule] = operations.RULES
"""Rules of Keras operations by class name."""


def infer_shapes(
    settings: Settings,
    inputs: Sequence[Shape],
    *,
    arguments: Mapping[str, Any],
    operation: bool = False,
    paths: Sequence[tuple[int | str, ...]] = (),
    infer: Infer | None = None,
) -> Sequence[Shape] | None:
    """Return the shape of every output of a built-in layer or Keras operation.

    Returns None when there is no rule, or the file does not say enough.

    Args:
        settings: the layer's class and config.
        inputs: shapes of its tensor arguments, masks left out.
        arguments: its other arguments, by name or position.
        operation: whether it is a Keras operation, not a layer; the two share names.
        paths: where each input stands among the arguments, where that is known.
        infer: finds the shapes that a layer inside this one returns; None for what does so for
            layers that are no models.

    Raises:
        IncompatibleError: when it cannot take these inputs.
        ReadError: when its settings are impossible.
    """
    name = settings.class_name
    rule = OPERATION_RULES.get(name) if operation else LAYER_RULES.get(name, _OTHERS.get(name))
    if rule is None:
        return None
    found = rule(LayerCall(settings, inputs, infer or infer_serialized, arguments, paths))
    # Layers check their settings one by one; an operation may be called with any number.
    return found if not operation or found is None or all(map(_is_possible, found)) else None


def _is_possible(shape: Shape) -> bool:
    return all(0 <= size <= MAX_SIZE for size in shape if isinstance(size, int))


def infer_serialized(
    layer: Any, inputs: Sequence[Shape], infer: Infer | None = None
) -> Sequence[Shape] | None:
    """Return what `infer_shapes` does, for a layer as it is serialized in the config of another."""
    if not isinstance(layer, dict) or not isinstance(layer.get("config"), dict):
        return None
    if not is_builtin_layer(layer.get("module")):
        return None
    settings = Settings(
        str(layer["config"].get("name")), str(layer.get("class_name")), layer["config"]
    )
    return infer_shapes(settings, inputs, arguments={}, infer=infer)
