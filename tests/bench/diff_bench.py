"""How fast two graphs are compared: 5,000 nodes each, nested and flat, alike and unlike.

Run `python -m tests.bench.diff_bench [NODES]`. Prints CPU seconds, and the ratio to reading both
graphs from JSON, which is the least that a comparison of two files costs. The goal is under 2 s.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from graphscope.analysis.diff import GraphDiff, compare_graphs
from graphscope.graph import (
    Graph,
    GraphBuilder,
    Layer,
    NodeKind,
    Port,
    TensorSpec,
    Weight,
    from_json,
    to_json,
)
from tests.bench.graph_bench import build as build_nested

T = TypeVar("T")


def build_flat(layers: int, *, seed: int, left_out: float = 0.0, equal: bool = False) -> Graph:
    """Return a functional model of many layers side by side, with skips; names count up.

    Args:
        layers: how many.
        seed: the same seed gives the same layers.
        left_out: the part of the layers that is missing.
        equal: whether all layers are of one width, which makes them hard to tell apart.
    """
    choice, missing = random.Random(seed), random.Random(1)
    builder = GraphBuilder("flat")
    tensor = Port(builder.add_node("x", "Input", NodeKind.INPUT, outputs=[_spec(64)]))
    skip, number = tensor, 0
    for _ in range(layers):
        units = 64 if equal else choice.choice([32, 64, 128, 256])
        is_sum = choice.random() < 0.1
        if missing.random() < left_out:
            continue
        number += 1
        if is_sum:
            node = builder.add_node(f"add_{number}", "Add", NodeKind.LAYER, outputs=[_spec(units)])
            builder.add_edge(tensor, node, 0)
            builder.add_edge(skip, node, 1)
            tensor = skip = Port(node)
        else:
            tensor = _add_dense(builder, f"dense_{number}", tensor, units)
    return builder.build(outputs=[tensor], metadata={"format": "trace", "backend": "tensorflow"})


def _spec(units: int) -> TensorSpec:
    return TensorSpec(("B", units), "float32")


def _add_dense(builder: GraphBuilder, name: str, tensor: Port, units: int) -> Port:
    layer = builder.make_layer_id(name)
    kernel = builder.make_weight_id(layer, "kernel")
    config = {"name": name, "units": units, "activation": "relu", "use_bias": False}
    builder.add_weight(Weight(kernel, "kernel", layer, (64, units), "float32"))
    builder.add_layer(Layer(layer, name, "Dense", weights=(kernel,), config=config))
    node = builder.add_node(
        name, "Dense", NodeKind.LAYER, outputs=[_spec(units)], layer=layer, weights=(kernel,)
    )
    builder.add_edge(tensor, node, 0)
    return Port(node)


def with_other_types(graph: Graph, share: float) -> Graph:
    """Return the graph with a part of its operations of another type."""
    choice = random.Random(0)
    nodes = [
        replace(node, type="Sigmoid")
        if node.kind is NodeKind.OP and choice.random() < share
        else node
        for node in graph.nodes
    ]
    return replace(graph, nodes=tuple(nodes))


def measure(label: str, before: Graph, after: Graph) -> GraphDiff:
    """Print how long a comparison takes, in seconds and against reading both graphs."""
    texts = to_json(before), to_json(after)
    reading, _ = _time(lambda: [from_json(text) for text in texts])
    seconds, found = _time(lambda: compare_graphs(before, after))
    nodes = len(before.nodes), len(after.nodes)
    print(  # noqa: T201
        f"{label:34} {nodes[0]:6,} and {nodes[1]:6,} nodes {seconds:6.2f} s CPU, "
        f"{seconds / reading:5.1f} times reading them; {found!r}"
    )
    return found


def _time(work: Callable[[], T]) -> tuple[float, T]:
    best, result = float("inf"), None
    for _ in range(3):
        start = time.process_time()
        result = work()
        best = min(best, time.process_time() - start)
    assert result is not None
    return best, result


def main(nodes: int) -> None:
    nested = build_nested(nodes)
    measure("nested, equal", nested, build_nested(nodes))
    measure("nested, a tenth fewer blocks", nested, build_nested(nodes * 9 // 10))
    measure("nested, 2 % of operations changed", nested, with_other_types(nested, 0.02))
    measure("nested, half of them changed", nested, with_other_types(nested, 0.5))
    flat = build_flat(nodes, seed=0)
    measure("flat, equal", flat, build_flat(nodes, seed=0))
    measure("flat, 1 % left out", flat, build_flat(nodes, seed=0, left_out=0.01))
    measure("flat, 20 % left out", flat, build_flat(nodes, seed=0, left_out=0.2))
    measure("flat, nothing in common", flat, build_flat(nodes, seed=7))
    same = build_flat(nodes, seed=0, equal=True)
    measure(
        "flat, all alike, 5 % left out", same, build_flat(nodes, seed=0, left_out=0.05, equal=True)
    )
    measure("nested against flat", nested, flat)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000)
