"""What a train step is called with: the inputs, and targets inferred from outputs and loss."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from graphscope.tracers.conditions import is_built
from graphscope.tracers.inputs import CallArguments, find_arguments

NOT_SURE = "Give the targets to be sure: `targets` in Python, --target-shape on the command line."


@dataclass(frozen=True)
class StepData:
    """The data of one batch, with a `keras.KerasTensor` in place of every tensor.

    Attributes:
        arguments: the inputs, and `targets` by keyword where there are any.
        as_tuple: whether the step gets `(x,)` where it gets no targets; `x` itself otherwise.
        notes: what was assumed.
    """

    arguments: CallArguments
    as_tuple: bool = True
    notes: list[str] = field(default_factory=list)

    def arrange(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Return what `train_step` takes, made of the tensors that stand for the arguments."""
        (inputs,) = args
        if "targets" in kwargs:
            return (inputs, kwargs["targets"])
        return (inputs,) if self.as_tuple else inputs


def has_own_step(model: Any) -> bool:
    """Whether the user's model overrides `train_step`."""
    return type(model).train_step is not keras.Model.train_step


def as_specs(targets: Any) -> Any:
    """Return what a user gave as targets with a Keras tensor in place of every tensor."""
    if targets is None:
        return None
    return find_arguments(keras.layers.Identity(), [targets]).args[0][0]


def find_data(
    model: Any, arguments: CallArguments, targets: Any, call: Callable[[], Any]
) -> list[StepData]:
    """Return the kinds of data that a model's step may take, the likeliest first.

    Args:
        model: the model; one without `call` is only asked for its losses.
        arguments: what the model is called with.
        targets: Keras tensors that the user gave; None to infer them.
        call: calls the model once, on tensors without values, and returns what it does.
    """
    inputs = arguments.args[0] if arguments.args else dict(arguments.kwargs)
    if targets is not None:
        return [StepData(CallArguments((inputs,), {"targets": targets}))]
    alone = CallArguments((inputs,))
    outputs = _find_outputs(model, arguments, call)
    losses = [] if outputs is None else _losses_by_output(model, outputs)
    if any(loss is not None for loss in losses):
        leaves = zip(keras.tree.flatten(outputs), losses, strict=True)
        inferred = [_target(output, loss) for output, loss in leaves]
        return [
            StepData(
                CallArguments(
                    (inputs,), {"targets": keras.tree.pack_sequence_as(outputs, inferred)}
                ),
                notes=[f"The targets were inferred from outputs and loss: {_tell(inferred)}."],
            )
        ]
    if not has_own_step(model):
        return [StepData(alone)]
    found = [StepData(alone, as_tuple=False), StepData(alone)]
    if outputs is not None:
        assumed = keras.tree.map_structure(lambda output: _target(output, None), outputs)
        text = (
            "The step wants targets, which were assumed to be like the outputs: "
            f"{_tell(keras.tree.flatten(assumed))}. {NOT_SURE}"
        )
        found.append(StepData(CallArguments((inputs,), {"targets": assumed}), notes=[text]))
    return found


def _tell(targets: Sequence[Any]) -> str:
    return ", ".join(
        "×".join(["B", *("?" if size is None else str(size) for size in target.shape[1:])])
        + f" {target.dtype}"
        for target in targets
    )


def _find_outputs(model: Any, arguments: CallArguments, call: Callable[[], Any]) -> Any:
    """Return Keras tensors like the outputs; None where the model has no `call` of its own.

    A model that is not built, or does not know its outputs, is called once for them.
    """
    function = model._functional if isinstance(model, keras.Sequential) else model
    declared = getattr(function, "_outputs_struct", None)
    if declared is not None and is_built(model) and _is_as_declared(function, arguments):
        return declared
    if type(model).call is keras.Model.call:
        return None
    return keras.tree.map_structure(_as_keras_tensor, call())


def _is_as_declared(function: Any, arguments: CallArguments) -> bool:
    """Whether a functional model is called with the shapes that it was made for."""
    declared = keras.tree.flatten(function._inputs_struct)
    given = keras.tree.flatten((arguments.args, arguments.kwargs))
    return [tuple(each.shape) for each in declared] == [
        tuple(each.shape) for each in given if isinstance(each, keras.KerasTensor)
    ]


def _as_keras_tensor(tensor: Any) -> Any:
    return keras.KerasTensor(tensor.shape, dtype=keras.backend.standardize_dtype(tensor.dtype))


def _losses_by_output(model: Any, outputs: Any) -> list[Any]:
    compiled = getattr(model, "_compile_loss", None)
    count = len(keras.tree.flatten(outputs))
    loss = getattr(compiled, "_user_loss", None)
    if loss is None:
        return [None] * count
    if isinstance(loss, Mapping):
        names = _output_names(model, outputs, count)
        return [loss.get(name) for name in names]
    if isinstance(loss, Sequence) and not isinstance(loss, str):
        flat = keras.tree.flatten(loss)
        return flat if len(flat) == count else [*flat, *[None] * count][:count]
    return [loss] * count


def _output_names(model: Any, outputs: Any, count: int) -> list[str]:
    if isinstance(outputs, Mapping):
        return list(outputs)
    names = getattr(model, "output_names", None)
    return list(names) if names and len(names) == count else [str(i) for i in range(count)]


def _target(output: Any, loss: Any) -> Any:
    shape, dtype = tuple(output.shape), keras.backend.standardize_dtype(output.dtype)
    name = _loss_name(loss)
    if "sparse" in name and "categorical" in name and len(shape) > 1:
        return keras.KerasTensor(shape[:-1], dtype="int32")
    if name == "ctc":
        return keras.KerasTensor((None, None), dtype="int32")
    if dtype in ("float16", "bfloat16"):
        dtype = keras.config.floatx()
    return keras.KerasTensor(shape, dtype=dtype)


def _loss_name(loss: Any) -> str:
    inner = getattr(loss, "fn", None)
    for candidate in (loss, getattr(inner, "__name__", None), getattr(loss, "__name__", None)):
        if isinstance(candidate, str):
            return candidate.lower()
    # SparseCategoricalCrossentropy -> sparsecategoricalcrossentropy
    return type(loss).__name__.lower() if loss is not None else ""
