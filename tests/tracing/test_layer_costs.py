"""The cost rules of layers against the operations that Keras runs for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest
from keras import layers

from graphscope.analysis import estimate_costs
from graphscope.analysis.costs.call import Call
from graphscope.analysis.costs.layers import RULES
from graphscope.analysis.costs.sizes import bind_shape
from graphscope.graph import Graph, Scope, ScopeKind
from graphscope.tracers.tensorflow import trace

BATCH = 2
IMAGE = (16, 16, 8)
SEQUENCE = (12, 8)

EXACT: dict[str, tuple[Callable[[], Any], list[tuple[int, ...]]]] = {
    "dense": (lambda: layers.Dense(5, activation="relu"), [(7,)]),
    "dense, no bias": (lambda: layers.Dense(5, activation="sigmoid", use_bias=False), [(7,)]),
    "einsum": (
        lambda: layers.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d", activation="silu"),
        [SEQUENCE],
    ),
    "conv 1d": (lambda: layers.Conv1D(4, 3, activation="swish"), [SEQUENCE]),
    "conv 2d": (lambda: layers.Conv2D(4, 3, padding="same", strides=2), [IMAGE]),
    "conv 2d, groups": (lambda: layers.Conv2D(4, 3, groups=4), [IMAGE]),
    "conv 3d": (lambda: layers.Conv3D(4, 3), [(8, 8, 8, 2)]),
    "depthwise": (lambda: layers.DepthwiseConv2D(3, depth_multiplier=2), [IMAGE]),
    "separable": (
        lambda: layers.SeparableConv2D(4, 3, depth_multiplier=2, activation="tanh"),
        [IMAGE],
    ),
    "transposed": (lambda: layers.Conv2DTranspose(4, 3, strides=2), [IMAGE]),
    "transposed 1d": (lambda: layers.Conv1DTranspose(4, 3, strides=2), [SEQUENCE]),
    "batch norm": (layers.BatchNormalization, [IMAGE]),
    "batch norm, bare": (lambda: layers.BatchNormalization(scale=False, center=False), [IMAGE]),
    "layer norm": (layers.LayerNormalization, [SEQUENCE]),
    "layer norm, bare": (lambda: layers.LayerNormalization(scale=False, center=False), [SEQUENCE]),
    "layer norm, two axes": (lambda: layers.LayerNormalization(axis=(1, 2)), [SEQUENCE]),
    "rms norm": (layers.RMSNormalization, [SEQUENCE]),
    "group norm": (lambda: layers.GroupNormalization(4), [IMAGE]),
    "unit norm": (layers.UnitNormalization, [SEQUENCE]),
    "multi-head": (lambda: layers.MultiHeadAttention(2, 4), [SEQUENCE, SEQUENCE]),
    "multi-head, wide": (
        lambda: layers.MultiHeadAttention(2, 4, value_dim=3, output_shape=5),
        [SEQUENCE, (9, 6)],
    ),
    "multi-head, dropout": (
        lambda: layers.MultiHeadAttention(2, 4, dropout=0.1),
        [SEQUENCE, SEQUENCE],
    ),
    "time distributed": (
        lambda: layers.TimeDistributed(layers.Dense(3, activation="relu")),
        [SEQUENCE],
    ),
    "max pooling": (lambda: layers.MaxPooling2D(2), [IMAGE]),
    "average pooling": (lambda: layers.AveragePooling2D(3, strides=1), [IMAGE]),
    "global average": (layers.GlobalAveragePooling2D, [IMAGE]),
    "global maximum": (layers.GlobalMaxPooling1D, [SEQUENCE]),
    "softmax": (layers.Softmax, [SEQUENCE]),
    "relu6": (lambda: layers.ReLU(6.0), [SEQUENCE]),
    "prelu": (layers.PReLU, [SEQUENCE]),
    "bilinear": (lambda: layers.UpSampling2D(2, interpolation="bilinear"), [IMAGE]),
    **{
        f"activation {name}": (lambda name=name: layers.Activation(name), [SEQUENCE])
        for name in ("elu", "selu", "celu", "gelu", "silu", "mish", "hard_silu", "log_sigmoid")
    },
}

LISTS: dict[str, tuple[Callable[[], Any], list[tuple[int, ...]]]] = {
    "add": (layers.Add, [SEQUENCE] * 3),
    "average": (layers.Average, [SEQUENCE] * 3),
    "concatenate": (layers.Concatenate, [SEQUENCE] * 2),
    "dot": (lambda: layers.Dot(2), [SEQUENCE, (5, 8)]),
    "attention": (layers.Attention, [SEQUENCE, (9, 8)]),
    "attention, concat": (
        lambda: layers.Attention(use_scale=True, score_mode="concat"),
        [SEQUENCE, (9, 8)],
    ),
    "additive": (layers.AdditiveAttention, [SEQUENCE, (9, 8)]),
}

# Keras runs the cell once more, before the loop, to learn the shapes of its results.
RECURRENT: dict[str, Callable[[], Any]] = {
    "lstm": lambda: layers.LSTM(6),
    "gru": lambda: layers.GRU(6, reset_after=False),
    "simple": lambda: layers.SimpleRNN(6),
    "both ways": lambda: layers.Bidirectional(layers.GRU(6), merge_mode="sum"),
}


@pytest.mark.parametrize("case", EXACT)
def test_a_rule_counts_what_keras_runs(case: str) -> None:
    make, shapes = EXACT[case]
    inputs = [keras.Input(shape) for shape in shapes]
    ruled, traced = _both(keras.Model(inputs, make()(*inputs)))
    assert ruled == traced


@pytest.mark.parametrize("case", LISTS)
def test_a_rule_for_a_list_of_tensors(case: str) -> None:
    make, shapes = LISTS[case]
    inputs = [keras.Input(shape) for shape in shapes]
    ruled, traced = _both(keras.Model(inputs, make()(inputs)))
    assert ruled == traced


@pytest.mark.parametrize("case", RECURRENT)
def test_recurrent_rules_count_every_step(case: str) -> None:
    steps = SEQUENCE[0]
    inputs = keras.Input(SEQUENCE)
    ruled, traced = _both(keras.Model(inputs, RECURRENT[case]()(inputs)))
    assert traced == pytest.approx(ruled * (steps + 1) / steps, rel=0.02)


def _both(model: keras.Model) -> tuple[int, int | None]:
    graph = trace(model)
    scope = next(
        scope for scope in graph.scopes if scope.parent == "/" and scope.kind is ScopeKind.LAYER
    )
    return RULES[scope.type](_as_call(graph, scope)), estimate_costs(graph, BATCH).flops[scope.id]


def _as_call(graph: Graph, scope: Scope) -> Call:
    assert scope.layer is not None
    layer = graph.layer_by_id[scope.layer]
    return Call(
        scope.type,
        tuple(bind_shape(graph.spec(tensor), BATCH) for tensor in scope.inputs),
        tuple(bind_shape(graph.spec(tensor), BATCH) for tensor in scope.outputs),
        tuple(graph.weight_by_id[weight].shape for weight in layer.weights),
        layer.config,
    )
