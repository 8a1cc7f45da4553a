"""A loss or metric that stretches the target over an axis that only the output has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_place
from graphscope.doctor.checks._head_fixes import loss_place, set_loss
from graphscope.doctor.checks._trained import (
    TrainedOutput,
    activation_of,
    head_call,
    outputs_of,
    trained_outputs,
    units_of,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.layers import insert_before
from graphscope.doctor.records import Boundary, CallRecord, LossRecord, Shape
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "loss-broadcast"

_ELEMENTWISE = frozenset(
    {"mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error"}
    | {"mean_squared_logarithmic_error", "log_cosh", "huber", "poisson", "hinge"}
    | {"squared_hinge", "binary_crossentropy", "binary_focal_crossentropy", "kl_divergence"}
)
"""Functions of Keras that subtract or multiply target and output without comparing shapes."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare what each loss received with what it makes of it."""
    told: set[int] = set()
    for boundary in case.recording.boundaries:
        if boundary.kind not in ("fit", "train_on_batch", "evaluate") or id(boundary.model) in told:
            continue
        for record in sorted(boundary.losses, key=lambda each: each.role != "loss"):
            pair = _stretched(record)
            if pair is not None:
                told.add(id(boundary.model))
                yield _tell(case, boundary, record, *pair)
                break


def _stretched(record: LossRecord) -> tuple[Shape, Shape] | None:
    """Return target and prediction as they are subtracted, when one is stretched."""
    name = getattr(record.function, "__name__", "")
    module = str(getattr(record.function, "__module__", ""))
    if record.error is not None or name not in _ELEMENTWISE or not module.startswith("keras."):
        return None
    target = record.target.shape if record.target else None
    made = record.prediction.shape if record.prediction else None
    if target is None or made is None:
        return None
    target, made = same_rank(target, made)
    return (target, made) if stretches(target, made) else None


def same_rank(target: Shape, made: Shape) -> tuple[Shape, Shape]:
    """Return the shapes after Keras has fitted ranks that differ by one.

    >>> same_rank((None,), (None, 1)), same_rank((None, 1), (None, 30, 1))
    (((None, 1), (None, 1)), ((None, 1), (None, 30)))
    """
    if len(target) == len(made) + 1 and target[-1] == 1:
        return (target, (*made, 1)) if len(made) == 1 else (target[:-1], made)
    if len(made) == len(target) + 1 and made[-1] == 1:
        return ((*target, 1), made) if len(target) == 1 else (target, made[:-1])
    return target, made


def stretches(target: Shape, made: Shape) -> bool:
    """Whether one value of a shape is held against several of the other.

    >>> stretches((None, 1), (None, 30)), stretches((32, 4), (None, 4))
    (True, False)
    """
    if len(target) != len(made):
        return bool(target) and bool(made)
    pairs = list(zip(target, made, strict=True))[1:]
    return any(1 in pair and any(size not in (1, None) for size in pair) for pair in pairs)


def _tell(
    case: Case, boundary: Boundary, record: LossRecord, target: Shape, made: Shape
) -> Diagnosis:
    assert record.target is not None
    assert record.prediction is not None
    given, predicted = record.target.shape or (), record.prediction.shape or ()
    head = _head(case, boundary, record)
    culprit, reason, fixes = _cause(case, head, given, predicted)
    layer = culprit.operation if culprit is not None else None
    place = place_of(case, layer) if layer is not None else None
    head_place = place_of(case, head.operation) if head is not None else None
    classes = _of_classes(case, boundary, head)
    if classes is not None:
        reason, fixes = _CLASSES, _kept(
            set_loss(case, classes, "sparse_categorical_crossentropy", likelihood=0.9)
        )  # fmt: skip
        place, head_place = loss_place(case, classes), place
    count = next((m for t, m in zip(target[1:], made[1:], strict=False) if t == 1 and m != 1), None)
    stretched = f"the {count} values of the output" if count else "several values of the output"
    if len(predicted) > 2 and count:
        stretched = f"the output at every one of the {count} time steps or positions"
    who = f"The loss {record.name}" if record.role == "loss" else f"The metric {record.name}"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{who} receives a target of shape {_batch(given)} and an output (prediction) of shape "
        f"{_batch(predicted)}; the target (batch, 1) is broadcast against {stretched}, without "
        f"any error.\n{reason}\n"
        "The output shape must match the target: one value for each example.",
        places=distinct([place, head_place, boundary_place(case, boundary)]),
        layer=layer.name if layer is not None else None,
        evidence=(
            Evidence("shape", f"target {_batch(given)}, prediction {_batch(predicted)}", place),
            Evidence(
                "arithmetic",
                f"{record.name}: {_batch(target)} with {_batch(made)} broadcasts over "
                f"{count or 'the'} steps, every time step is trained on the same target",
            ),
            *_called(case, boundary),
        ),
        fixes=fixes,
    )


_CLASSES = (
    "The targets are class numbers, and the output has a probability (softmax) for each class: "
    "a regression loss is the wrong one. Use sparse_categorical_crossentropy, or "
    "one-hot targets (to_categorical)."
)


def _of_classes(case: Case, boundary: Boundary, head: CallRecord | None) -> TrainedOutput | None:
    """Return an output of probabilities whose targets are numbers of its classes."""
    if head is None:
        return None
    for output in trained_outputs(case):
        target = output.target
        if output.fit is not boundary or output.call is not head or target is None:
            continue
        units = units_of(head) or 0
        if activation_of(head) != "softmax" or not target.is_integral:
            return None
        fits = (target.minimum or 0) >= 0 and (target.maximum or 0) < units
        return output if fits and (target.distinct or 0) > 1 else None
    return None


def _kept(*fixes: Fix | None) -> tuple[Fix, ...]:
    return tuple(fix for fix in fixes if fix is not None)


def _batch(sizes: Shape) -> str:
    return shape((None, *sizes[1:]))


def _called(case: Case, boundary: Boundary) -> Iterator[Evidence]:
    place = boundary_place(case, boundary)
    if place is not None:
        yield Evidence("call", f"{boundary.kind} trains with these shapes", place)


def _head(case: Case, boundary: Boundary, record: LossRecord) -> CallRecord | None:
    tensors, names = outputs_of(case, boundary.model)
    if len(tensors) == 1:
        return head_call(case, tensors[0])
    index = names.index(record.output) if record.output in names else None
    return head_call(case, tensors[index]) if index is not None else None


def _cause(
    case: Case, head: CallRecord | None, target: Shape, made: Shape
) -> tuple[CallRecord | None, str, tuple[Fix, ...]]:
    if head is None:
        return None, "The model keeps an axis that the target does not have.", ()
    if len(made) <= len(target):
        return head, _units_reason(head, target, made), tuple(_units_fixes(case, head, target))
    recurrent = last_recurrent(case, head)
    if recurrent is not None:
        layer = inner(recurrent.operation)
        place = place_of(case, layer)
        reason = (
            f"{label(layer)}{at(case, place)} has return_sequences=True, so it hands on every time "
            f"step, {_batch(recurrent.output_specs[0].shape or ())}, and {label(head.operation)} "
            "answers once per step. The last RNN before one answer must have "
            "return_sequences=False (the default): remove the argument."
        )
        return recurrent, reason, _without_sequences(case, layer)
    reason = (
        f"{label(head.operation)} works on the last axis only and keeps the axes before it: it "
        f"receives {shape(head.input_specs[0])} and makes {_batch(made)}. Put Flatten or a global "
        "pooling layer before it."
    )
    return head, reason, tuple(_flattened(case, head))


def _units_reason(head: CallRecord, target: Shape, made: Shape) -> str:
    return (
        f"{label(head.operation)} makes {made[-1]} values, and the target has {target[-1]}: "
        f"units must be {target[-1]}, or the target needs {made[-1]} columns."
    )


def _units_fixes(case: Case, head: CallRecord, target: Shape) -> Iterator[Fix]:
    if hasattr(head.operation, "units") and isinstance(target[-1], int):
        fix = fix_creation(
            case,
            head.operation,
            "units",
            str(target[-1]),
            title=f"Give {label(head.operation)} {target[-1]} units, as the target has",
            likelihood=0.7,
        )
        if fix is not None:
            yield fix


def _without_sequences(case: Case, layer: Any) -> tuple[Fix, ...]:
    fix = fix_creation(
        case,
        layer,
        "return_sequences",
        None,
        title=f"Remove return_sequences=True from {label(layer)}: return the last step only",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    other = fix_creation(
        case,
        layer,
        "return_sequences",
        "False",
        title=f"Set return_sequences=False on {label(layer)}",
        repair_class=RepairClass.A,
        likelihood=0.85,
    )
    return tuple(each for each in (fix, other) if each is not None)


def _flattened(case: Case, head: CallRecord) -> Iterator[Fix]:
    rank = len(head.input_specs[0].shape or ())
    names = {3: "GlobalAveragePooling1D", 4: "GlobalAveragePooling2D", 5: "GlobalAveragePooling3D"}
    for name, likelihood in (("Flatten", 0.75), (names.get(rank, ""), 0.65)):
        if not name:
            continue
        fix = insert_before(
            case,
            head.operation,
            name,
            call=head,
            title=f"Put {name} before {label(head.operation)}",
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix


_POINTWISE = frozenset(
    {"Dense", "Dropout", "Activation", "BatchNormalization", "LayerNormalization", "ReLU"}
    | {"TimeDistributed", "GaussianNoise", "LeakyReLU", "Add", "Reshape"}
)


def last_recurrent(case: Case, head: CallRecord) -> CallRecord | None:
    """Return the recurrent layer whose time axis an output still has."""
    call: CallRecord | None = head
    while call is not None:
        if getattr(inner(call.operation), "return_sequences", None) is True:
            return call
        if call.class_name not in _POINTWISE or not call.inputs:
            return None
        call = case.recording.producer_of(call.inputs[0])
    return None


def inner(layer: Any) -> Any:
    """Return the recurrent layer inside a Bidirectional one."""
    return getattr(layer, "forward_layer", layer)
