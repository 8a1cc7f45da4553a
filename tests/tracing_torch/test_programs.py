"""What PyTorch programs do to tensors, and what the tracer makes of it."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import pytest
import torch
from keras import layers, ops
from torch.utils.flop_counter import FlopCounterMode

from graphscope.analysis import check_consistency
from graphscope.analysis.costs import estimate_costs
from graphscope.errors import TraceError
from graphscope.graph import EdgeKind, Graph, NodeKind, to_json
from graphscope.tracers.torch import trace

pytestmark = pytest.mark.filterwarnings(
    # Some programs do not call the layer that their model holds.
    "ignore:`build\\(\\)` was called on layer:UserWarning",
)

X = keras.KerasTensor((None, 6, 4))


class Program(keras.Model):
    """A model that calls one function."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.dense = layers.Dense(4, name="dense")
        self.function = function

    def call(self, x: Any) -> Any:
        return self.function(self, x)


def run(function: Any, inputs: Any = X) -> Graph:
    graph = trace(Program(function), inputs)
    assert not check_consistency(graph).violations
    return graph


def takers(graph: Graph, node: str) -> list[str]:
    return [edge.target for edge in graph.edges if edge.source == node]


def makers(graph: Graph, node: str) -> list[str]:
    return [edge.source for edge in graph.incoming.get(node, ())]


def test_write_in_place_makes_a_new_value() -> None:
    def write(_model: Any, x: Any) -> Any:
        y = x * 2
        before = y.abs()
        y.add_(1)
        return before + y

    graph = run(write)
    assert graph.node_by_id["add"].attributes["in_place"] is True
    assert takers(graph, "mul") == ["abs", "add"]
    assert makers(graph, "add#2") == ["abs", "add"]


def test_write_through_a_view_reaches_the_whole() -> None:
    def write(_model: Any, x: Any) -> Any:
        y = x * 2
        y[:, 0] = 1.0
        return y.sum()

    graph = run(write)
    assert makers(graph, "sum") == ["updated"]
    assert makers(graph, "updated") == ["mul", "fill"]


def test_constants_are_known_and_may_be_looked_at() -> None:
    def look(_model: Any, x: Any) -> Any:
        steps = torch.arange(3)
        return x * float(steps.sum()) if steps[1] == 1 else x

    graph = run(look)
    assert [node.type for node in graph.nodes if node.kind is NodeKind.OP] == ["mul"]


def test_number_becomes_a_constant_node() -> None:
    graph = run(lambda _model, x: x + torch.tensor(2.5))
    (constant,) = [node for node in graph.nodes if node.kind is NodeKind.CONSTANT]
    assert constant.attributes["value"] == "2.5"


@pytest.mark.parametrize(
    "function",
    [
        lambda _model, x: x * 2 if x.sum() > 0 else x,
        lambda _model, x: x * int(x[0, 0, 0]),
        lambda _model, x: x[x > 0],
        lambda _model, x: ops.convert_to_tensor(np.asarray(x.detach().numpy()) + 1),
    ],
)
def test_program_that_needs_elements_is_told_what_to_write(function: Any) -> None:
    with pytest.raises(
        TraceError, match=r"test_programs\.py:\d+ depends on the elements"
    ) as raised:
        trace(Program(function), X)
    assert raised.value.remedy == "Write it with keras.ops.cond, where or while_loop."


def test_loops_are_run_once_and_know_their_trips() -> None:
    def loop(model: Any, x: Any) -> Any:
        _, y = ops.while_loop(
            lambda count, _: count < 5, lambda count, y: (count + 1, model.dense(y)), (0, x)
        )
        return y

    graph = run(loop)
    (scope,) = [scope for scope in graph.scopes if "trip_count" in scope.attributes]
    assert scope.attributes["trip_count"] == 5
    assert [node.id for node in graph.nodes if node.type == "mm"] == ["while/body/dense/mm"]
    assert {edge.kind for edge in graph.edges if edge.source == "while/body/dense/add"} >= {
        EdgeKind.STATE
    }


def test_recurrence_over_an_open_time_has_a_formula() -> None:
    x = keras.Input((None, 3), name="x")
    graph = trace(keras.Model(x, layers.LSTM(4, return_sequences=True)(x)))
    (scope,) = [scope for scope in graph.scopes if "trip_count" in scope.attributes]
    assert scope.attributes["trip_count"] == "T"
    assert graph.spec(graph.outputs[0]).shape == ("B", "T", 4)


def test_folded_recurrence_has_the_shapes_of_keras() -> None:
    for layer in (
        layers.LSTM(5, return_sequences=True, return_state=True),
        layers.GRU(5, go_backwards=True, return_state=True),
        layers.SimpleRNN(5, return_sequences=True, return_state=True),
        layers.LSTM(5, recurrent_activation="relu", use_bias=False),
    ):
        x = keras.Input((7, 3))
        model = keras.Model(x, layer(x))
        expected = {("B", *tensor.shape[1:]) for tensor in keras.tree.flatten(model.output)}
        graph = trace(model)
        assert {graph.spec(port).shape for port in graph.outputs} == expected


def test_random_numbers_follow_from_the_seed() -> None:
    class Noisy(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.seed = keras.random.SeedGenerator(1)

        def call(self, x: Any) -> Any:
            return x + keras.random.normal((4,), seed=self.seed)

    graph = trace(Noisy(), X)
    assert "normal" in graph.node_by_id
    assert makers(graph, "normal") or graph.node_by_id["normal"].weights


def test_products_are_those_of_pytorch_s_own_counter() -> None:
    x = keras.Input((16, 16, 3))
    y = layers.Conv2D(8, 3, strides=2, padding="same")(x)
    y = layers.DepthwiseConv2D(3)(y)
    y = layers.Conv2DTranspose(4, 3)(y)
    model = keras.Model(x, layers.Dense(7)(layers.Flatten()(y)))
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(np.zeros((1, 16, 16, 3), "float32"))
    graph = trace(model)
    costs = estimate_costs(graph)
    # The counter leaves the biases of convolutions out.
    biases = sum(
        (costs.output_bytes[node.id] or 0) // 4
        for node in graph.nodes
        if node.type == "convolution" and len(node.weights) > 1
    )
    products = ("convolution", "mm", "addmm", "bmm")
    ours = sum(costs.flops[node.id] or 0 for node in graph.nodes if node.type in products) - biases
    assert ours == counter.get_total_flops()


def test_model_stays_unbuilt_and_without_memory() -> None:
    model = Program(lambda model, x: model.dense(x))
    first = to_json(trace(model, X))
    assert not model.built
    assert not model.dense.built
    assert to_json(trace(model, X)) == first
    assert keras.ops.cond.__module__ == "keras.src.ops.core"


def test_two_threads_trace_at_once() -> None:
    def make() -> keras.Model:
        return keras.Sequential(
            [keras.Input((4,), name="x"), layers.Dense(3, name="a")], name="net"
        )

    models = [make() for _ in range(3)]
    expected = to_json(trace(make()))
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda model=model: found.append(to_json(trace(model))))
        for model in models
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 3


def test_lines_are_those_of_the_program() -> None:
    graph = run(lambda model, x: model.dense(x) + 1)
    assert {str(node.source).partition(":")[0] for node in graph.nodes if node.source} == {
        "tests/tracing_torch/test_programs.py"
    }


def test_inputs_that_pytorch_has_no_tensors_for() -> None:
    with pytest.raises(TraceError, match="holds strings, which PyTorch has no tensors for"):
        trace(keras.Sequential([layers.Identity()]), keras.KerasTensor((None,), dtype="string"))
    with pytest.raises(TraceError, match="is sparse, which Keras does not support on PyTorch"):
        trace(keras.Sequential([layers.Dense(2)]), keras.KerasTensor((None, 4), sparse=True))


def test_model_that_fails_shows_what_it_did_before() -> None:
    x = keras.Input((6,), name="x")
    y = layers.Dense(4, name="first")(x)
    model = keras.Model(x, layers.Dense(3, name="second")(y), name="net")
    model.layers[-1].call = lambda inputs: ops.matmul(inputs, ops.ones((5, 3)))

    with pytest.raises(TraceError, match="The model 'net' raised") as raised:
        trace(model)

    graph = raised.value.graph
    assert graph is not None
    assert [node.id for node in graph.nodes if node.type == "mm"] == ["first/mm"]
    assert graph.scope_by_id["second"].attributes["failed"] is True
    assert [(note.code, note.subject) for note in graph.notes] == [("call-failed", "second")]
