"""The outputs that a program trained: head, loss, prediction and target of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.records import Boundary, CallRecord, DataSummary
from graphscope.doctor.static.compilation import Loss, canonical

TRAINING = ("fit", "train_on_batch")

PASSING = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "Identity", "Reshape"}
    | {"Flatten", "Squeeze", "ExpandDims"}
)
"""Calls that hand on the values they receive."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainedOutput:
    """One output of a model that was trained.

    Attributes:
        fit: the training.
        compiled: the `compile` that it used, when it was seen.
        name: of the output; `count` is how many there are.
        call: the call that computes it, behind dropout and the like; None when it is not known.
        loss: of Keras, by its name; an empty name for one that is the user's own.
        given: what `compile` was given as the loss of this output.
        target: what it was trained on.
    """

    fit: Boundary
    model: Any
    compiled: Boundary | None
    index: int
    count: int
    name: str
    call: CallRecord | None
    loss: Loss | None
    given: Any
    target: DataSummary | None


def trainings(case: Case) -> list[Boundary]:
    """Return the calls that trained a model to their end, one for each model: the last."""
    found = {
        id(each.model): each
        for each in case.recording.boundaries
        if each.kind in TRAINING and each.finished
    }
    return list(found.values())


def trained_outputs(case: Case) -> Iterator[TrainedOutput]:
    """Yield the outputs of all models that were trained."""
    for fit in trainings(case):
        model = fit.model
        tensors, names = outputs_of(case, model)
        compiled = compile_of(case, fit)
        losses = losses_by_output(compiled, names)
        targets = _by_output(targets_of(fit), names)
        for index, name in enumerate(names):
            given = losses.get(name)
            call = head_call(case, tensors[index]) if index < len(tensors) else None
            yield TrainedOutput(
                fit, model, compiled, index, len(names), name, call, read_loss(given), given,
                targets.get(name),
            )  # fmt: skip


def outputs_of(case: Case, model: Any) -> tuple[list[Any], list[str]]:
    """Return the tensors that a model makes and the names its outputs go by."""
    import keras

    tensors = list(getattr(model, "outputs", None) or [])
    struct = getattr(model, "_outputs_struct", None)
    if isinstance(struct, dict):
        return tensors, [str(key) for key in keras.tree.flatten({key: key for key in struct})]
    names = list(getattr(model, "output_names", None) or [])
    if tensors:
        return tensors, names if len(names) == len(tensors) else [
            str(i) for i in range(len(tensors))
        ]
    call = last_call(case, model)
    if call is None:
        return [], []
    return list(call.outputs), [str(index) for index in range(len(call.outputs))]


def last_call(case: Case, operation: Any) -> CallRecord | None:
    """Return the last call of a layer or model that went well."""
    calls = (each for each in reversed(case.recording.calls) if each.operation is operation)
    return next((each for each in calls if each.error is None and each.outputs), None)


def head_call(case: Case, tensor: Any) -> CallRecord | None:
    """Return the call that computed a tensor, looking through dropout and the like."""
    call = case.recording.producer_of(tensor)
    while call is not None and _hands_on(call) and call.inputs:
        before = case.recording.producer_of(call.inputs[0])
        if before is None:
            return call
        call = before
    return call


def _hands_on(call: CallRecord) -> bool:
    return call.class_name in PASSING or (
        call.class_name == "Activation" and activation_of(call) == "linear"
    )


_OPERATIONS = {"Softmax": "softmax", "Sigmoid": "sigmoid", "Relu": "relu", "Tanh": "tanh"}
_LAYERS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu"}
_LINEAR = ("Dense", "Conv1D", "Conv2D", "Conv3D", "EinsumDense", "Activation", "Conv2DTranspose")


def activation_of(call: CallRecord) -> str | None:
    """Return the activation a call ends with; `linear` for none, None where it is unknown."""
    layer = call.operation
    if not call.is_layer:
        return _OPERATIONS.get(call.class_name)
    if not type(layer).__module__.startswith("keras."):
        return None
    layer = getattr(layer, "layer", layer) if call.class_name == "TimeDistributed" else layer
    kind = type(layer).__name__
    if kind in _LAYERS:
        return _LAYERS[kind]
    if kind not in _LINEAR:
        return None
    function = getattr(layer, "activation", None)
    name = getattr(function, "__name__", None)
    known = str(getattr(function, "__module__", "")).startswith(("keras.", "tensorflow."))
    return "linear" if function is None else name if known else None


def units_of(call: CallRecord) -> int | None:
    """Return the size of the last axis of what a call makes."""
    shape = call.output_specs[0].shape if call.output_specs else None
    return shape[-1] if shape else None


def compile_of(case: Case, fit: Boundary) -> Boundary | None:
    """Return the last `compile` of a model before it was trained."""
    found = None
    for each in case.recording.boundaries:
        if each is fit:
            break
        if each.kind == "compile" and each.model is fit.model:
            found = each
    return found


def losses_by_output(compiled: Boundary | None, names: list[str]) -> dict[str, Any]:
    """Return what `compile` was given as the loss of each output; outputs without are left out."""
    given = compiled.arguments.get("loss") if compiled is not None else None
    return _by_output(given, names)


def _by_output(given: Any, names: list[str]) -> dict[str, Any]:
    if given is None:
        return {}
    if isinstance(given, Mapping):
        return {str(key): value for key, value in given.items() if value is not None}
    if isinstance(given, list | tuple):
        return {n: v for n, v in zip(names, given, strict=False) if v is not None}
    return {names[0]: given} if len(names) == 1 else {}


def read_loss(given: Any) -> Loss | None:
    """Return a loss as `compile` takes it; with an empty name when it is not one of Keras's."""
    if given is None:
        return None
    if isinstance(given, str):
        return Loss(canonical(given))
    module = str(getattr(given, "__module__", None) or type(given).__module__)
    if not module.startswith("keras.") or not type(given).__module__.startswith(
        ("keras.", "builtins")
    ):
        return Loss("")
    name = getattr(given, "__name__", None) or type(given).__name__
    if name in ("LossFunctionWrapper", "Loss"):
        return Loss("")
    options = getattr(given, "_fn_kwargs", None) or {}
    from_logits = options.get("from_logits", getattr(given, "from_logits", False))
    return Loss(canonical(name), bool(from_logits))


def targets_of(fit: Boundary) -> Any:
    """Return the summaries of the targets: of `y`, of a dataset's or of a generator's batch."""
    if fit.data.get("y") is not None:
        return fit.data["y"]
    return _part(fit, 1)


def inputs_of(fit: Boundary) -> Any:
    """Return the summaries of the inputs."""
    given = fit.data.get("x")
    if (isinstance(given, tuple) and _is_dataset(given)) or not _holds_values(given):
        return _part(fit, 0)
    return given


def _part(fit: Boundary, index: int) -> Any:
    given = fit.data.get("x")
    if isinstance(given, tuple) and _is_dataset(given):
        return given[index] if len(given) > index else None
    if isinstance(fit.batch, list | tuple) and len(fit.batch) > max(index, 1):
        return fit.batch[index]
    return None if index else given


def _is_dataset(given: tuple[Any, ...]) -> bool:
    return any(each.kind == "dataset" for each in summaries(given))


def _holds_values(given: Any) -> bool:
    return any(each.spec.shape is not None for each in summaries(given))


def summaries(given: Any) -> Iterator[DataSummary]:
    """Yield the summaries in a structure."""
    if isinstance(given, DataSummary):
        yield given
    elif isinstance(given, Mapping):
        for each in given.values():
            yield from summaries(each)
    elif isinstance(given, list | tuple):
        for each in given:
            yield from summaries(each)
