"""Attention layers: projections, scores, softmax, the weighted sum, and the way back."""

from __future__ import annotations

from graphscope.analysis.memory.expansion import Expansion
from graphscope.analysis.memory.layers.simple import drop
from graphscope.graph import Dimension, TensorSpec


def attend(call: Expansion) -> int:
    """Write an attention with projections: `MultiHeadAttention`, `GroupedQueryAttention`."""
    query = call.inputs[0]
    value = call.inputs[1] if len(call.inputs) > 1 else query
    key = call.inputs[2] if len(call.inputs) > 2 else value
    config = call.config
    heads = config.get("num_heads", config.get("num_query_heads"))
    size = config.get("key_dim", config.get("head_dim"))
    key_heads = config.get("num_key_value_heads", heads)
    value_size = config.get("value_dim") or size
    q, v, k = (call.spec(tensor).shape for tensor in (query, value, key))
    if not q or not v or not k:
        return call.assume()[0]
    uses_bias = bool(config.get("use_bias", True))
    queries = _project(call, query, call.like(*q[:-1], heads, size), uses_bias)
    keys = _project(call, key, call.like(*k[:-1], key_heads, size), uses_bias)
    values = _project(call, value, call.like(*v[:-1], key_heads, value_size), uses_bias)
    queries = call.step("Mul", [queries], call.spec(queries))
    pairs: tuple[Dimension, ...] = (q[0], heads, *q[1:-1], *v[1:-1])
    scores = call.step("Einsum", [keys, queries], call.like(*pairs))
    scores = call.step("Softmax", [scores], call.like(*pairs))
    if config.get("dropout") and call.is_training():
        scores = drop(call, scores)
    mixed = call.step("Einsum", [scores, values], call.like(*q[:-1], heads, value_size))
    return _project(call, mixed, call.result, uses_bias)


def _project(call: Expansion, source: int, spec: TensorSpec, uses_bias: bool) -> int:
    made = call.step("Einsum", [source], spec, weights=1)
    return call.step("AddV2", [made], spec, weights=1) if uses_bias else made


def attend_directly(call: Expansion) -> int:
    """Write an attention without projections: `Attention`."""
    query, value = call.inputs[0], call.inputs[min(1, len(call.inputs) - 1)]
    key = call.inputs[2] if len(call.inputs) > 2 else value
    q, v = call.spec(query).shape, call.spec(value).shape
    if not q or not v or len(q) < 3:
        return call.assume()[0]
    pairs = call.like(q[0], q[1], v[1])
    scores = call.step("Softmax", [call.step("BatchMatMulV2", [query, key], pairs)], pairs)
    return call.step("BatchMatMulV2", [scores, value])
