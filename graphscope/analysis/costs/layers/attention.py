"""Attention layers: projections, scores, softmax, the weighted sum, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from graphscope.analysis.costs.call import Call, Rule, as_int
from graphscope.analysis.costs.sizes import Sizes, UnknownCostError, known

_SOFTMAX = 5


@dataclass(frozen=True, slots=True)
class _Heads:
    """How an attention layer divides its work."""

    query: int
    key: int
    """Number of heads of key and value; fewer than `query` where groups share them."""
    key_size: int
    value_size: int


def _multi_head(call: Call) -> int:
    heads = as_int(call.settings.get("num_heads"))
    key_size = as_int(call.settings.get("key_dim"))
    value_size = call.settings.get("value_dim")
    value_size = key_size if value_size is None else as_int(value_size)
    return _projected_attention(call, _Heads(heads, heads, key_size, value_size))


def _grouped_query(call: Call) -> int:
    size = as_int(call.settings.get("head_dim"))
    query = as_int(call.settings.get("num_query_heads"))
    key = as_int(call.settings.get("num_key_value_heads"))
    return _projected_attention(call, _Heads(query, key, size, size))


def _projected_attention(call: Call, heads: _Heads) -> int:
    query, value, key = _query_value_key(call)
    queries, values = _places(query), _places(value)
    batch = known(query[0])
    pairs = queries * (values // max(1, batch))
    has_bias = bool(call.settings.get("use_bias", True))
    project = (
        _project(query, heads.query * heads.key_size, has_bias)
        + _project(key, heads.key * heads.key_size, has_bias)
        + _project(value, heads.key * heads.value_size, has_bias)
        + _project_back(call, queries, heads.query * heads.value_size, has_bias)
    )
    gate = _gate(call, query, heads, has_bias)
    # The scale is multiplied into the scores; on the way that allows dropout, into the query.
    scaled = queries * heads.key_size if call.settings.get("dropout") else pairs
    mix = pairs * heads.query * (2 * heads.key_size + _SOFTMAX + 2 * heads.value_size)
    return project + gate + mix + scaled * heads.query


def _gate(call: Call, query: Sizes, heads: _Heads, has_bias: bool) -> int:
    if not call.settings.get("use_gate"):
        return 0
    width = heads.query * heads.value_size
    # A sigmoid for each element of the gate, and its product with the attention.
    return _project(query, width, has_bias) + 2 * _places(query) * width


def _project(source: Sizes, width: int, has_bias: bool) -> int:
    return _places(source) * width * (2 * known(source[-1]) + has_bias)


def _project_back(call: Call, queries: int, width: int, has_bias: bool) -> int:
    return queries * (call.made // max(1, queries)) * (2 * width + has_bias)


def _query_value_key(call: Call) -> tuple[Sizes, Sizes, Sizes]:
    # A layer read from a file shows one tensor where query, value and key are the same.
    query = call.argument(0)
    value = call.argument(1) if len(call.arguments) > 1 else query
    key = call.argument(2) if len(call.arguments) > 2 else value
    if min(len(query), len(value), len(key)) < 2 or len(query) != len(key):
        raise UnknownCostError
    return query, value, key


def _places(sizes: Sizes) -> int:
    return prod(known(size) for size in sizes[:-1])


def _dot_product(call: Call) -> int:
    query, value, key = _query_value_key(call)
    pairs = _places(query) * known(value[-2])
    has_scale = bool(call.settings.get("use_scale", False))
    per_pair = 2 * known(key[-1]) + has_scale
    if call.settings.get("score_mode") == "concat":
        # Sum, scale, tanh and reduction over the features of each pair, then one more weight.
        per_pair = (3 + has_scale) * known(key[-1])
    return pairs * (per_pair + _SOFTMAX + 2 * known(value[-1]))


def _additive(call: Call) -> int:
    query, value, key = _query_value_key(call)
    pairs = _places(query) * known(value[-2])
    has_scale = bool(call.settings.get("use_scale", True))
    per_pair = (3 + has_scale) * known(key[-1]) - 1
    return pairs * (per_pair + _SOFTMAX + 2 * known(value[-1]))


RULES: dict[str, Rule] = {
    "MultiHeadAttention": _multi_head,
    "CachedMultiHeadAttention": _multi_head,
    "GroupedQueryAttention": _grouped_query,
    "GroupQueryAttention": _grouped_query,
    "Attention": _dot_product,
    "AdditiveAttention": _additive,
}
