"""Random small layers with inputs they can take: what the reader's rules are compared on."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import keras
from keras import layers

Shape = tuple[int | None, ...]


@dataclass
class Case:
    """A layer and how it is called."""

    layer: Any
    shapes: list[Shape]
    dtype: str = "float32"
    as_list: bool = False
    kwargs: dict[str, Any] = field(default_factory=dict)

    def call(self) -> tuple[list[Any], Any]:
        """Call the layer on symbolic inputs and return inputs and outputs."""
        inputs = [
            keras.Input(batch_shape=shape, dtype=self.dtype, name=f"in_{index}")
            for index, shape in enumerate(self.shapes)
        ]
        arguments = [inputs] if self.as_list else inputs
        return inputs, self.layer(*arguments, **self.kwargs)


def _size(rng: random.Random, *, known: bool = False, low: int = 6, high: int = 12) -> int | None:
    return rng.randint(low, high) if known or rng.random() < 0.75 else None


def _image(rng: random.Random, rank: int, data_format: str | None = None) -> Shape:
    channels = rng.choice([2, 4])
    sizes = tuple(_size(rng) for _ in range(rank))
    batch = rng.choice([None, None, 3])
    if data_format == "channels_first":
        return (batch, channels, *sizes)
    return (batch, *sizes, channels)


def _pick(rng: random.Random, rank: int, high: int = 3) -> Any:
    if rng.random() < 0.5:
        return rng.randint(1, high)
    return tuple(rng.randint(1, high) for _ in range(rank))


def _format(rng: random.Random) -> str:
    return rng.choice(["channels_last", "channels_last", "channels_first"])


def _keeping(rng: random.Random, *, make: Callable[[], Any], rank: int | None = None) -> Case:
    rank = rng.randint(2, 4) if rank is None else rank
    shape = (None, *(_size(rng) for _ in range(rank - 2)), rng.choice([2, 4]))
    return Case(make(), [shape])


def _dense(rng: random.Random) -> Case:
    shape = (None, *(_size(rng) for _ in range(rng.randint(0, 2))), 4)
    return Case(layers.Dense(rng.randint(1, 5), use_bias=rng.random() < 0.5), [shape])


def _embedding(rng: random.Random) -> Case:
    shape = (None, *(_size(rng) for _ in range(rng.randint(0, 2))))
    return Case(layers.Embedding(10, rng.randint(1, 4)), [shape], "int32")


def _reversible_embedding(rng: random.Random) -> Case:
    tie = rng.random() < 0.5
    layer = layers.ReversibleEmbedding(10, 4, tie_weights=tie)
    return Case(layer, [(None, _size(rng))], "int32")


def _einsum_dense(rng: random.Random) -> Case:
    return rng.choice(
        [
            Case(layers.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d"), [(None, 7, 4)]),
            Case(layers.EinsumDense("...x,xy->...y", 6), [(None, _size(rng), 4)]),
            Case(
                layers.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"),
                [(None, _size(rng), 4)],
            ),
            Case(layers.EinsumDense("ab,bc->ac", 3), [(None, 4)]),
        ]
    )


def _conv(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = _format(rng)
    paddings = ["same", "valid"] + (["causal"] if name == "Conv1D" else [])
    padding = rng.choice(paddings)
    if padding == "causal":
        data_format = "channels_last"
    options: dict[str, Any] = {"padding": padding, "data_format": data_format}
    strides, dilation = _pick(rng, rank), 1
    if rng.random() < 0.3:
        strides, dilation = 1, _pick(rng, rank)
    if "Depthwise" in name or "Separable" in name:
        strides = rng.randint(1, 3) if dilation == 1 else 1
        options["depth_multiplier"] = rng.randint(1, 2)
    if "Transpose" in name and dilation == 1 and rng.random() < 0.3:
        strides = rng.randint(2, 3)
        options["output_padding"] = rng.randint(0, strides - 1)
    options |= {"strides": strides, "dilation_rate": dilation, "use_bias": rng.random() < 0.6}
    kernel = _pick(rng, rank, 4)
    layer_class = getattr(layers, name)
    arguments = (kernel,) if "Depthwise" in name else (rng.choice([2, 4]), kernel)
    return Case(layer_class(*arguments, **options), [_image(rng, rank, data_format)])


def _pool(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = _format(rng)
    layer = getattr(layers, name)(
        _pick(rng, rank),
        strides=None if rng.random() < 0.4 else _pick(rng, rank),
        padding=rng.choice(["same", "valid"]),
        data_format=data_format,
    )
    return Case(layer, [_image(rng, rank, data_format)])


def _global_pool(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = _format(rng)
    layer = getattr(layers, name)(keepdims=rng.random() < 0.5, data_format=data_format)
    return Case(layer, [_image(rng, rank, data_format)])


def _adaptive_pool(rng: random.Random, *, name: str, rank: int) -> Case:
    data_format = _format(rng)
    layer = getattr(layers, name)(_pick(rng, rank), data_format=data_format)
    return Case(layer, [_image(rng, rank, data_format)])


def _flatten(rng: random.Random) -> Case:
    return Case(
        layers.Flatten(), [_image(rng, rng.randint(0, 2))], rng.choice(["float32", "int32"])
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
    return Case(layers.Permute(tuple(dims)), [(None, *(_size(rng) for _ in dims))])


def _repeat_vector(rng: random.Random) -> Case:
    return Case(layers.RepeatVector(rng.randint(1, 4)), [(None, _size(rng))])


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
        return Case(getattr(layers, name)(margins), [_image(rng, 1)])
    data_format = _format(rng)
    layer = getattr(layers, name)(margins, data_format=data_format)
    return Case(layer, [_image(rng, rank, data_format)])


def _up_sample(rng: random.Random, *, name: str, rank: int) -> Case:
    if rank == 1:
        return Case(layers.UpSampling1D(rng.randint(1, 3)), [_image(rng, 1)])
    data_format = _format(rng)
    layer = getattr(layers, name)(_pick(rng, rank), data_format=data_format)
    return Case(layer, [_image(rng, rank, data_format)])


def _resize(rng: random.Random, *, name: str) -> Case:
    data_format = rng.choice(["channels_last", "channels_first"])
    layer = getattr(layers, name)(rng.randint(3, 5), rng.randint(3, 5), data_format=data_format)
    channels = 3
    sizes = (rng.randint(6, 9), rng.randint(6, 9))
    shape: Shape = (
        (None, channels, *sizes) if data_format == "channels_first" else (None, *sizes, channels)
    )
    return Case(layer, [shape])


def _cell(rng: random.Random) -> Any:
    return rng.choice([layers.LSTMCell, layers.GRUCell, layers.SimpleRNNCell])(rng.randint(1, 4))


def _recurrent_options(rng: random.Random) -> dict[str, Any]:
    return {
        "return_sequences": rng.random() < 0.5,
        "return_state": rng.random() < 0.5,
        "go_backwards": rng.random() < 0.3,
    }


def _recurrent(rng: random.Random, *, name: str) -> Case:
    layer = getattr(layers, name)(
        rng.randint(1, 4), use_bias=rng.random() < 0.7, **_recurrent_options(rng)
    )
    return Case(layer, [(None, _size(rng), 3)])


def _rnn(rng: random.Random) -> Case:
    # Keras itself nests the states of a stack; the stack is compared without them.
    if rng.random() < 0.4:
        cells = [_cell(rng) for _ in range(rng.randint(1, 3))]
        options = {"return_sequences": rng.random() < 0.5}
        return Case(layers.RNN(cells, **options), [(None, _size(rng), 3)])
    return Case(layers.RNN(_cell(rng), **_recurrent_options(rng)), [(None, _size(rng), 3)])


def _conv_lstm(rng: random.Random, *, rank: int) -> Case:
    shape = (None, rng.choice([3, None]), *(_size(rng, known=True) for _ in range(rank)), 2)
    options = {key: value for key, value in _recurrent_options(rng).items() if "back" not in key}
    layer = getattr(layers, f"ConvLSTM{rank}D")(
        2, rng.randint(1, 3), padding=rng.choice(["same", "valid"]), **options
    )
    return Case(layer, [shape])


def _bidirectional(rng: random.Random) -> Case:
    options = _recurrent_options(rng)
    options.pop("go_backwards")
    inner = getattr(layers, rng.choice(["LSTM", "GRU", "SimpleRNN"]))(rng.randint(1, 4), **options)
    merge = rng.choice(["concat", "sum", "mul", "ave", None])
    return Case(layers.Bidirectional(inner, merge_mode=merge), [(None, _size(rng), 3)])


def _time_distributed(rng: random.Random) -> Case:
    if rng.random() < 0.5:
        return Case(layers.TimeDistributed(layers.Dense(3)), [(None, _size(rng), 4)])
    inner = layers.Conv2D(2, 3, padding=rng.choice(["same", "valid"]))
    return Case(layers.TimeDistributed(inner), [(None, rng.choice([3, None]), 8, 8, 2)])


def _merge(rng: random.Random, *, name: str) -> Case:
    shape = (None, *(_size(rng) for _ in range(rng.randint(0, 2))), 4)
    count = 2 if name == "Subtract" else rng.randint(2, 4)
    shapes = [shape] * count
    if rng.random() < 0.4 and len(shape) > 2:
        shapes[1] = (None, *([1] * (len(shape) - 2)), 4)
    return Case(getattr(layers, name)(), shapes, as_list=True)


def _concatenate(rng: random.Random) -> Case:
    rank = rng.randint(2, 4)
    axis = rng.choice([-1, *range(1, rank)])
    base: list[int | None] = [None, *(_size(rng, known=True) for _ in range(rank - 1))]
    shapes = []
    for _ in range(rng.randint(2, 4)):
        shape = list(base)
        shape[axis] = rng.randint(1, 5)
        shapes.append(tuple(shape))
    return Case(layers.Concatenate(axis=axis), shapes, as_list=True)


def _dot(rng: random.Random) -> Case:
    return rng.choice(
        [
            Case(layers.Dot(axes=1), [(None, 4), (None, 4)], as_list=True),
            Case(layers.Dot(axes=-1), [(None, 3, 4), (None, 5, 4)], as_list=True),
            Case(layers.Dot(axes=(2, 1)), [(None, 3, 4), (None, 4, 5)], as_list=True),
            Case(layers.Dot(axes=2, normalize=True), [(None, 3, 4), (None, 5, 4)], as_list=True),
        ]
    )


def _attention(rng: random.Random, *, name: str) -> Case:
    options: dict[str, Any] = {"use_scale": rng.random() < 0.5}
    if name == "Attention":
        options["score_mode"] = rng.choice(["dot", "concat"])
    shapes: list[Shape] = [(None, 5, 4), (None, 6, 4)]
    if rng.random() < 0.5:
        shapes.append((None, 6, 4))
    kwargs = {"return_attention_scores": True} if rng.random() < 0.3 else {}
    return Case(getattr(layers, name)(**options), shapes, as_list=True, kwargs=kwargs)


def _multi_head_attention(rng: random.Random) -> Case:
    options: dict[str, Any] = {"use_bias": rng.random() < 0.5}
    if rng.random() < 0.5:
        options["output_shape"] = rng.choice([3, (3,)])
    layer = layers.MultiHeadAttention(rng.randint(1, 3), 2, **options)
    kwargs = {"return_attention_scores": True} if rng.random() < 0.3 else {}
    shapes: list[Shape] = [(None, 5, 4), (None, 5, 4)]
    if rng.random() < 0.3:
        shapes.append((None, 5, 3))
    return Case(layer, shapes, kwargs=kwargs)


def _grouped_query_attention(rng: random.Random) -> Case:
    layer = layers.GroupQueryAttention(2, 4, 2, use_bias=rng.random() < 0.5)
    kwargs = {"return_attention_scores": True} if rng.random() < 0.3 else {}
    return Case(layer, [(None, 5, 4), (None, 6, 4)], kwargs=kwargs)


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
    data_format = _format(rng)
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
    return Case(layer, [(None, _size(rng, known=True), 3)])


def _spectral(rng: random.Random) -> Case:
    inner = layers.Dense(3) if rng.random() < 0.5 else layers.Conv2D(2, 3)
    shape: Shape = (None, 4) if isinstance(inner, layers.Dense) else (None, 8, 8, 2)
    return Case(layers.SpectralNormalization(inner), [shape])


def _batch_normalization(rng: random.Random) -> Case:
    layer = layers.BatchNormalization(
        center=rng.random() < 0.5, scale=rng.random() < 0.5, renorm=rng.random() < 0.3
    )
    return Case(layer, [(None, *(_size(rng) for _ in range(rng.randint(0, 2))), 4)])


def _layer_normalization(rng: random.Random) -> Case:
    layer = layers.LayerNormalization(center=rng.random() < 0.5, scale=rng.random() < 0.5)
    return Case(layer, [(None, _size(rng), 4)])


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


def _image_layer(_rng: random.Random, *, make: Callable[[], Any]) -> Case:
    return Case(make(), [(None, 16, 16, 3)])


CASES: dict[str, Callable[[random.Random], Case]] = {
    **{name: partial(_keeping, make=make, rank=rank) for name, (make, rank) in _KEEPING.items()},
    **{
        name: partial(_image_layer, make=make)
        for name, make in _IMAGES.items()
        if hasattr(layers, name)
    },
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "Dense": _dense,
    "Embedding": _embedding,
    "ReversibleEmbedding": _reversible_embedding,
    "EinsumDense": _einsum_dense,
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
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat_vector,
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
    **{name: partial(_recurrent, name=name) for name in ("LSTM", "GRU", "SimpleRNN")},
    "RNN": _rnn,
    **{f"ConvLSTM{rank}D": partial(_conv_lstm, rank=rank) for rank in (1, 2, 3)},
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "SpectralNormalization": _spectral,
    **{
        name: partial(_merge, name=name)
        for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    },
    "Concatenate": _concatenate,
    "Dot": _dot,
    **{name: partial(_attention, name=name) for name in ("Attention", "AdditiveAttention")},
    "MultiHeadAttention": _multi_head_attention,
    "GroupQueryAttention": _grouped_query_attention,
    "CategoryEncoding": _category_encoding,
    "Discretization": _discretization,
    "IntegerLookup": _integer_lookup,
    "Hashing": _hashing,
    "MelSpectrogram": _mel,
    "STFTSpectrogram": _stft,
    "Normalization": _normalization,
}
"""A maker of random cases for each class."""
