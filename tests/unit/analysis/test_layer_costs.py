"""FLOPs of whole layers, for graphs read from files.

`tests/tracing` compares the rules with the operations that Keras runs; here are the formulas.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphscope.analysis import estimate_costs
from graphscope.graph import NodeKind
from tests.support.graphs import graph

LSTM_STEP = 4 * 6 * (2 * (8 + 6) + 2) + 6 * 9
CASES = [
    ('x[B,8] -> y:Dense[B,4]{"units": 4, "activation": "relu"}', 3 * 4 * (2 * 8 + 2)),
    ('x[B,8] -> y:Dense[B,4]{"units": 4, "use_bias": false}', 3 * 4 * 2 * 8),
    ('x[B,8] -> y:Dense[B,4]{"activation": {"class_name": "f", "config": "tanh"}}', 3 * 4 * 18),
    (
        'x[B,5,8] -> y:EinsumDense(k[8,4])[B,5,4]{"equation": "abc,cd->abd", "bias_axes": "d"}',
        3 * 5 * 4 * (2 * 8 + 1),
    ),
    (
        'x[B,9,9,4] -> y:Conv2D[B,7,7,6]{"kernel_size": [3, 3], "groups": 2}',
        3 * 49 * 6 * (2 * 9 * 2 + 1),
    ),
    (
        'x[B,4,9,9] -> y:Conv2D[B,6,7,7]{"kernel_size": 3, "data_format": "channels_first"}',
        3 * 49 * 6 * (2 * 9 * 4 + 1),
    ),
    (
        'x[B,4,4,4] -> y:Conv2DTranspose[B,9,9,6]{"kernel_size": [3, 3]}',
        3 * (2 * 16 * 4 * 9 * 6 + 81 * 6),
    ),
    ('x[B,9,4] -> y:DepthwiseConv1D[B,7,8]{"kernel_size": 3}', 3 * 56 * (2 * 3 + 1)),
    (
        'x[B,9,9,4] -> y:SeparableConv2D[B,7,7,6]{"kernel_size": [3, 3], "depth_multiplier": 2}',
        3 * (2 * 49 * 8 * (9 + 6) + 49 * 6),
    ),
    ("x[B,5]int32 -> y:Embedding[B,5,8]", 3 * 5 * 3),
    ('x[B,8] -> y:BatchNormalization[B,8]{"axis": -1}', 3 * 16 + 8 * 6),
    ('x[B,5,8] -> y:LSTM[B,6]{"units": 6}', 3 * 5 * LSTM_STEP),
    ('x[B,8] -> y:LSTMCell[B,6]{"units": 6}', 3 * LSTM_STEP),
    (
        'x[B,5,8] -> y:RNN[B,6]{"cell": {"class_name": "LSTMCell", "config": {"units": 6}}}',
        3 * 5 * LSTM_STEP,
    ),
    (
        'x[B,5,8] -> y:Bidirectional[B,6]{"merge_mode": "sum", '
        '"layer": {"class_name": "LSTM", "config": {"units": 6}}}',
        3 * (2 * 5 * LSTM_STEP + 6),
    ),
    (
        'x[B,5,8] -> y:TimeDistributed[B,5,4]{"layer": {"class_name": "Dense", "config": {}}}',
        3 * 5 * 4 * 17,
    ),
    (
        'x[B,5,8] -> y:MultiHeadAttention[B,5,8]{"num_heads": 2, "key_dim": 4}',
        3 * (4 * 5 * 8 * (2 * 8 + 1) + 25 * 2 * (2 * 4 + 1 + 5 + 2 * 4)),
    ),
    ("a[B,7], b[B,7], c[B,7] -> y:Add[B,7]", 3 * 14),
    ("a[B,7], b[B,7] -> y:Average[B,7]", 3 * 14),
    ("a[B,5,8], b[B,6,8] -> y:Dot[B,5,6]", 3 * 2 * 5 * 6 * 8),
    ('x[B,8,8,4] -> y:MaxPooling2D[B,4,4,4]{"pool_size": [2, 2]}', 3 * 64 * 4),
    ("x[B,8,8,4] -> y:GlobalAveragePooling2D[B,4]", 3 * 256),
    ("x[B,8] -> y:Dropout[B,8]", 0),
    ('x[B,8] -> y:UpSampling2D[B,16]{"interpolation": "bilinear"}', 3 * 144),
    # unknown, never a guess
    ("x[B,8] -> y:Custom[B,8]", None),
    ('x[B,8] -> y:Dense[B,4]{"activation": "my_own"}', None),
    ('x[B,8] -> y:Dense[B,4]{"activation": 7}', None),
    ('x[B,9,9,4] -> y:Conv2D[B,7,7,6]{"kernel_size": "big"}', None),
    ('x[B,8] -> y:LSTM[B,6]{"units": "many"}', None),
    ('x[B,5,8] -> y:RNN[B,6]{"cell": {"class_name": "Mine", "config": {}}}', None),
    ('x[B,5,8] -> y:TimeDistributed[B,5,4]{"layer": 3}', None),
    ("x[B,?,8] -> y:Dense[B,?,4]", None),
    ("y:Dense[B,4]", None),
]


@pytest.mark.parametrize(("text", "flops"), CASES, ids=[text for text, _ in CASES])
def test_flops_of_three_samples(text: str, flops: int | None) -> None:
    assert estimate_costs(graph(text), batch=3).flops["y"] == flops


def test_a_call_without_a_layer_is_that_of_a_keras_operation() -> None:
    drawn = graph("a[B,5,8], b[B,8,6] -> y=Matmul[B,5,6] -> z=Silu[B,5,6]")
    nodes = [
        replace(node, kind=NodeKind.LAYER) if node.kind is NodeKind.OP else node
        for node in drawn.nodes
    ]
    flops = estimate_costs(replace(drawn, nodes=tuple(nodes))).flops
    assert (flops["y"], flops["z"]) == (2 * 5 * 6 * 8, 3 * 30)


def test_a_mask_is_no_argument_of_a_layer() -> None:
    drawn = graph("m[B,5]bool -mask> y:Dense[B,4]; x[B,8] -> y")
    assert estimate_costs(drawn).flops["y"] == 4 * 17


def test_a_pass_through_costs_nothing() -> None:
    drawn = graph("x[B,8] -> y:Custom[B,8]")
    x, y = drawn.nodes
    costs = estimate_costs(replace(drawn, nodes=(x, replace(y, attributes={"pass_through": True}))))
    assert (costs.flops["y"], costs.unknown_types) == (0, ())
