"""Which arguments a function of Keras takes, and what became of those it no longer takes."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from graphscope.doctor.origins import UNKNOWN

RENAMED: dict[str, tuple[str, ...]] = {
    # Keras 1 and 2
    "lr": ("learning_rate",),
    "nb_epoch": ("epochs",),
    "nb_filter": ("filters",),
    "nb_filters": ("filters",),
    "nb_classes": ("num_classes", "classes"),
    "border_mode": ("padding",),
    "subsample": ("strides",),
    "subsample_length": ("strides",),
    "filter_length": ("kernel_size",),
    "pool_length": ("pool_size",),
    "dim_ordering": ("data_format",),
    "atrous_rate": ("dilation_rate",),
    "init": ("kernel_initializer", "embeddings_initializer"),
    "inner_init": ("recurrent_initializer",),
    "inner_activation": ("recurrent_activation",),
    "W_regularizer": ("kernel_regularizer", "embeddings_regularizer"),
    "b_regularizer": ("bias_regularizer",),
    "U_regularizer": ("recurrent_regularizer",),
    "W_constraint": ("kernel_constraint", "embeddings_constraint"),
    "b_constraint": ("bias_constraint",),
    "dropout_W": ("dropout",),
    "dropout_U": ("recurrent_dropout",),
    "output_dim": ("units", "output_dim"),
    "samples_per_epoch": ("steps_per_epoch",),
    "nb_val_samples": ("validation_steps",),
    "val_samples": ("steps",),
    "input": ("inputs",),
    "output": ("outputs",),
    "p": ("rate",),
    "keep_prob": ("rate",),
    "sigma": ("stddev",),
    "alpha": ("negative_slope", "alpha"),
    "beta1": ("beta_1",),
    "beta2": ("beta_2",),
    "epsilon": ("min_delta", "epsilon"),
    "period": ("save_freq",),
    "batch_input_shape": ("batch_shape",),
    "weights": ("embeddings_initializer",),
    "mode": ("merge_mode",),
    "concat_axis": ("axis",),
    "size_average": ("reduction",),
    "validation_set": ("validation_data",),
    "generator": ("x",),
    # PyTorch and TensorFlow 1
    "out_features": ("units",),
    "out_channels": ("filters",),
    "num_outputs": ("units",),
    "hidden_size": ("units",),
    "hidden_dim": ("units",),
    "stride": ("strides",),
    "dilation": ("dilation_rate",),
    "bias": ("use_bias",),
    "num_embeddings": ("input_dim",),
    "embedding_dim": ("output_dim",),
    "embed_dim": ("key_dim", "output_dim"),
    "dim": ("axis",),
    "keepdim": ("keepdims",),
    "keep_dims": ("keepdims",),
    "reduction_indices": ("axis",),
    "ksize": ("pool_size", "kernel_size"),
    "betas": ("beta_1",),
    "eps": ("epsilon",),
    "affine": ("scale",),
    "heads": ("num_heads",),
}
"""Names that other versions and other libraries use, and Keras 3's names for the same thing."""

REMOVED: dict[str, str] = {
    "batch_input_shape": "begin the model with keras.Input(batch_shape=(...))",
    "decay": "give a schedule, such as keras.optimizers.schedules.ExponentialDecay, as "
    "learning_rate",
    "input_length": "the length is taken from the input; give it to keras.Input if it is fixed",
    "implementation": "Keras 3 chooses the implementation itself",
    "time_major": "Keras 3 always takes (batch, time steps, features)",
    "in_features": "Keras takes the number of input features from the data",
    "in_channels": "Keras takes the number of input channels from the data",
    "input_size": "Keras takes the number of input features from the data",
    "batch_first": "Keras always takes (batch, time steps, features)",
    "bidirectional": "wrap the layer: keras.layers.Bidirectional(LSTM(...))",
    "num_layers": "stack that many layers, all but the last with return_sequences=True",
    "padding_idx": "use mask_zero=True",
    "workers": "give it to the keras.utils.PyDataset that delivers the data",
    "use_multiprocessing": "give it to the keras.utils.PyDataset that delivers the data",
    "max_queue_size": "give it to the keras.utils.PyDataset that delivers the data",
    "show_accuracy": 'ask for it in compile: metrics=["accuracy"]',
    "class_mode": "the loss says it: categorical_crossentropy, binary_crossentropy",
    "sample_weight_mode": "the shape of sample_weight says it",
    "dynamic": "pass run_eagerly=True to compile",
    "save_format": "the file's ending says it: .keras or .weights.h5",
    "options": "Keras 3 has nothing in its place",
    "weights": "give the matrix as embeddings_initializer=keras.initializers.Constant(matrix), "
    "or call set_weights once the layer is built",
    "input_dim": "begin the model with keras.Input(shape=(...))",
    "batch_size": "give it to keras.Input",
}
"""Arguments that have no successor, and what to do instead."""


def accepted(function: Any) -> list[str]:
    """Return the names of all arguments that a function or a class takes; empty when unknown."""
    if function is UNKNOWN:
        return []
    if not isinstance(function, type):
        return _named(function)
    names: list[str] = [*_of_models(function)]
    for base in function.__mro__:
        if "__init__" not in vars(base):
            continue
        parameters = _parameters(vars(base)["__init__"])
        names += [each.name for each in parameters if _is_named(each) and each.name != "self"]
        if not any(each.kind is each.VAR_KEYWORD for each in parameters):
            break
    return list(dict.fromkeys(names))


def successor(name: str, function: Any, taken: set[str]) -> str | None:
    """Return the argument of a function that a wrong name stands for, or is closest to.

    Args:
        name: the name that is not taken.
        function: the function or class.
        taken: arguments that the call gives already.
    """
    known = [each for each in accepted(function) if each not in taken]
    for candidate in RENAMED.get(name, ()):
        if candidate in known:
            return candidate
    close = difflib.get_close_matches(name, known, 1, 0.7)
    longer = [
        each
        for each in known
        if len(name) > 3 and (each.endswith(f"_{name}") or each.startswith((f"{name}_", name)))
    ]
    return close[0] if close else next(iter(longer), None)


def is_old_name(name: str) -> bool:
    """Whether a name is known from elsewhere, and no misspelling."""
    return name in RENAMED or name in REMOVED


def _of_models(cls: type) -> tuple[str, ...]:
    """Return what `keras.Model(...)` takes when it makes a functional model."""
    import keras

    return ("inputs", "outputs") if cls is keras.Model else ()


def _named(function: Any) -> list[str]:
    return [each.name for each in _parameters(function) if _is_named(each)]


def _parameters(function: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return []


def _is_named(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
