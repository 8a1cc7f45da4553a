"""What a jaxpr can hold: loops, branches, calls, caches, and what JAX leaves out of it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import pytest
from keras import layers, ops

from graphscope.analysis import check_consistency
from graphscope.errors import TraceError
from graphscope.graph import EdgeKind, Graph, NodeKind, ScopeKind
from graphscope.tracers.jax import trace


class Around(keras.Model):
    """A dense layer for `body` to call as it likes."""

    def __init__(self, body: Any) -> None:
        super().__init__(name="around")
        self.dense = layers.Dense(8)
        self.body = body

    def call(self, x: Any) -> Any:
        return self.body(self.dense, x)


def trace_around(body: Any, *, shape: tuple[int | None, ...] = (None, 8)) -> Graph:
    graph = trace(Around(body), keras.KerasTensor(shape))
    assert check_consistency(graph).ok
    return graph


def dense_calls(graph: Graph) -> list[str]:
    return [scope.id for scope in graph.scopes if scope.type == "Dense"]


def subgraphs(graph: Graph) -> dict[str, Any]:
    return {
        scope.id: scope.attributes.get("trip_count")
        for scope in graph.scopes
        if scope.kind is ScopeKind.SUBGRAPH
    }


def test_a_scan_knows_its_length_and_carries_state() -> None:
    def body(dense: Any, x: Any) -> Any:
        carry, steps = jax.lax.scan(lambda c, _: (dense(c), c.sum()), x, None, length=5)
        return carry + steps[-1]

    graph = trace_around(body)
    assert subgraphs(graph) == {"scan": 5}
    assert dense_calls(graph) == ["scan/dense"]
    carried = [edge for edge in graph.edges if edge.kind is EdgeKind.STATE]
    assert {edge.source for edge in carried} == {"scan/dense/add"}
    stacked = graph.node_by_id["scan/scan_stack"]
    assert str(stacked.outputs[0]) == "5 float32"


def test_a_scan_over_an_open_axis_has_its_name_for_a_length() -> None:
    def body(dense: Any, x: Any) -> Any:
        steps = jnp.moveaxis(x, 1, 0)
        return jax.lax.scan(lambda c, step: (c + dense(step), None), x[:, 0], steps)[0]

    graph = trace_around(body, shape=(None, None, 8))
    assert subgraphs(graph) == {"scan": "T"}
    assert str(graph.node_by_id["scan/scan_slice"].outputs[0]) == "B×8 float32"


def test_a_while_loop_counts_its_trips() -> None:
    def body(dense: Any, x: Any) -> Any:
        return ops.while_loop(lambda i, _: i < 7, lambda i, y: (i + 2, dense(y)), (0, x))[1]

    graph = trace_around(body)
    assert subgraphs(graph) == {"while": 4, "while/cond": None, "while/body": None}
    assert dense_calls(graph) == ["while/body/dense"]


def test_a_loop_of_open_length_says_so() -> None:
    def body(dense: Any, x: Any) -> Any:
        return jax.lax.while_loop(lambda y: y.sum() < 9.0, dense, x)

    assert subgraphs(trace_around(body))["while"] is None


def test_branches_meet_in_a_choice() -> None:
    def body(dense: Any, x: Any) -> Any:
        return jax.lax.cond(x.sum() > 0, dense, lambda y: y * 2.0, x)

    graph = trace_around(body)
    assert dense_calls(graph) == ["cond/branch_1/dense"]
    choice = graph.node_by_id["cond/choose"]
    sources = [edge.source for edge in graph.incoming[choice.id]]
    assert sources[1:] == ["cond/branch_0/mul", "cond/branch_1/dense/add"]


def test_functions_are_opened_and_single_operations_stand_alone() -> None:
    @jax.jit
    def twice(y: Any) -> Any:
        return jnp.sin(y) * 2.0

    graph = trace_around(lambda dense, x: jnp.maximum(jax.jit(jnp.cos)(twice(dense(x))), 0.0))
    assert subgraphs(graph) == {"twice": None}
    outside = [node.type for node in graph.nodes if node.scope == "/" and node.kind is NodeKind.OP]
    assert outside == ["cos", "max"]


def test_a_jitted_function_is_opened_at_each_call() -> None:
    model = Around(None)
    double = jax.jit(lambda y: model.dense(y) * 2.0)
    model.body = lambda _dense, x: double(double(x))
    graph = trace(model, keras.KerasTensor((None, 8)))
    assert len(dense_calls(graph)) == 2
    assert check_consistency(graph).ok
    # The user's own calls of the function see nothing of the trace, nor it of theirs.
    first = model(jnp.ones((2, 8)))
    assert trace(model, keras.KerasTensor((2, 8))).scopes[1:]
    assert (model(jnp.ones((2, 8))) == first).all()


def test_rematerialized_layers_are_opened() -> None:
    graph = trace_around(lambda dense, x: jax.checkpoint(lambda y: dense(jnp.sin(y)) + y)(x))
    assert list(subgraphs(graph)) == ["remat"]
    assert dense_calls(graph) == ["remat/dense"]


def test_own_derivatives_are_opened() -> None:
    @jax.custom_vjp
    def clipped(y: Any) -> Any:
        return jnp.clip(y, -1.0, 1.0) * 3.0

    clipped.defvjp(lambda y: (clipped(y), None), lambda _, g: (g,))
    graph = trace_around(lambda dense, x: clipped(jax.nn.silu(dense(x))))
    types = {node.type for node in graph.nodes}
    assert {"logistic", "mul"} <= types
    assert not {"custom_vjp_call", "jit"} & types


def test_vectorized_and_differentiated_layers_keep_their_owner() -> None:
    mapped = trace_around(lambda dense, x: ops.vectorized_map(lambda row: dense(row[None])[0], x))
    assert dense_calls(mapped) == ["dense"]
    slope = trace_around(lambda dense, x: jax.grad(lambda y: jnp.sum(dense(y) ** 2))(x))
    assert len(dense_calls(slope)) == 1


def test_operations_that_nothing_needs_are_left_out_and_counted() -> None:
    def body(dense: Any, x: Any) -> Any:
        jnp.sin(jnp.cos(x))
        return dense(x)

    graph = trace_around(body)
    assert not {"sin", "cos"} & {node.type for node in graph.nodes}
    assert graph.metadata["dead_ops"] == 2


def test_literals_are_constants_with_a_value() -> None:
    graph = trace_around(lambda dense, x: dense(x) / x.shape[0] + 0.5)
    values = [node.attributes["value"] for node in graph.nodes if node.type == "literal"]
    assert values == ["B", "0.5"]


def test_a_model_that_refuses_an_open_batch_is_traced_with_a_fixed_one() -> None:
    def body(dense: Any, x: Any) -> Any:
        if x.shape[0] > 4:
            raise ValueError("the batch is too large")
        return dense(x)

    graph = trace_around(body)
    assert [note.code for note in graph.notes] == ["sizes-fixed"]
    assert str(graph.spec(graph.outputs[0])) == "1×8 float32"


def test_a_model_that_raises_is_explained() -> None:
    def body(dense: Any, x: Any) -> Any:
        return dense(x) + jnp.ones((3,))

    with pytest.raises(TraceError, match=r"'around' raised .*test_programs\.py"):
        trace_around(body)


def test_a_sparse_input_is_two_tensors() -> None:
    x = keras.Input((6,), sparse=True, name="words")
    graph = trace(keras.Model(x, layers.Dense(3)(x)))
    inputs = [node.id for node in graph.nodes if node.kind is NodeKind.INPUT]
    assert inputs == ["words%2Fvalues", "words%2Findices"]
    assert str(graph.spec(graph.outputs[0])) == "B×3 float32"


def test_strings_are_told_to_be_impossible() -> None:
    with pytest.raises(TraceError, match="takes strings"):
        trace(Around(lambda dense, x: dense(x)), keras.KerasTensor((None,), dtype="string"))
