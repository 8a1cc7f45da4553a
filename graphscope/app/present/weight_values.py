"""What the numbers in the weights of a call look like, as the panel shows it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from graphscope.app.facts import Facts
from graphscope.app.origin import WeightValues
from graphscope.errors import GraphscopeError
from graphscope.exporters.drawing import make_safe
from graphscope.session.rebuilding.merge import weight_places

if TYPE_CHECKING:
    from graphscope.analysis.number_summary import NumberSummary

MOST_WEIGHTS = 12
"""Of one layer; the panel tells how many there are besides."""


def present_weights(facts: Facts, values: WeightValues, item: str) -> dict[str, Any]:
    """Return the statistics of the weights of a call as JSON values.

    `weights` has an entry for each: `name`, `size`, and either the fields of `NumberSummary` or
    `error`.
    """
    call = facts.call(item)
    weights = facts.weights_of(call) if call is not None else []
    shown = weights[:MOST_WEIGHTS]
    places = weight_places(facts.graph)
    wanted = [places.get(weight.id, weight.id) for weight in shown]
    rows = [
        {"name": make_safe(weight.name), "size": weight.size} | _describe(found)
        for weight, found in zip(shown, _find(values, wanted), strict=True)
    ]
    return {"weights": rows, "more": max(0, len(weights) - MOST_WEIGHTS)}


def _find(values: WeightValues, weights: list[str]) -> list[NumberSummary | GraphscopeError | None]:
    if not weights:
        return []
    try:
        return values.summarise(weights)
    except GraphscopeError as error:
        return [error] * len(weights)


def _describe(found: NumberSummary | GraphscopeError | None) -> dict[str, Any]:
    if found is None:
        return {"error": "No values are at hand."}
    if isinstance(found, GraphscopeError):
        return {"error": make_safe(str(found))}
    return asdict(found)
