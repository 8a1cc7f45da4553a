"""Multiplications with the zeros of a padding, which TensorFlow counts and XLA does not."""

from __future__ import annotations

from math import prod

from graphscope.analysis import estimate_costs
from graphscope.graph import Graph, Node


def padding_flops(graph: Graph) -> int:
    """Return how many of the FLOPs of two-dimensional convolutions meet zeros, for a batch of 1.

    XLA's cost analysis counts only the places of a window that lie on the image
    (`HloCostAnalysis::HandleConvolution`).
    """
    flops = estimate_costs(graph).flops
    return sum(
        round((flops[node.id] or 0) * (1 - _share_on_image(graph, node)))
        for node in graph.nodes
        if node.type == "Conv2D" and node.attributes["padding"] == "SAME"
    )


def _share_on_image(graph: Graph, node: Node) -> float:
    (image,) = (edge.tensor for edge in graph.incoming[node.id] if edge.target_port == 0)
    sizes, results = graph.spec(image).shape, node.outputs[0].shape
    window = graph.weight_by_id[node.weights[0]].shape
    assert sizes is not None
    assert results is not None
    strides = node.attributes["strides"]
    axes = [(sizes[axis], results[axis], window[axis - 1], strides[axis]) for axis in (1, 2)]
    return prod(_share_on_line(*axis) for axis in axes)


def _share_on_line(size: object, results: object, window: int, stride: int) -> float:
    assert isinstance(size, int)
    assert isinstance(results, int)
    padding = max((results - 1) * stride + window - size, 0)
    starts = (result * stride - padding // 2 for result in range(results))
    inside = sum(0 <= start + offset < size for start in starts for offset in range(window))
    return inside / (results * window)
