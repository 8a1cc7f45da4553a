"""A loss or metric that was given a target and a prediction: what it got, and how they differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from graphscope.doctor.case import Case
from graphscope.doctor.facts.relation import Kind, Relation, kind_of, relate
from graphscope.doctor.records import Boundary, Frame, LossRecord, Shape


@dataclass(frozen=True, eq=False)
class Comparison:
    """What a loss or metric was given when it failed.

    Attributes:
        case: the case.
        role: `loss` or `metric`.
        name: `binary_crossentropy`.
        function: the function or object; the user's own where there is one.
        output: name of the model output, where there are several.
        target, prediction: shapes, the batch axis open.
        dtype: of the target.
        target_tensor, prediction_tensor: the tensors themselves, where they are at hand.
        boundary: the fit, evaluate, ... that was running.
        frame: the user's frame that called the loss by hand; None when `compile` was given it.
        is_at_run: whether shapes fit and a graph failed on the values.
    """

    case: Case
    role: Literal["loss", "metric"]
    name: str
    function: Any
    output: str | None
    target: Shape
    prediction: Shape
    dtype: str
    target_tensor: Any
    prediction_tensor: Any
    boundary: Boundary | None
    frame: Frame | None = None
    is_at_run: bool = False

    @property
    def kind(self) -> Kind:
        """What the loss or metric wants."""
        return kind_of(self.name, self.function)

    @cached_property
    def relation(self) -> Relation:
        """How target and prediction differ."""
        found = relate(
            self.kind,
            self.target[1:],
            self.prediction[1:],
            is_whole=self.is_whole,
            is_rows=self._is_rows,
        )
        if found == "width" and self._is_of_classes:
            return "indices"
        return found

    @property
    def _is_of_classes(self) -> bool:
        """Whether a loss that only subtracts is given class numbers, and probabilities of each."""
        lead = self.prediction[1:-1]
        numbers = self.target[1:] in (lead, (*lead, 1))
        classes = self.prediction[-1] or 0
        model = self.boundary.model if self.boundary is not None else None
        return (
            self.kind == "elementwise"
            and numbers
            and classes > 2
            and self.is_whole
            and head_activation(model) == "softmax"
        )

    @property
    def _is_rows(self) -> bool:
        """Whether the target holds zeros and ones, as far as values and source say."""
        summary = target_summary(self)
        if summary is not None and summary.maximum is not None:
            return bool(summary.is_integral and summary.minimum == 0 and summary.maximum == 1)
        return _is_encoded(self)

    @cached_property
    def is_whole(self) -> bool:
        """Whether the target holds whole numbers, as far as dtype, values and source say."""
        if self.dtype.startswith(("int", "uint", "bool")):
            return True
        summary = target_summary(self)
        if summary is not None and summary.minimum is not None:
            return bool(summary.is_integral)
        return _holds_whole(self.target_tensor) or _is_encoded(self)


def head_activation(model: Any) -> str:
    """Return the name of the activation of a model's last layer; empty when it has none."""
    for layer in reversed(getattr(model, "layers", None) or []):
        inner = getattr(layer, "layer", layer)  # TimeDistributed
        if type(inner).__name__ == "Softmax":
            return "softmax"
        activation = getattr(inner, "activation", None)
        if activation is not None:
            return str(getattr(activation, "__name__", ""))
    return ""


def find_comparison(case: Case) -> Comparison | None:
    """Return what a loss or metric was given when the program failed; None when none was."""
    failure = case.failure
    if failure is None or failure.layer_call is not None:
        return None
    record = _failed_record(case)
    if record is not None:
        return _from_record(case, record)
    by_hand = _from_frames(case)
    if by_hand is not None:
        return by_hand
    return _at_run(case)


def _failed_record(case: Case) -> LossRecord | None:
    assert case.failure is not None
    chain = {id(each) for each in _chain(case.failure.exception)}
    text = str(case.failure.exception)
    for record in reversed(case.recording.losses):
        error = record.error
        if error is not None and (id(error) in chain or str(error) == text):
            return record
    return None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _from_record(case: Case, record: LossRecord) -> Comparison | None:
    failure = case.failure
    assert failure is not None
    target, prediction = record.target, record.prediction
    if target is None or prediction is None or target.shape is None or prediction.shape is None:
        return None
    found = next(
        (
            local
            for local in _pairs(case)
            if _shape(local["y_pred"]) == prediction.shape
            and _shape(local["y_true"]) == target.shape
        ),
        {},
    )
    return Comparison(
        case,
        record.role,
        record.name,
        record.function,
        record.output,
        _open(target.shape, target.shape, prediction.shape),
        _open(prediction.shape, target.shape, prediction.shape),
        target.dtype,
        found.get("y_true"),
        found.get("y_pred"),
        failure.boundary,
        frame=_hand(case, record),
    )


def _hand(case: Case, record: LossRecord) -> Frame | None:
    """Return the live frame of the user's that called the loss, when it was not `compile`'s."""
    failure = case.failure
    assert failure is not None
    outside = failure.boundary.site[0].code if failure.boundary and failure.boundary.site else None
    if not record.site or record.site[0].code is outside:
        return None
    code = record.site[0].code
    return next((frame for frame in failure.site if frame.code is code), None)


def _pairs(case: Case) -> Iterator[Mapping[str, Any]]:
    for _, _, _, local in case.failure.keras_frames if case.failure else ():
        if "y_true" in local and "y_pred" in local:
            yield local


_LOSS_FILES = ("keras/src/losses/", "keras/src/metrics/")


def _from_frames(case: Case) -> Comparison | None:
    """Return what a loss function of Keras was given that the user's own code calls."""
    failure = case.failure
    assert failure is not None
    for name, file, _, local in failure.keras_frames:
        if "y_true" not in local or "y_pred" not in local or not failure.site:
            continue
        if not any(part in file.replace("\\", "/") for part in _LOSS_FILES):
            continue
        target, prediction = _shape(local["y_true"]), _shape(local["y_pred"])
        if target is None or prediction is None:
            return None
        return Comparison(
            case,
            "loss",
            name.rpartition(".")[2],
            None,
            None,
            _open(target, target, prediction),
            _open(prediction, target, prediction),
            str(getattr(getattr(local["y_true"], "dtype", ""), "name", "")),
            local["y_true"],
            local["y_pred"],
            failure.boundary,
            frame=failure.site[0],
        )
    return None


def _at_run(case: Case) -> Comparison | None:
    """Return what the loss was given whose graph failed: shapes fit, values do not."""
    failure = case.failure
    assert failure is not None
    if failure.graph_node is None or failure.boundary is None or failure.call is not None:
        return None
    records = [r for r in failure.boundary.losses if r.role == "loss" and r.error is None]
    named = [r for r in records if r.name in failure.graph_node]
    if not named:
        return None
    record = named[-1]
    if record.output is not None:
        path = failure.graph_node.split("/")
        record = next((r for r in named if r.output in path), record)
    target, prediction = record.target, record.prediction
    if target is None or prediction is None or target.shape is None or prediction.shape is None:
        return None
    comparison = Comparison(
        case,
        "loss",
        record.name,
        record.function,
        record.output,
        _open(target.shape, target.shape, prediction.shape),
        _open(prediction.shape, target.shape, prediction.shape),
        target.dtype,
        None,
        output_tensor(case, failure.boundary, record),
        failure.boundary,
        is_at_run=True,
    )
    # A loss that broadcasts fails in its gradient only.
    is_gradient = "gradient" in failure.graph_node
    return None if is_gradient and comparison.relation == "fits" else comparison


def output_tensor(case: Case, boundary: Boundary, record: LossRecord) -> Any:
    """Return the tensor that the model made of a boundary last returned for a loss."""
    for call in reversed(case.recording.calls):
        if call.operation is not boundary.model or not call.outputs:
            continue
        for tensor, spec in zip(call.outputs, call.output_specs, strict=False):
            if spec == record.prediction:
                return tensor
    return next(
        (
            call.outputs[0]
            for call in reversed(case.recording.calls)
            if call.outputs and call.output_specs[0] == record.prediction
        ),
        None,
    )


def _open(shape: Shape, target: Shape, prediction: Shape) -> Shape:
    """Return a shape with its batch axis open; a batch size says nothing about a model."""
    if not shape or (target[:1] != prediction[:1] and None not in (*target[:1], *prediction[:1])):
        return shape
    return (None, *shape[1:])


def _shape(tensor: Any) -> Shape | None:
    from graphscope.doctor.watching.snapshots import kind_of as kind
    from graphscope.doctor.watching.snapshots import shape_of

    return shape_of(tensor) if kind(tensor) in ("array", "graph", "symbolic") else None


def _holds_whole(tensor: Any) -> bool:
    """Whether an eager tensor has whole numbers; Keras may have made floats of them."""
    if not hasattr(tensor, "numpy") or "Symbolic" in type(tensor).__name__:
        return False
    values = tensor.numpy()
    return bool(values.size and (values == values.round()).all())


def _is_encoded(comparison: Comparison) -> bool:
    """Whether the source makes one-hot rows of the target."""
    from graphscope.doctor.facts.target_data import target_steps
    from graphscope.doctor.fixes.encodings import encoding_in

    return any(encoding_in(each.file, each.node) for each in target_steps(comparison))


def target_summary(comparison: Comparison) -> Any:
    """Return what is known of the values of a comparison's target."""
    from graphscope.doctor.facts.target_data import summary_of

    return summary_of(comparison)
