"""FLOPs of whole layers by class: for layer calls whose operations are not in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.analysis.costs.call import Call, Rule
from graphscope.analysis.costs.layers import attention, dense, normalization, recurrent, simple
from graphscope.analysis.costs.sizes import Sizes, UnknownCostError, count_elements


def _bidirectional(call: Call) -> int:
    name, config = _wrapped(call)
    # The rules of recurrent layers look at the input alone.
    inner = Call(name, call.arguments, call.results, (), config)
    # The two directions are joined end to end, or element by element.
    mode = call.settings.get("merge_mode", "concat")
    joining = 0 if mode in ("concat", None) else call.made * (2 if mode == "ave" else 1)
    return 2 * _rule(name)(inner) + joining


def _time_distributed(call: Call) -> int:
    name, config = _wrapped(call)
    arguments = tuple(_merge_time(sizes) for sizes in call.arguments)
    results = tuple(_merge_time(sizes) for sizes in call.results)
    return _rule(name)(Call(name, arguments, results, call.weights, config))


def _merge_time(sizes: Sizes | None) -> Sizes:
    """Return (batch, time, ...) as (batch * time, ...)."""
    if sizes is None or len(sizes) < 2:
        raise UnknownCostError
    return (count_elements(sizes[:2]), *sizes[2:])


def _spectral_normalization(call: Call) -> int:
    # At inference the wrapped layer runs as it is.
    name, config = _wrapped(call)
    return _rule(name)(Call(name, call.arguments, call.results, call.weights, config))


def _wrapped(call: Call) -> tuple[str, Mapping[str, Any]]:
    inner = call.settings.get("layer")
    if not isinstance(inner, Mapping) or not isinstance(inner.get("config"), Mapping):
        raise UnknownCostError
    return str(inner.get("class_name")), inner["config"]


def _rule(name: str) -> Rule:
    if name not in RULES:
        raise UnknownCostError
    return RULES[name]


RULES: dict[str, Rule] = {
    **simple.RULES,
    **normalization.RULES,
    **dense.RULES,
    **attention.RULES,
    **recurrent.RULES,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _time_distributed,
    "SpectralNormalization": _spectral_normalization,
}
"""A rule for each class of layer whose cost is known."""
