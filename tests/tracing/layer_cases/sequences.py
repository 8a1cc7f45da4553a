"""Recurrent layers, merges and attention."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from keras import layers

from tests.tracing.layer_cases.case import (
    Case,
    Maker,
    Shape,
    random_size,
)


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
    return Case(layer, [(None, random_size(rng), 3)])


def _rnn(rng: random.Random) -> Case:
    # Keras itself nests the states of a stack; the stack is compared without them.
    if rng.random() < 0.4:
        cells = [_cell(rng) for _ in range(rng.randint(1, 3))]
        options = {"return_sequences": rng.random() < 0.5}
        return Case(layers.RNN(cells, **options), [(None, random_size(rng), 3)])
    return Case(layers.RNN(_cell(rng), **_recurrent_options(rng)), [(None, random_size(rng), 3)])


def _conv_lstm(rng: random.Random, *, rank: int) -> Case:
    shape = (None, rng.choice([3, None]), *(random_size(rng, known=True) for _ in range(rank)), 2)
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
    return Case(layers.Bidirectional(inner, merge_mode=merge), [(None, random_size(rng), 3)])


def _time_distributed(rng: random.Random) -> Case:
    if rng.random() < 0.5:
        return Case(layers.TimeDistributed(layers.Dense(3)), [(None, random_size(rng), 4)])
    inner = layers.Conv2D(2, 3, padding=rng.choice(["same", "valid"]))
    return Case(layers.TimeDistributed(inner), [(None, rng.choice([3, None]), 8, 8, 2)])


def _merge(rng: random.Random, *, name: str) -> Case:
    shape = (None, *(random_size(rng) for _ in range(rng.randint(0, 2))), 4)
    count = 2 if name == "Subtract" else rng.randint(2, 4)
    shapes = [shape] * count
    if rng.random() < 0.4 and len(shape) > 2:
        shapes[1] = (None, *([1] * (len(shape) - 2)), 4)
    return Case(getattr(layers, name)(), shapes, as_list=True)


def _concatenate(rng: random.Random) -> Case:
    rank = rng.randint(2, 4)
    axis = rng.choice([-1, *range(1, rank)])
    base: list[int | None] = [None, *(random_size(rng, known=True) for _ in range(rank - 1))]
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


CASES: dict[str, Maker] = {
    **{name: partial(_recurrent, name=name) for name in ("LSTM", "GRU", "SimpleRNN")},
    "RNN": _rnn,
    **{f"ConvLSTM{rank}D": partial(_conv_lstm, rank=rank) for rank in (1, 2, 3)},
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    **{
        name: partial(_merge, name=name)
        for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")
    },
    "Concatenate": _concatenate,
    "Dot": _dot,
    **{name: partial(_attention, name=name) for name in ("Attention", "AdditiveAttention")},
    "MultiHeadAttention": _multi_head_attention,
    "GroupQueryAttention": _grouped_query_attention,
}
"""Makers of random cases by class."""
