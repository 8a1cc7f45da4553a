"""What a model is to be called with: from the caller, or from what the model knows."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Any

from graphscope.errors import TraceError
from graphscope.graph import TensorSpec


@dataclass(frozen=True)
class CallArguments:
    """Arguments of the traced call, with a `keras.KerasTensor` in place of every tensor."""

    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)
    guessed_dtype: bool = False
    """Whether a dtype is the model's float type because nothing better was known."""


def find_arguments(model: Any, inputs: Any = None) -> CallArguments:
    """Return what to call `model` with.

    Args:
        model: a Keras model or layer.
        inputs: nested structure of tensor specs, Keras tensors or arrays; None to ask the model.
            The first dimension of an array counts as the batch. A dictionary whose keys are
            arguments of `call` is passed as these arguments.

    Raises:
        TraceError: when nothing is given and the model does not know its inputs.
    """
    if inputs is not None:
        return _from_caller(model, inputs)
    structure = _declared_structure(model)
    if structure is not None:
        return CallArguments(args=(structure,))
    shapes = getattr(model, "_build_shapes_dict", None)
    if shapes:
        return _from_build_shapes(model, shapes)
    raise TraceError(
        f"The model {model.name!r} has not been built and does not say what its inputs are.",
        "Give them: `inputs=keras.Input(...)` in Python, `--input-shape 28,28,1` on the command "
        "line.",
    )


def call_for_inference(model: Any, args: Any, kwargs: Any) -> Any:
    """Call a model the way `predict` does, and return what it returns.

    Without `training=False` some layers, such as those that augment images, do what they do in
    training.
    """
    options = {"training": False} if model._call_has_training_arg else {}
    return model(*args, **{**options, **kwargs})


def flatten_named(arguments: CallArguments) -> list[tuple[str, Any]]:
    """Return a name and a Keras tensor for each tensor among the arguments, in order."""
    import keras

    found = []
    structure = (arguments.args, arguments.kwargs)
    for path, leaf in keras.tree.flatten_with_path(structure):
        if isinstance(leaf, keras.KerasTensor):
            found.append((_input_name(path, leaf, is_keyword=path[0] == 1), leaf))
    return found


def _input_name(path: tuple[Any, ...], tensor: Any, *, is_keyword: bool) -> str:
    history = getattr(tensor, "_keras_history", None)
    if history is not None and history.operation is not None:
        return str(history.operation.name)
    inner = path[1:] if is_keyword else path[2:]
    parts = [str(part) for part in inner]
    return "_".join(parts) if parts and not parts[0].isdigit() else "_".join(["input", *parts])


def _from_caller(model: Any, inputs: Any) -> CallArguments:
    import keras

    structure = keras.tree.map_structure(_as_keras_tensor, inputs)
    if isinstance(structure, dict):
        parameters = list(inspect.signature(model.call).parameters)
        if len(structure) > 1 and all(name in parameters for name in structure):
            return CallArguments(kwargs=dict(structure))
    return CallArguments(args=(structure,))


def _as_keras_tensor(value: Any) -> Any:
    import keras

    if isinstance(value, keras.KerasTensor) or value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, TensorSpec):
        # A named dimension is one whose size is open.
        shape = [size if isinstance(size, int) else None for size in value.shape or ()]
        return keras.KerasTensor(shape, dtype=value.dtype)
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        dtype = keras.backend.standardize_dtype(value.dtype)
        return keras.KerasTensor((None, *value.shape[1:]), dtype=dtype)
    return value


def _declared_structure(model: Any) -> Any:
    import keras

    if isinstance(model, keras.Sequential):
        model = getattr(model, "_functional", None)
    structure = getattr(model, "_inputs_struct", None)
    if isinstance(structure, list) and len(structure) == 1:
        return structure[0]
    return structure


def _from_build_shapes(model: Any, shapes: dict[str, Any]) -> CallArguments:
    import keras

    def as_tensor(shape: Any) -> Any:
        dtype = getattr(model, "input_dtype", None) or keras.config.floatx()
        return keras.KerasTensor((None, *shape[1:]), dtype=dtype)

    tensors = [keras.tree.map_shape_structure(as_tensor, shape) for shape in shapes.values()]
    if len(tensors) == 1:
        return CallArguments(args=tuple(tensors), guessed_dtype=True)
    names = [name.removesuffix("_shape") for name in shapes]
    return CallArguments(kwargs=dict(zip(names, tensors, strict=True)), guessed_dtype=True)
