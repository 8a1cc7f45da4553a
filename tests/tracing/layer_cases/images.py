"""Convolutions, pooling, padding and image layers."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Any

from keras import layers

from tests.tracing.layer_cases.case import (
    Case,
    Maker,
    Shape,
    data_format_of,
    image_shape,
    one_or_many,
)


def _conv(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = data_format_of(rng)
    paddings = ["same", "valid"] + (["causal"] if name == "Conv1D" else [])
    padding = rng.choice(paddings)
    if padding == "causal":
        data_format = "channels_last"
    options: dict[str, Any] = {"padding": padding, "data_format": data_format}
    strides, dilation = one_or_many(rng, rank), 1
    if rng.random() < 0.3:
        strides, dilation = 1, one_or_many(rng, rank)
    if "Depthwise" in name or "Separable" in name:
        strides = rng.randint(1, 3) if dilation == 1 else 1
        options["depth_multiplier"] = rng.randint(1, 2)
    if "Transpose" in name and dilation == 1 and rng.random() < 0.3:
        strides = rng.randint(2, 3)
        options["output_padding"] = rng.randint(0, strides - 1)
    options |= {"strides": strides, "dilation_rate": dilation, "use_bias": rng.random() < 0.6}
    kernel = one_or_many(rng, rank, 4)
    layer_class = getattr(layers, name)
    arguments = (kernel,) if "Depthwise" in name else (rng.choice([2, 4]), kernel)
    return Case(layer_class(*arguments, **options), [image_shape(rng, rank, data_format)])


def _pool(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = data_format_of(rng)
    layer = getattr(layers, name)(
        one_or_many(rng, rank),
        strides=None if rng.random() < 0.4 else one_or_many(rng, rank),
        padding=rng.choice(["same", "valid"]),
        data_format=data_format,
    )
    return Case(layer, [image_shape(rng, rank, data_format)])


def _global_pool(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = data_format_of(rng)
    layer = getattr(layers, name)(keepdims=rng.random() < 0.5, data_format=data_format)
    return Case(layer, [image_shape(rng, rank, data_format)])


def _adaptive_pool(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = data_format_of(rng)
    layer = getattr(layers, name)(one_or_many(rng, rank), data_format=data_format)
    return Case(layer, [image_shape(rng, rank, data_format)])


def _margins(rng: random.Random, rank: int) -> Any:
    if rank == 1:
        return rng.choice([1, 2, (1, 2), (0, 1)])
    if rng.random() < 0.3:
        return rng.randint(0, 2)
    if rng.random() < 0.5:
        return tuple(rng.randint(0, 2) for _ in range(rank))
    return tuple((rng.randint(0, 2), rng.randint(0, 2)) for _ in range(rank))


def _pad(rng: random.Random, *, name: str, rank: int) -> Case:
    margins = _margins(rng, rank)
    if rank == 1:
        return Case(getattr(layers, name)(margins), [image_shape(rng, 1)])
    data_format = data_format_of(rng)
    layer = getattr(layers, name)(margins, data_format=data_format)
    return Case(layer, [image_shape(rng, rank, data_format)])


def _up_sample(rng: random.Random, *, name: str, rank: int) -> Case:
    if rank == 1:
        return Case(layers.UpSampling1D(rng.randint(1, 3)), [image_shape(rng, 1)])
    data_format = data_format_of(rng)
    layer = getattr(layers, name)(one_or_many(rng, rank), data_format=data_format)
    return Case(layer, [image_shape(rng, rank, data_format)])


def _resize(rng: random.Random, *, name: str) -> Case:
    data_format = rng.choice(["channels_last", "channels_first"])
    layer = getattr(layers, name)(rng.randint(3, 5), rng.randint(3, 5), data_format=data_format)
    channels = 3
    sizes = (rng.randint(6, 9), rng.randint(6, 9))
    shape: Shape = (
        (None, channels, *sizes) if data_format == "channels_first" else (None, *sizes, channels)
    )
    return Case(layer, [shape])


def _image_layer(_rng: random.Random, *, make: Callable[[], Any]) -> Case:
    return Case(make(), [(None, 16, 16, 3)])


_IMAGES: dict[str, Callable[[], Any]] = {
    "AugMix": lambda: layers.AugMix(value_range=(0, 255)),
    "AutoContrast": layers.AutoContrast,
    "CutMix": layers.CutMix,
    "Equalization": layers.Equalization,
    "MixUp": layers.MixUp,
    "RandAugment": lambda: layers.RandAugment(value_range=(0, 255)),
    "RandomBrightness": lambda: layers.RandomBrightness(0.2),
    "RandomColorDegeneration": lambda: layers.RandomColorDegeneration(0.2),
    "RandomColorJitter": lambda: layers.RandomColorJitter(value_range=(0, 255)),
    "RandomContrast": lambda: layers.RandomContrast(0.2),
    "RandomElasticTransform": layers.RandomElasticTransform,
    "RandomErasing": layers.RandomErasing,
    "RandomFlip": layers.RandomFlip,
    "RandomGaussianBlur": layers.RandomGaussianBlur,
    "RandomGrayscale": layers.RandomGrayscale,
    "RandomHue": lambda: layers.RandomHue(0.2),
    "RandomInvert": layers.RandomInvert,
    "RandomPerspective": layers.RandomPerspective,
    "RandomPosterization": lambda: layers.RandomPosterization(4),
    "RandomRotation": lambda: layers.RandomRotation(0.2),
    "RandomSaturation": lambda: layers.RandomSaturation(0.2),
    "RandomSharpness": lambda: layers.RandomSharpness(0.2),
    "RandomShear": layers.RandomShear,
    "RandomTranslation": lambda: layers.RandomTranslation(0.1, 0.1),
    "RandomZoom": lambda: layers.RandomZoom(0.1),
    "Solarization": layers.Solarization,
}


CASES: dict[str, Maker] = {
    **{
        name: partial(_image_layer, make=make)
        for name, make in _IMAGES.items()
        if hasattr(layers, name)
    },
    **{
        name.format(rank): partial(_conv, name=name.format(rank), rank=rank)
        for name, ranks in (
            ("Conv{}D", (1, 2, 3)),
            ("Conv{}DTranspose", (1, 2, 3)),
            ("DepthwiseConv{}D", (1, 2)),
            ("SeparableConv{}D", (1, 2)),
        )
        for rank in ranks
    },
    **{
        f"{prefix}{kind}Pooling{rank}D": partial(
            make, name=f"{prefix}{kind}Pooling{rank}D", rank=rank
        )
        for prefix, make in (("", _pool), ("Global", _global_pool), ("Adaptive", _adaptive_pool))
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    },
    **{
        f"{name}{rank}D": partial(_pad, name=f"{name}{rank}D", rank=rank)
        for name in ("ZeroPadding", "Cropping")
        for rank in (1, 2, 3)
    },
    **{
        f"UpSampling{rank}D": partial(_up_sample, name=f"UpSampling{rank}D", rank=rank)
        for rank in (1, 2, 3)
    },
    **{name: partial(_resize, name=name) for name in ("Resizing", "CenterCrop", "RandomCrop")},
}
"""Makers of random cases by class."""
