"""Which tensors a call returns: from what the file says and from the rules of `shapes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphscope.errors import ReadError
from graphscope.graph import BATCH, TensorSpec, format_shape
from graphscope.readers.keras.calls import parse_shape
from graphscope.readers.keras.config import LayerConfig, PathStep, TensorRef
from graphscope.readers.keras.inner_shapes import infer_inner
from graphscope.readers.keras.kinds import Kind, Kinds
from graphscope.readers.keras.plan import Step
from graphscope.readers.shapes import (
    BATCH_MOVING,
    OPERATION_RULES,
    UNKNOWN,
    IncompatibleError,
    Shape,
    compute_dtype,
    infer_shapes,
    operation_dtype,
    output_dtype,
)
from graphscope.readers.shapes.dimensions import is_size
from graphscope.readers.shapes.settings import Settings, UnknownSettingError
from graphscope.readers.text import name_range, quote

_REMEDY = "The file was edited or damaged; save the model anew."


@dataclass(frozen=True, slots=True)
class Outputs:
    """The tensors of one call."""

    specs: tuple[TensorSpec, ...]
    problem: str = ""
    """Why the layer cannot take its inputs, in words."""
    difference: str = ""
    """How the shapes of the file differ from those that settings and inputs lead to, in words."""
    is_broken: bool = False
    """Whether the file is at fault, and says so already."""


Paths: TypeAlias = Sequence[tuple[PathStep, ...]]
"""Where tensors stand among the arguments of a call."""

_Key: TypeAlias = tuple[
    Kind, tuple[tuple[Any, str], ...], tuple[tuple[int, Any, str], ...], Any, Paths
]
"""All that decides what a call without constants returns."""


def input_spec(layer: LayerConfig) -> TensorSpec:
    """Return what an input layer stands for.

    Raises:
        ReadError: when its shape is impossible.
    """
    declared = layer.config.get("batch_shape", layer.config.get("batch_input_shape"))
    shape = parse_shape(declared)
    if declared is not None and not shape:
        raise ReadError(
            f"Input layer {quote(layer.name)} has batch_shape = {quote(declared)}, but a list of "
            "sizes must stand there, the batch first.",
            _REMEDY,
        )
    dtype = layer.config.get("dtype")
    dtype = dtype[:32] if isinstance(dtype, str) else compute_dtype(dtype)
    return TensorSpec(_name_batch(shape) if shape else None, dtype)


class OutputFinder:
    """Finds the tensors that calls return, once for all calls that are alike.

    Args:
        kinds: of the layers that are called.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._known: dict[_Key, Outputs] = {}

    def find(self, step: Step, inputs: Sequence[TensorSpec], paths: Paths = ()) -> Outputs:
        """Return what `output_specs` does.

        Raises:
            ReadError: as `output_specs` does.
        """
        if step.call.constants:
            return output_specs(step, inputs, paths)
        key = (
            self._kinds.of(step.layer),
            tuple([(spec.shape, spec.dtype) for spec in inputs]),
            tuple([(index, ref.shape, ref.dtype) for index, ref in step.declared.items()]),
            step.hint,
            tuple(paths) if len(paths) > 1 else (),
        )
        known = self._known.get(key)
        if known is None:
            known = output_specs(step, inputs, paths)
            if not known.problem:  # which may name the layer
                self._known[key] = known
        return known


def output_specs(step: Step, inputs: Sequence[TensorSpec], paths: Paths = ()) -> Outputs:
    """Return the tensors that a call returns.

    Args:
        step: the call.
        inputs: its tensor arguments, masks left out.
        paths: where each of them stands, where that is known.

    Raises:
        ReadError: when the layer's settings are impossible, or the file uses an output that the
            layer does not have.
    """
    inferred, problem = _infer(step, inputs, paths)
    _require_outputs(step, inferred)
    count = max([len(inferred or ()), *(index + 1 for index in step.declared), 1])
    return Outputs(
        tuple(
            _merge(
                step,
                step.declared.get(index),
                inferred[index] if inferred and index < len(inferred) else None,
                inputs,
                _dtype(step, index, inputs, paths),
            )
            for index in range(count)
        ),
        problem,
        _find_difference(step, inferred or ()),
    )


def _find_difference(step: Step, inferred: Sequence[Shape]) -> str:
    """Tell that the file was edited: Keras itself writes the shapes that it works out."""
    for index, shape in enumerate(inferred):
        declared = step.declared.get(index)
        stated = declared.shape if declared is not None else None
        if stated is not None and _are_different(stated, shape):
            return (
                f"its settings and inputs lead to {format_shape(shape)}, and the file says "
                f"{format_shape(_name_batch(stated))}"
            )
    return ""


def _are_different(stated: Shape, inferred: Shape) -> bool:
    if len(stated) != len(inferred):
        return True
    pairs = zip(stated, inferred, strict=True)
    return any(is_size(one) and is_size(other) and one != other for one, other in pairs)


def _infer(
    step: Step, inputs: Sequence[TensorSpec], paths: Paths
) -> tuple[Sequence[Shape] | None, str]:
    layer = step.layer
    if not (layer.is_builtin or layer.is_operation):
        return None, ""
    shapes = [spec.shape for spec in inputs if spec.shape is not None]
    settings = Settings(layer.name, layer.class_name, layer.config)
    if len(shapes) < len(inputs) or not inputs:
        return None, ""
    try:
        return infer_shapes(
            settings,
            shapes,
            arguments=step.call.constants,
            operation=layer.is_operation,
            paths=paths,
            infer=infer_inner,
        ), ""
    except IncompatibleError as error:
        return None, str(error)
    except UnknownSettingError:
        return None, ""


def _require_outputs(step: Step, inferred: Sequence[Shape] | None) -> None:
    highest = max(step.declared, default=0)
    if inferred is not None and highest >= len(inferred):
        raise ReadError(
            f"The file uses output {highest} of layer {quote(step.layer.name)} "
            f"({quote(step.layer.class_name)[1:-1]}), which has "
            f"{name_range(len(inferred), 'output')}.",
            _REMEDY,
        )


def _merge(
    step: Step,
    declared: TensorRef | None,
    inferred: Shape | None,
    inputs: Sequence[TensorSpec],
    dtype: str,
) -> TensorSpec:
    stated = declared.shape if declared is not None and declared.shape is not None else None
    if stated is None:
        if inferred is None and step.hint is not None:
            return TensorSpec(_carry_batch(step, step.hint, inputs), dtype)
        return TensorSpec(inferred, dtype)
    if inferred is None or len(inferred) != len(stated):
        return TensorSpec(_carry_batch(step, stated, inputs), dtype)
    # The file was written by Keras itself; a rule only fills in what it leaves open.
    return TensorSpec(
        tuple(rule if size is None else size for size, rule in zip(stated, inferred, strict=True)),
        dtype,
    )


def _dtype(step: Step, index: int, inputs: Sequence[TensorSpec], paths: Paths) -> str:
    layer, dtypes = step.layer, [spec.dtype for spec in inputs]
    declared = step.declared.get(index)
    if declared is not None and declared.dtype:
        return declared.dtype
    if layer.is_builtin:
        return output_dtype(layer.class_name, layer.config, dtypes)
    if layer.is_operation:
        settings = {**layer.config, **step.call.constants}
        has_rule = layer.class_name in OPERATION_RULES
        return operation_dtype(
            layer.class_name,
            settings,
            dtypes,
            has_rule=has_rule,
            index=index,
            paths=paths,
            constants=step.call.constants,
        )
    return UNKNOWN


def _carry_batch(step: Step, shape: tuple[int | None, ...], inputs: Sequence[TensorSpec]) -> Shape:
    """Name the first dimension, if it can only be the batch that came in."""
    if step.layer.is_operation and step.layer.class_name in BATCH_MOVING:
        return shape
    known = [spec.shape for spec in inputs if spec.shape]
    if known and not any(incoming[0] == BATCH for incoming in known):
        return shape
    return _name_batch(shape)


def _name_batch(shape: tuple[int | None, ...]) -> Shape:
    return (BATCH, *shape[1:]) if shape and shape[0] is None else shape
