"""Fixes where one branch was enlarged more or less than it had been made smaller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.parameters import parameter_of
from graphscope.doctor.facts.size_causes import Sizes, growth_of, is_growing
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Stage
from graphscope.doctor.wording import label


def scale_fixes(case: Case, sizes: Sizes) -> Iterator[Fix | None]:
    """Yield the fixes: enlarge by as much as the strides divided."""
    ratio = sizes.ratio
    behind = [each for each in sizes.ways.right if is_growing(each.call.operation)]
    idle = [each for each in behind if growth_of(each.call.operation) == 1]
    if idle:
        yield _growing_by(case, idle[-1], ratio, RepairClass.A, 0.9)
    elif behind:
        yield _growing_by(
            case, behind[-1], growth_of(behind[-1].call.operation) * ratio, RepairClass.B, 0.6
        )
    grown = [each for each in sizes.ways.left if growth_of(each.call.operation) > 1]
    yield from _striding_again(case, sizes, grown)
    if grown:
        before = growth_of(grown[-1].call.operation)
        if before % ratio == 0:
            yield _growing_by(case, grown[-1], before // ratio, RepairClass.B, 0.8)


def _striding_again(case: Case, sizes: Sizes, grown: list[Stage]) -> Iterator[Fix | None]:
    """Halve the map on the way down, where a stride of 1 is written that was to undo the growth."""
    for stage in reversed(sizes.ways.left):
        layer = stage.call.operation
        if grown and growth_of(grown[-1].call.operation) != sizes.ratio:
            return
        strides = getattr(layer, "strides", None)
        is_still = isinstance(strides, tuple) and set(strides) == {1} and not is_growing(layer)
        source = parameter_of(case, layer, "strides") if is_still else None
        if source is not None and source.origin.value == 1:
            yield from toward(
                case, source.origin, sizes.ratio, likelihood=0.9, limit=2,
                purpose=f"so that {label(layer)} divides what is multiplied again",
            )  # fmt: skip
            return


def _growing_by(
    case: Case, stage: Stage, factor: int, repair_class: RepairClass, likelihood: float
) -> Fix | None:
    layer: Any = stage.call.operation
    name = "size" if type(layer).__name__.startswith("UpSampling") else "strides"
    return fix_creation(
        case, layer, name, str(factor),
        title=f"Give {label(layer)} {name}={factor}, so that it enlarges as much as was divided",
        repair_class=repair_class, likelihood=likelihood,
    )  # fmt: skip
