"""Calls and whole graphs in numbers."""

from __future__ import annotations

import re

from graphscope.analysis.costs import Costs
from graphscope.analysis.diff.entry import Entry, Tree
from graphscope.analysis.diff.result import CallSummary, Totals
from graphscope.analysis.memory import prepare_memory
from graphscope.analysis.parameters import count_parameters
from graphscope.graph import BATCH, Graph, Weight

_BITS = {"bool": 8, "half": 16, "bfloat16": 16, "complex64": 64, "complex128": 128}


def summarise(entry: Entry, costs: Costs | None) -> CallSummary:
    """Return a call in numbers, with what is inside it."""
    inside = list(entry.walk())
    weights = [weight for each in inside for weight in each.weights.values()]
    return CallSummary(
        id=entry.id,
        name=entry.name,
        type=entry.type,
        kind=entry.kind,
        layer=entry.layer,
        output=", ".join(str(spec) for spec in entry.outputs),
        calls=entry.size,
        parameters=sum(weight.size for weight in weights),
        flops=costs.flops.get(entry.id) if costs else None,
        output_bytes=costs.output_bytes.get(entry.id) if costs else None,
        weights=tuple(weight.id for weight in weights),
        inside=tuple(each.id for each in inside[1:]),
    )


def total(graph: Graph, tree: Tree, costs: Costs) -> Totals:
    """Return a whole graph in numbers."""
    parameters = count_parameters(graph)
    plans = prepare_memory(graph)
    sizes = {BATCH: costs.batch}
    root = graph.scopes[0].layer
    return Totals(
        parameters=parameters.total,
        trainable_parameters=parameters.trainable,
        weight_bytes=sum(_count_bytes(weight) for weight in graph.weights),
        flops=costs.total_flops,
        unknown_flops=costs.unknown_count,
        output_bytes=costs.total_output_bytes,
        inference_bytes=plans.inference.evaluate(sizes).peak if plans.has_flow else None,
        training_bytes=plans.training.evaluate(sizes).peak if plans.has_flow else None,
        calls=sum(entry.kind in ("layer", "operation") for entry in tree.root.walk()) - 1,
        layers=sum(layer.id != root for layer in graph.layers),
        layers_of_unknown_weights=parameters.unknown_layers,
        unknown_outputs=sum(costs.output_bytes[node.id] is None for node in graph.nodes),
    )


def _count_bytes(weight: Weight) -> int:
    digits = re.search(r"\d+", weight.dtype)
    bits = _BITS.get(weight.dtype) or (int(digits[0]) if digits else 32)
    return weight.size * bits // 8
