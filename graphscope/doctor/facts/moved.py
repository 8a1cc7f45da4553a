"""Where things of earlier versions of Keras are now."""

from __future__ import annotations

import difflib
import importlib
from types import ModuleType
from typing import Any

MODULES = {
    "keras.layers.core": "keras.layers",
    "keras.layers.convolutional": "keras.layers",
    "keras.layers.convolutional_recurrent": "keras.layers",
    "keras.layers.pooling": "keras.layers",
    "keras.layers.normalization": "keras.layers",
    "keras.layers.recurrent": "keras.layers",
    "keras.layers.embeddings": "keras.layers",
    "keras.layers.merge": "keras.layers",
    "keras.layers.noise": "keras.layers",
    "keras.layers.local": "keras.layers",
    "keras.layers.wrappers": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers",
    "keras.engine": "keras.layers",
    "keras.utils.np_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils",
    "keras.utils.vis_utils": "keras.utils",
    "keras.utils.layer_utils": "keras.utils",
    "keras.utils.data_utils": "keras.utils",
    "keras.backend.tensorflow_backend": "keras.backend",
    "keras.wrappers.scikit_learn": "keras.wrappers",
    "keras.optimizer_v1": "keras.optimizers",
    "keras.optimizer_v2": "keras.optimizers",
    "keras.regularizers.l2": "keras.regularizers",
    "keras.objectives": "keras.losses",
    "keras.saving.save": "keras.saving",
    "keras.python": "keras",
    "tensorflow.python.keras": "keras",
    "tensorflow.contrib.keras": "keras",
}
"""Modules that are gone, and the public one that holds their contents."""

PLACES = (
    "keras.layers", "keras.models", "keras.utils", "keras.losses", "keras.metrics",
    "keras.optimizers", "keras.optimizers.schedules", "keras.callbacks", "keras.initializers",
    "keras.regularizers", "keras.activations", "keras.constraints", "keras.applications",
    "keras.saving", "keras.config", "keras.random", "keras.ops", "keras",
)  # fmt: skip
"""Where a name is looked for, best first."""

RENAMED = {
    "CuDNNLSTM": "LSTM",
    "CuDNNGRU": "GRU",
    "Merge": "Concatenate",
    "merge": "concatenate",
    "Deconvolution2D": "Conv2DTranspose",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "AtrousConvolution2D": "Conv2D",
    "MaxoutDense": "Dense",
    "TimeDistributedDense": "Dense",
    "Highway": "Dense",
    "LocallyConnected1D": "Conv1D",
    "LocallyConnected2D": "Conv2D",
    "ThresholdedReLU": "ReLU",
    "Nadam": "Nadam",
    "LearningRateSchedule": "LearningRateSchedule",
    "Sequence": "PyDataset",
    "multi_gpu_model": "clone_model",
    "experimental_run_tf_function": "run_eagerly",
    "Linear": "Dense",
    "BatchNorm": "BatchNormalization",
    "BatchNorm2d": "BatchNormalization",
    "BatchNorm2D": "BatchNormalization",
    "LayerNorm": "LayerNormalization",
    "Conv2d": "Conv2D",
    "MaxPool2d": "MaxPooling2D",
    "AdaptiveAvgPool2d": "GlobalAveragePooling2D",
    "CrossEntropyLoss": "SparseCategoricalCrossentropy",
    "BCELoss": "BinaryCrossentropy",
    "MSELoss": "MeanSquaredError",
}

BACKEND = {
    "pow": "power",
    "int_shape": "shape",
    "variable": "Variable",
    "constant": "convert_to_tensor",
    "get_value": "convert_to_numpy",
    "eval": "convert_to_numpy",
    "permute_dimensions": "transpose",
    "l2_normalize": "normalize",
    "batch_dot": "matmul",
    "dot": "matmul",
    "gather": "take",
    "reverse": "flip",
    "repeat_elements": "repeat",
    "random_normal": "random.normal",
    "random_uniform": "random.uniform",
    "random_bernoulli": "random.binomial",
    "dropout": "random.dropout",
    "truncated_normal": "random.truncated_normal",
    "map_fn": "map",
    "ones_like": "ones_like",
    "switch": "where",
    "bias_add": "add",
    "resize_images": "image.resize",
}
"""Functions of `keras.backend` whose name in `keras.ops` (or `keras.random`) is another one."""

METHODS = {
    "predict_proba": ("predict", {}),
    "predict_generator": ("predict", {"generator": "x"}),
    "evaluate_generator": ("evaluate", {"generator": "x"}),
    "fit_generator": (
        "fit",
        {"generator": "x", "samples_per_epoch": "steps_per_epoch", "nb_epoch": "epochs",
         "nb_val_samples": "validation_steps"},
    ),
    "reset_states": ("reset_state", {}),
    "set_learning_phase": ("", {}),
}  # fmt: skip
"""Methods that are gone, their successor, and arguments that got other names with it."""

PROPERTIES = {
    "output_shape": "output.shape",
    "input_shape": "input.shape",
    "lr": "learning_rate",
    "W": "kernel",
    "b": "bias",
    "output_dim": "units",
    "nb_filter": "filters",
    "inbound_nodes": "_inbound_nodes",
}


def canonical(name: str) -> str:
    """Return Keras's own name of what TensorFlow hands on."""
    return name.removeprefix("tensorflow.") if name.startswith("tensorflow.keras") else name


def module_of(name: str) -> str | None:
    """Return the public module that holds what a module that is gone held.

    >>> module_of("tensorflow.keras.layers.core")
    'keras.layers'
    """
    known = canonical(name)
    for old, new in MODULES.items():
        if known == old or known.startswith(f"{old}."):
            return new
    return None


def find(name: str, near: str = "") -> str | None:
    """Return the full name under which something is to be found in Keras now.

    Args:
        name: the name it had.
        near: the module in which it was looked for.
    """
    if near == "keras.backend":
        return _of_backend(name)
    places = [canonical(near), *PLACES] if near else list(PLACES)
    for wanted in dict.fromkeys([name, RENAMED.get(name, name)]):
        for place in dict.fromkeys(places):
            if hasattr(_module(place), wanted):
                return f"{place}.{wanted}"
    for place in dict.fromkeys(places):
        same = [each for each in dir(_module(place)) if each.lower() == name.lower()]
        if same:
            return f"{place}.{same[0]}"
    return _closest(name, places[0]) if near else None


def legacy(module: str, names: list[str]) -> str | None:
    """Return the module of TensorFlow's Keras that still has all of some names."""
    known = canonical(module)
    found = _module(known.replace("keras", "keras._tf_keras.keras", 1))
    has_all = found is not None and all(hasattr(found, each) for each in names)
    return f"tensorflow.{known}" if has_all else None


def _closest(name: str, place: str) -> str | None:
    known = [each for each in dir(_module(place)) if not each.startswith("_")]
    lower = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), list(lower), 1, 0.72)
    return f"{place}.{lower[close[0]]}" if close else None


def _of_backend(name: str) -> str | None:
    import keras

    new = BACKEND.get(name, name)
    if hasattr(keras.ops, new):
        return f"keras.ops.{new}"
    place, _, last = new.rpartition(".")
    if place and hasattr(_module(f"keras.{place}") or _module(f"keras.ops.{place}"), last):
        return f"keras.{place}.{last}" if place == "random" else f"keras.ops.{place}.{last}"
    return find(name)


def _module(name: str) -> ModuleType | Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
