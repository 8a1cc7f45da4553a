"""Edits of the factors by which layers shrink or enlarge a map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.parameters import parameter_of
from graphscope.doctor.facts.size_flow import SizeStep
from graphscope.doctor.findings import Fix
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.wording import label


def factor_fixes(case: Case, steps: Sequence[SizeStep], needed: int, got: int) -> Iterator[Fix]:
    """Let one layer that shrinks or enlarges the map do so by another factor.

    Args:
        case: the case.
        steps: what the layers do to the size.
        needed: the size that the output should have.
        got: the size that it has.
    """
    seen: set[int] = set()
    for step in reversed(steps):
        if step.factor == 1:
            continue
        layer = step.stage.call.operation
        made = creation_call(case, layer)
        if made is None or id(made[1]) in seen:
            continue
        seen.add(id(made[1]))
        wanted = step.factor * needed / got
        name, text = _factor_argument(layer, step.factor, wanted)
        if text is None:
            continue
        yield from _refactored(case, layer, name, int(text))
        if len(seen) > 3:
            return


def _refactored(case: Case, layer: Any, name: str, value: int) -> Iterator[Fix]:
    """Change a factor where it is written: in the layer's call, or where its value came from."""
    parameter = parameter_of(case, layer, name)
    if parameter is not None and parameter.origin.value == getattr(layer, name)[0]:
        yield from toward(
            case,
            parameter.origin,
            value,
            purpose=f"so that {label(layer)} has {name}={value}",
            likelihood=0.55,
            limit=2,
        )
        return
    fix = fix_creation(
        case, layer, name, str(value), title=f"Give {label(layer)} {name}={value}", likelihood=0.5
    )
    if fix is not None:
        yield fix


def _factor_argument(layer: object, factor: float, wanted: float) -> tuple[str, str | None]:
    if factor > 1:
        whole = round(wanted)
        name = "size" if hasattr(layer, "size") else "strides"
        return name, str(whole) if abs(whole - wanted) < 1e-9 and whole >= 1 else None
    stride = 1 / wanted
    whole = round(stride)
    name = "pool_size" if hasattr(layer, "pool_size") else "strides"
    return name, str(whole) if abs(whole - stride) < 1e-9 and whole >= 1 else None
