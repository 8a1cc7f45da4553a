"""Dense layers, embeddings, normalizations, reshaping, preprocessing, and what keeps a shape."""

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
    random_size,
)


def _keeping(rng: random.Random, *, make: Callable[[], Any], rank: int | None = None) -> Case:
    rank = rng.randint(2, 4) if rank is None else rank
    shape = (None, *(random_size(rng) for _ in range(rank - 2)), rng.choice([2, 4]))
    return Case(make(), [shape])


def _dense(rng: random.Random) -> Case:
    shape = (None, *(random_size(rng) for _ in range(rng.randint(0, 2))), 4)
    return Case(layers.Dense(rng.randint(1, 5), use_bias=rng.random() < 0.5), [shape])


def _embedding(rng: random.Random) -> Case:
    shape = (None, *(random_size(rng) for _ in range(rng.randint(0, 2))))
    return Case(layers.Embedding(10, rng.randint(1, 4)), [shape], "int32")


def _reversible_embedding(rng: random.Random) -> Case:
    tie = rng.random() < 0.5
    layer = layers.ReversibleEmbedding(10, 4, tie_weights=tie)
    return Case(layer, [(None, random_size(rng))], "int32")


def _einsum_dense(rng: random.Random) -> Case:
    return rng.choice(
        [
            Case(layers.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d"), [(None, 7, 4)]),
            Case(layers.EinsumDense("...x,xy->...y", 6), [(None, random_size(rng), 4)]),
            Case(
                layers.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"),
                [(None, random_size(rng), 4)],
            ),
            Case(layers.EinsumDense("ab,bc->ac", 3), [(None, 4)]),
        ]
    )


def _flatten(rng: random.Random) -> Case:
    return Case(
        layers.Flatten(), [image_shape(rng, rng.randint(0, 2))], rng.choice(["float32", "int32"])
    )


def _reshape(rng: random.Random) -> Case:
    target = rng.choice([(6, 4), (-1, 4), (2, -1), (24,), (-1,), (2, 3, 4)])
    shape = rng.choice([(None, 24), (None, 4, 6), (None, None, 8), (2, 12, 2)])
    if None in shape[1:] and -1 not in target:
        shape = (None, 24)
    return Case(layers.Reshape(target), [shape])


def _permute(rng: random.Random) -> Case:
    rank = rng.randint(1, 3)
    dims = list(range(1, rank + 1))
    rng.shuffle(dims)
    return Case(layers.Permute(tuple(dims)), [(None, *(random_size(rng) for _ in dims))])


def _repeat_vector(rng: random.Random) -> Case:
    return Case(layers.RepeatVector(rng.randint(1, 4)), [(None, random_size(rng))])


def _category_encoding(rng: random.Random) -> Case:
    mode = rng.choice(["one_hot", "multi_hot", "count"])
    shape = rng.choice([(None, 1), (None, 3), (None,)])
    return Case(layers.CategoryEncoding(5, output_mode=mode), [shape], "int32")


def _discretization(rng: random.Random) -> Case:
    mode = rng.choice(["int", "one_hot", "multi_hot", "count"])
    layer = layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0], output_mode=mode)
    return Case(layer, [rng.choice([(None, 1), (None, 3)])])


def _integer_lookup(rng: random.Random) -> Case:
    mode = rng.choice(["int", "one_hot", "multi_hot", "count"])
    options = {"max_tokens": 9, "pad_to_max_tokens": True} if mode != "int" else {}
    layer = layers.IntegerLookup(vocabulary=[3, 5, 7], output_mode=mode, **options)
    return Case(layer, [rng.choice([(None, 1), (None, 3)])], "int64")


def _hashing(rng: random.Random) -> Case:
    mode = rng.choice(["int", "one_hot", "multi_hot", "count"])
    return Case(layers.Hashing(5, output_mode=mode), [rng.choice([(None, 1), (None, 3)])], "int32")


def _mel(rng: random.Random) -> Case:
    layer = layers.MelSpectrogram(
        num_mel_bins=rng.randint(4, 8), sequence_stride=rng.choice([128, 256]), fft_length=512
    )
    return Case(layer, [(None, rng.choice([1000, 1600]))])


def _stft(rng: random.Random) -> Case:
    data_format = data_format_of(rng)
    shape: Shape = (None, 500, 2) if data_format == "channels_last" else (None, 2, 500)
    layer = layers.STFTSpectrogram(
        mode=rng.choice(["log", "magnitude", "real", "imag", "stft"]),
        frame_length=rng.choice([64, 100]),
        frame_step=rng.choice([None, 32]),
        fft_length=rng.choice([None, 128]),
        expand_dims=rng.random() < 0.5,
        padding=rng.choice(["valid", "same"]),
        data_format=data_format,
    )
    return Case(layer, [shape])


def _normalization(rng: random.Random) -> Case:
    layer = (
        layers.Normalization(mean=0.0, variance=1.0)
        if rng.random() < 0.5
        else layers.Normalization()
    )
    return Case(layer, [(None, random_size(rng, known=True), 3)])


def _spectral(rng: random.Random) -> Case:
    inner = layers.Dense(3) if rng.random() < 0.5 else layers.Conv2D(2, 3)
    shape: Shape = (None, 4) if isinstance(inner, layers.Dense) else (None, 8, 8, 2)
    return Case(layers.SpectralNormalization(inner), [shape])


def _batch_normalization(rng: random.Random) -> Case:
    layer = layers.BatchNormalization(
        center=rng.random() < 0.5, scale=rng.random() < 0.5, renorm=rng.random() < 0.3
    )
    return Case(layer, [(None, *(random_size(rng) for _ in range(rng.randint(0, 2))), 4)])


def _layer_normalization(rng: random.Random) -> Case:
    layer = layers.LayerNormalization(center=rng.random() < 0.5, scale=rng.random() < 0.5)
    return Case(layer, [(None, random_size(rng), 4)])


_KEEPING: dict[str, tuple[Callable[[], Any], int | None]] = {
    "Identity": (layers.Identity, None),
    "Dropout": (lambda: layers.Dropout(0.3), None),
    "AlphaDropout": (lambda: layers.AlphaDropout(0.3), None),
    "GaussianDropout": (lambda: layers.GaussianDropout(0.3), None),
    "GaussianNoise": (lambda: layers.GaussianNoise(0.3), None),
    "SpatialDropout1D": (lambda: layers.SpatialDropout1D(0.3), 3),
    "SpatialDropout2D": (lambda: layers.SpatialDropout2D(0.3), 4),
    "SpatialDropout3D": (lambda: layers.SpatialDropout3D(0.3), 5),
    "ActivityRegularization": (lambda: layers.ActivityRegularization(0.1), None),
    "Masking": (layers.Masking, 3),
    "Activation": (lambda: layers.Activation("relu"), None),
    "ReLU": (lambda: layers.ReLU(max_value=6.0), None),
    "LeakyReLU": (layers.LeakyReLU, None),
    "PReLU": (lambda: layers.PReLU(shared_axes=[1]), 3),
    "ELU": (layers.ELU, None),
    "Softmax": (layers.Softmax, None),
    "GroupNormalization": (lambda: layers.GroupNormalization(2), 3),
    "RMSNormalization": (layers.RMSNormalization, None),
    "UnitNormalization": (layers.UnitNormalization, None),
    "Rescaling": (lambda: layers.Rescaling(0.5), None),
}


CASES: dict[str, Maker] = {
    **{name: partial(_keeping, make=make, rank=rank) for name, (make, rank) in _KEEPING.items()},
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "Dense": _dense,
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    "EinsumDense": _einsum_dense,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
    "SpectralNormalization": _spectral,
    "CategoryEncoding": _category_encoding,
    "Discretization": _discretization,
    "IntegerLookup": _integer_lookup,
    "Hashing": _hashing,
    "MelSpectrogram": _mel,
    "STFTSpectrogram": _stft,
    "Normalization": _normalization,
}
"""Makers of random cases by class."""
