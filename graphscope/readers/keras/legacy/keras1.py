"""Settings and classes of Keras 1 under the names that they have today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Config = dict[str, Any]

CLASSES = {
    "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D",
    "Convolution1D": "Conv1D",
    "Convolution2D": "Conv2D",
    "Convolution3D": "Conv3D",
    "Deconvolution2D": "Conv2DTranspose",
    "Deconvolution3D": "Conv3DTranspose",
    "SeparableConvolution2D": "SeparableConv2D",
    "TimeDistributedDense": "Dense",
}

_ALWAYS = {
    "W_constraint": "kernel_constraint",
    "W_regularizer": "kernel_regularizer",
    "U_regularizer": "recurrent_regularizer",
    "atrous_rate": "dilation_rate",
    "b_constraint": "bias_constraint",
    "b_regularizer": "bias_regularizer",
    "beta_init": "beta_initializer",
    "border_mode": "padding",
    "dropout_U": "recurrent_dropout",
    "dropout_W": "dropout",
    "filter_length": "kernel_size",
    "gamma_init": "gamma_initializer",
    "init": "kernel_initializer",
    "inner_activation": "recurrent_activation",
    "inner_init": "recurrent_initializer",
    "input_dtype": "dtype",
    "nb_filter": "filters",
    "pool_length": "pool_size",
    "subsample": "strides",
    "subsample_length": "strides",
}

_WITH_UNITS = {"output_dim": "units"}
_WITH_BIAS = {"bias": "use_bias"}
_DROPPING = {"p": "rate"}

_OF_CLASS: dict[str, Mapping[str, str]] = {
    "Dense": _WITH_UNITS | _WITH_BIAS,
    "LSTM": _WITH_UNITS,
    "GRU": _WITH_UNITS,
    "SimpleRNN": _WITH_UNITS,
    "Conv1D": _WITH_BIAS,
    "Conv2D": _WITH_BIAS,
    "Conv3D": _WITH_BIAS,
    "Conv2DTranspose": _WITH_BIAS,
    "SeparableConv2D": _WITH_BIAS,
    "ConvLSTM2D": _WITH_BIAS,
    "Dropout": _DROPPING,
    "GaussianDropout": _DROPPING,
    "SpatialDropout1D": _DROPPING,
    "SpatialDropout2D": _DROPPING,
    "SpatialDropout3D": _DROPPING,
    "Embedding": {"W_constraint": "embeddings_constraint", "init": "embeddings_initializer"},
    "GaussianNoise": {"sigma": "stddev"},
    "MaxPooling1D": {"stride": "strides"},
    "AveragePooling1D": {"stride": "strides"},
    "UpSampling1D": {"length": "size"},
}

_OLD = frozenset(_ALWAYS).union(
    *_OF_CLASS.values(), ("dim_ordering", "nb_row", "kernel_dim1", "output_dim")
)

_MERGES = {
    "ave": "Average",
    "concat": "Concatenate",
    "cos": "Dot",
    "dot": "Dot",
    "max": "Maximum",
    "mul": "Multiply",
    "sum": "Add",
}


def upgrade_config(class_name: str, config: Mapping[str, Any]) -> Config:
    """Return the settings of a built-in layer under their names of today.

    >>> upgrade_config("Dense", {"output_dim": 3, "bias": False})
    {'units': 3, 'use_bias': False}
    """
    if _OLD.isdisjoint(config):
        return dict(config)
    names = {**_ALWAYS, **_OF_CLASS.get(class_name, {})}
    upgraded: Config = {}
    for key, value in config.items():
        name = names.get(key, key)
        # What stands there under today's name counts.
        upgraded[key if name in config else name] = value
    for change in _CHANGES:
        change(upgraded)
    return upgraded


def upgrade_merge(config: Mapping[str, Any]) -> tuple[str, Config]:
    """Return class and settings of today's layer for what `Merge` did in Keras 1.

    The class stays `Merge` where the mode is a function.
    """
    mode = config.get("mode")
    class_name = _MERGES.get(mode, "Merge") if isinstance(mode, str) else "Merge"
    upgraded = dict(config)
    if class_name == "Concatenate":
        upgraded["axis"] = config.get("concat_axis", -1)
    if class_name == "Dot":
        axes = config.get("dot_axes", -1)
        upgraded |= {"axes": axes, "normalize": mode == "cos"}
    return class_name, upgraded


def _join_kernel(config: Config) -> None:
    for keys in (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3")):
        if all(key in config for key in keys) and "kernel_size" not in config:
            config["kernel_size"] = [config.pop(key) for key in keys]


def _name_data_format(config: Config) -> None:
    order = config.get("dim_ordering")
    if order in ("tf", "th") and "data_format" not in config:
        del config["dim_ordering"]
        config["data_format"] = "channels_last" if order == "tf" else "channels_first"


def _drop_default_strides(config: Config) -> None:
    # Pooling without strides moves by its size.
    if "pool_size" in config and config.get("strides", 0) is None:
        del config["strides"]


_CHANGES: tuple[Callable[[Config], None], ...] = (
    _join_kernel,
    _name_data_format,
    _drop_default_strides,
)
