"""FLOPs of whole models against TensorFlow's own profiler and JAX's cost analysis."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

import keras
import pytest
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import (
    convert_variables_to_constants_v2_as_graph,
)

from graphscope.analysis import estimate_costs
from graphscope.graph import Graph
from graphscope.tracers.inputs import find_arguments
from graphscope.tracers.tensorflow import trace
from tests.support.known_models import KNOWN_MODELS
from tests.support.padding import padding_flops
from tests.tracing.zoo import ZOO

TOLERANCE = 0.01

UNCOUNTED = ("Relu", "Relu6")
"""Operations to which the profiler gives no figure, and we one FLOP for each element."""


def profiled_flops(model: keras.Model, inputs: Any, *, inlined: bool = True) -> int:
    """Return the floating-point operations that TensorFlow counts for one example.

    Args:
        model: the model.
        inputs: its example inputs.
        inlined: whether to put weights and called functions into the graph first; it takes minutes
            where there are many weights, and changes nothing where no function is called.
    """
    (structure,) = find_arguments(model, inputs).args
    specs = keras.tree.map_structure(
        lambda tensor: tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype), structure
    )
    function = tf.function(lambda x: model(x)).get_concrete_function(specs)  # noqa: PLW0108
    options = tf.compat.v1.profiler.ProfileOptionBuilder(
        tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    ).with_empty_output()
    graph = _put_in(function) if inlined else function.graph
    report = tf.compat.v1.profiler.profile(graph, options=options.build())
    return int(report.total_float_ops)


def _put_in(function: Any) -> Any:
    _, definition = convert_variables_to_constants_v2_as_graph(function)
    with tf.Graph().as_default() as graph:
        tf.graph_util.import_graph_def(definition, name="")
    return graph


@pytest.mark.parametrize("name", ["mobilenet_v3", "bert_like", "gpt_like"])
def test_whole_models_agree_with_the_profiler(name: str) -> None:
    model, inputs = ZOO[name]()
    assert_agrees_with_the_profiler(name, trace(model, inputs), profiled_flops(model, inputs))


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_known_models_agree_with_the_profiler(name: str) -> None:
    model, inputs = KNOWN_MODELS[name]()
    theirs = profiled_flops(model, inputs, inlined=False)
    assert_agrees_with_the_profiler(name, known_graph(name), theirs)


def assert_agrees_with_the_profiler(name: str, graph: Graph, theirs: int) -> None:
    costs = estimate_costs(graph)
    counted = [node.id for node in graph.nodes if node.type not in UNCOUNTED]
    ours = sum(costs.flops[node] or 0 for node in counted)
    report(name, "the profiler", ours, theirs)
    assert ours == pytest.approx(theirs, rel=TOLERANCE)


@pytest.mark.parametrize("name", KNOWN_MODELS)
def test_known_models_agree_with_the_cost_analysis_of_jax(name: str) -> None:
    graph = known_graph(name)
    # XLA does not count what convolutions multiply with the zeros of their padding: 4 % of a
    # ResNet50, nothing in a transformer.
    ours = estimate_costs(graph).total_flops - padding_flops(graph)
    theirs = counted_by_jax(name)
    for when, flops in theirs.items():
        report(name, f"JAX, {when}", ours, flops)
    assert ours == pytest.approx(theirs["lowered"], rel=TOLERANCE / 10)
    assert ours == pytest.approx(theirs["compiled"], rel=TOLERANCE)


def test_the_padding_of_a_residual_network_is_what_jax_leaves_out() -> None:
    graph = known_graph("resnet50")
    assert padding_flops(graph) / estimate_costs(graph).total_flops == pytest.approx(
        0.0405, abs=1e-3
    )


@cache
def known_graph(name: str) -> Graph:
    """Return the graph of a known model, traced once."""
    return trace(*KNOWN_MODELS[name]())


def counted_by_jax(name: str) -> dict[str, float]:
    """Return what JAX counts, in a process of its own."""
    pytest.importorskip("jax")
    command = [sys.executable, "-m", "tests.support.jax_costs", name]
    environment = {**os.environ, "KERAS_BACKEND": "jax"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(name: str, whom: str, ours: int, theirs: float) -> None:
    """Print both figures, for the documentation."""
    print(f"{name}: {ours:,} against {theirs:,.0f} of {whom} ({ours / theirs - 1:+.3%})")  # noqa: T201
