"""The model's side of a loss: which layers made the prediction, and which fixed its width."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.facts.parameters import Parameter, parameter_of, width_parameter
from graphscope.doctor.findings import Place
from graphscope.doctor.origins import Origin, Stage, history, trace_dimension
from graphscope.doctor.records import CallRecord, Frame, Spec
from graphscope.doctor.wording import label, place_of


@dataclass(frozen=True, slots=True, eq=False)
class OutputSide:
    """How a prediction came to be.

    Attributes:
        tensor: the tensor of a layer that the prediction is, or was computed from.
        stages: from the model's input to the prediction.
        layer: the last layer, as the user named it: a custom layer counts as a whole.
        width_layer: the layer that fixed the last axis, and the argument that says so.
    """

    tensor: Any
    stages: list[Stage]
    layer: Any
    place: Place | None
    width_layer: Any
    width: Parameter | None
    width_origin: Origin | None

    @property
    def name(self) -> str | None:
        """The name of the last layer."""
        return getattr(self.layer, "name", None)


def output_side(comparison: Comparison) -> OutputSide | None:
    """Return how the prediction of a comparison came to be; None when no layer is known."""
    return side_of(comparison.case, comparison, comparison.prediction_tensor, is_target=False)


def target_side(comparison: Comparison) -> OutputSide | None:
    """Return how a target came to be that a model made (a teacher's output)."""
    tensor = comparison.target_tensor
    return None if tensor is None else side_of(comparison.case, comparison, tensor, is_target=True)


def side_of(
    case: Case, comparison: Comparison, tensor: Any, *, is_target: bool
) -> OutputSide | None:
    """Return how a tensor came to be, looking through the user's own arithmetic on it."""
    if tensor is None:
        return None
    stages = history(case, tensor)
    if not stages and comparison.frame is not None:
        tensor = _named_tensor(case, comparison, is_target=is_target)
        stages = history(case, tensor) if tensor is not None else []
    if not stages and not is_target:
        tensor = _drawn_tensor(case, comparison)
        stages = history(case, tensor) if tensor is not None else []
    stages = [stage for stage in stages if stage.call.is_layer]
    if not stages:
        return None
    call = _user_layer(stages[-1].call)
    size = stages[-1].shape[-1] if stages[-1].shape else None
    maker = _width_maker(stages, size)
    return OutputSide(
        tensor,
        stages,
        call.operation,
        place_of(case, call.operation),
        maker,
        parameter_of(case, maker, width_parameter(maker)[0]) if maker is not None else None,  # type: ignore[index]
        trace_dimension(case, tensor, -1),
    )


def _user_layer(call: CallRecord) -> CallRecord:
    """Climb from a layer inside of a custom layer to that one; models are not climbed to."""
    import keras

    while (
        call.parent is not None
        and call.parent.is_layer
        and not isinstance(call.parent.operation, keras.Model)
    ):
        call = call.parent
    return call


def _width_maker(stages: list[Stage], size: int | None) -> Any:
    for stage in reversed(stages):
        width = width_parameter(stage.call.operation)
        if width is not None and width[1] == size:
            return stage.call.operation
        before = stage.call.input_specs[0].shape if stage.call.input_specs else None
        if width is not None or not before or before[-1] != size:
            return None
    return None


def _named_tensor(case: Case, comparison: Comparison, *, is_target: bool) -> Any:
    """Return the tensor of a layer that the loss's argument was computed from by hand."""
    frame = comparison.frame
    found = case.program.call(frame) if frame is not None else None
    if frame is None or found is None:
        return None
    call = found[1]
    index = 0 if is_target else 1
    names = ("y_true",) if is_target else ("y_pred",)
    node = next((each.value for each in call.keywords if each.arg in names), None)
    if node is None:
        node = call.args[index] if index < len(call.args) else None
    want = (comparison.target if is_target else comparison.prediction)[1:]
    return _tensor_behind(case, node, frame, want) if node is not None else None


def _drawn_tensor(case: Case, comparison: Comparison) -> Any:
    """Return the symbolic tensor that stands for a prediction that was computed at once.

    Of what layers compute at once only the shapes are kept; the same layer's symbolic call, from
    when its model was built, leads back through the model.
    """
    want = comparison.prediction[1:]
    latest = next(
        (
            call.operation
            for call in reversed(case.recording.calls)
            if call.is_layer
            and call.output_specs
            and (call.output_specs[0].shape or ())[1:] == want
        ),
        None,
    )
    for call in reversed(case.recording.calls):
        if call.operation is latest and call.outputs and not isinstance(call.outputs[0], Spec):
            return call.outputs[0]
    return None


def _tensor_behind(case: Case, node: ast.expr, frame: Frame, want: Any) -> Any:
    for part in ast.walk(node):
        if not isinstance(part, ast.Name | ast.Attribute):
            continue
        value = look(part, frame)
        shape = shape_of(value)
        if shape is not None and tuple(shape[1:]) == tuple(want) and history(case, value):
            return value
    return None


def told_layer(case: Case, side: OutputSide) -> str:
    """Return the last layer with its place: `Dense 'dense_1' at net.py:14`."""
    from graphscope.doctor.wording import at

    return f"{label(side.layer)}{at(case, side.place)}"
