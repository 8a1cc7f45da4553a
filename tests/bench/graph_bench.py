"""How large a graph may be: 200,000 operations built, written, read and analysed.

Run `python tests/bench/graph_bench.py [OPERATIONS]`. Prints seconds and megabytes of each step; the
goal for building is under 3 s and 500 MB at 200,000 operations.
"""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, TypeVar

from graphscope.analysis import (
    check_consistency,
    count_parameters_by_call,
    critical_path,
    data_flow,
    estimate_costs,
    find_cut_points,
    find_roles,
    find_unreachable,
    take_inventory,
    topological_order,
)
from graphscope.graph import (
    Graph,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    Scope,
    ScopeKind,
    TensorSpec,
    Weight,
    from_json,
    to_json,
)

T = TypeVar("T")
OPERATIONS_PER_LAYER = 4
LAYERS_PER_BLOCK = 10
WIDE = TensorSpec(("B", 64), "float32")


def build(operations: int) -> Graph:
    """Return residual blocks of dense layers, as a trace of a deep model has them."""
    builder = GraphBuilder("bench")
    tensor = Port(builder.add_node("x", "Input", NodeKind.INPUT, outputs=(WIDE,)))
    for number in range(operations // (OPERATIONS_PER_LAYER * LAYERS_PER_BLOCK)):
        tensor = add_block(builder, f"block_{number}", tensor)
    return builder.build(outputs=[tensor], metadata={"format": "trace", "backend": "tensorflow"})


def add_block(builder: GraphBuilder, name: str, entry: Port) -> Port:
    block = builder.open_scope(name, "Block", ScopeKind.LAYER)
    tensor = entry
    for number in range(LAYERS_PER_BLOCK):
        tensor = add_layer(builder, f"dense_{number}", block, tensor)
    seal(builder, block, entry, tensor)
    return tensor


def add_layer(builder: GraphBuilder, name: str, block: str, entry: Port) -> Port:
    layer = builder.make_layer_id(f"{block}/{name}")
    kernel = builder.make_weight_id(layer, "kernel")
    builder.add_weight(Weight(kernel, "kernel", layer, (64, 64), "float32"))
    builder.add_layer(Layer(layer, name, "Dense", weights=(kernel,)))
    scope = builder.open_scope(name, "Dense", ScopeKind.LAYER, parent=block, layer=layer)
    product = add_operation(builder, "MatMul", scope, entry, weights=(kernel,))
    active = add_operation(builder, "Relu", scope, product)
    scaled = add_operation(builder, "Tanh", scope, active)
    tensor = add_operation(builder, "AddV2", scope, scaled)
    builder.add_edge(entry, tensor.node, 1)
    seal(builder, scope, entry, tensor)
    return tensor


def add_operation(builder: GraphBuilder, type_: str, scope: str, entry: Port, **facts: Any) -> Port:
    node = builder.add_node(type_, type_, NodeKind.OP, scope=scope, outputs=(WIDE,), **facts)
    builder.add_edge(entry, node, 0)
    return Port(node)


def seal(builder: GraphBuilder, scope: str, entry: Port, result: Port) -> None:
    open_ = builder.get_scope(scope)
    builder.put_scope(
        Scope(
            open_.id,
            open_.name,
            open_.type,
            open_.kind,
            open_.parent,
            open_.layer,
            inputs=(entry,),
            outputs=(result,),
        )
    )


def measure(label: str, work: Callable[[], T]) -> T:
    """Print how long some work takes; the second run, under `tracemalloc`, tells the memory."""
    gc.collect()
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    tracemalloc.start()
    again = work()
    kept, peak = (size / 1e6 for size in tracemalloc.get_traced_memory())
    tracemalloc.stop()
    del again
    print(f"{label:22} {seconds:7.2f} s {kept:8.0f} MB kept {peak:8.0f} MB peak")  # noqa: T201
    return result


def main(operations: int) -> None:
    graph = measure("build", lambda: build(operations))
    print(f"  {graph!r}")  # noqa: T201
    text = measure("to_json", lambda: to_json(graph))
    print(f"  {len(text) / 1e6:.0f} MB of text")  # noqa: T201
    measure("from_json", lambda: from_json(text))
    costs = measure("estimate_costs", lambda: estimate_costs(graph))
    measure("check_consistency", lambda: check_consistency(graph))
    measure("topological_order", lambda: topological_order(graph, "ops"))
    measure("critical_path (ops)", lambda: critical_path(graph, costs, "ops"))
    measure("find_cut_points", lambda: find_cut_points(graph))
    measure("find_roles", lambda: find_roles(graph))
    measure("find_unreachable", lambda: find_unreachable(graph))
    measure("parameters by call", lambda: count_parameters_by_call(graph))
    measure("data_flow (networkx)", lambda: data_flow(graph))
    measure("take_inventory", lambda: take_inventory(graph))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
