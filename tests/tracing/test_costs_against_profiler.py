"""FLOPs of whole models against TensorFlow's own profiler."""

from __future__ import annotations

from typing import Any

import keras
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2_as_graph,
)

from graphscope.analysis import estimate_costs
from graphscope.tracers.inputs import find_arguments
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo import ZOO

TOLERANCE = 0.01

UNCOUNTED = ("Relu", "Relu6")
"""Operations to which the profiler gives no figure, and we one FLOP for each element."""


def profiled_flops(model: keras.Model, inputs: Any) -> int:
    """Return the floating-point operations that TensorFlow counts for one example."""
    (structure,) = find_arguments(model, inputs).args
    specs = keras.tree.map_structure(
        lambda tensor: tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype), structure
    )
    function = tf.function(lambda x: model(x)).get_concrete_function(specs)  # noqa: PLW0108
    _, definition = convert_variables_to_constants_v2_as_graph(function)
    options = tf.compat.v1.profiler.ProfileOptionBuilder(
        tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    ).with_empty_output()
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(definition, name="")
        report = tf.compat.v1.profiler.profile(graph, options=options.build())
    return int(report.total_float_ops)


@pytest.mark.parametrize("name", ["resnet50", "mobilenet_v3", "bert_like", "gpt_like"])
def test_whole_models_agree_with_the_profiler(name: str) -> None:
    model, inputs = ZOO[name]()
    graph = trace(model, inputs)
    costs = estimate_costs(graph)
    counted = [node.id for node in graph.nodes if node.type not in UNCOUNTED]
    ours = sum(costs.flops[node] or 0 for node in counted)
    theirs = profiled_flops(model, inputs)
    print(f"{name}: {ours:,} against {theirs:,} ({ours / theirs - 1:+.2%})")  # noqa: T201
    assert ours == pytest.approx(theirs, rel=TOLERANCE)
