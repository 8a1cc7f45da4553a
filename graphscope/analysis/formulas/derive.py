"""The formulas of a graph, each exact and checked, or a note why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.analysis.costs.sizes import OpenSizes
from graphscope.analysis.formulas.fitting import Count, fit
from graphscope.analysis.formulas.formula import Formula
from graphscope.analysis.formulas.sampling import CostSampler
from graphscope.analysis.formulas.steps import find_steps
from graphscope.analysis.memory import MemoryPlan, Plan
from graphscope.analysis.parameters import count_parameters
from graphscope.graph import BATCH, Graph, Note

_START = {"T": 64, "H": 256, "W": 256, "D": 64}
"""Where counting starts: above the windows of usual models, in the sizes of usual inputs."""

_GROWTH = 8
_ATTEMPTS = 4


@dataclass(frozen=True)
class Formulas:
    """What a graph costs, in its open sizes."""

    steps: Mapping[str, int]
    """The open sizes, each with the number it must be a multiple of for the formulas to hold."""
    found: Mapping[str, Formula]
    """`parameters`, `flops`, `output_bytes`, `inference_memory` and `training_memory` (in bytes);
    those that are no polynomials are absent."""
    start: Mapping[str, Mapping[str, int]]
    """By formula, the smallest sizes at which it was checked."""
    notes: tuple[Note, ...] = ()

    def condition(self) -> str:
        """Return in words for which sizes the formulas hold; empty when for all.

        >>> Formulas({"B": 1, "H": 32, "W": 32}, {}, {}).condition()
        'where H and W are multiples of 32'
        """
        by_step: dict[int, list[str]] = {}
        for name, step in self.steps.items():
            if step > 1:
                by_step.setdefault(step, []).append(name)
        parts = [
            f"{_join(names)} {'are multiples' if len(names) > 1 else 'is a multiple'} of {step:,}"
            for step, names in by_step.items()
        ]
        return f"where {', '.join(parts)}" if parts else ""

    def as_dict(self) -> dict[str, Any]:
        """Return the formulas as JSON values."""
        return {
            "names": list(self.steps),
            "multiples_of": {name: step for name, step in self.steps.items() if step > 1},
            **{
                name: {"terms": formula.as_list(), "from": dict(self.start[name])}
                for name, formula in self.found.items()
            },
        }


def derive_formulas(graph: Graph, plans: MemoryPlan | None = None) -> Formulas:
    """Return what a graph costs as formulas in its open sizes.

    They are found by counting at some sizes and checked at others. Peak memory is the largest of
    what is held at many moments; its formula is that of large sizes.

    Args:
        graph: the graph.
        plans: what it holds in memory; without it there are no formulas for memory.
    """
    steps = find_steps(graph)
    if steps is None:
        text = "Its open sizes would have to be multiples of too much for formulas to hold."
        return Formulas({}, {}, {}, (Note("no-formula", text),))
    sampler = CostSampler(graph)
    start = _find_start(sampler, steps)
    counts: dict[str, Count] = {
        "parameters": lambda _sizes: count_parameters(graph).total,
        "flops": sampler.flops,
        "output_bytes": sampler.output_bytes,
    }
    if plans is not None and plans.has_flow:
        counts["inference_memory"] = _peak_of(plans.inference)
        counts["training_memory"] = _peak_of(plans.training)
    found: dict[str, Formula] = {}
    starts: dict[str, Mapping[str, int]] = {}
    for name, count in counts.items():
        for units in _grow(start):
            formula = fit(count, steps, units)
            if formula is not None:
                found[name] = formula
                starts[name] = {each: unit * steps[each] for each, unit in units.items()}
                break
    missing = [name.replace("_", " ") for name in counts if name not in found]
    return Formulas(steps, found, starts, _note_missing(missing, steps))


def _note_missing(missing: list[str], steps: Mapping[str, int]) -> tuple[Note, ...]:
    if not missing or not steps:
        return ()
    text = (
        f"No formula in {', '.join(steps)} was found for: {', '.join(missing)}. "
        "The numbers are those of the sizes that were asked for."
    )
    return (Note("no-formula", text),)


def _grow(start: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """Yield larger and larger sizes to begin with: which moment is the peak settles in the end."""
    for attempt in range(_ATTEMPTS):
        yield {name: unit * _GROWTH**attempt for name, unit in start.items()}


def _find_start(sampler: CostSampler, steps: Mapping[str, int]) -> dict[str, int]:
    """Return sizes, in steps, at which no tensor is smaller than nothing."""
    start = {
        name: 2 if name == BATCH else max(1, -(-_START.get(name[0], 16) // step))
        for name, step in steps.items()
    }
    for units in _grow(start):
        if not sampler.has_negative_sizes(
            {name: unit * steps[name] for name, unit in units.items()}
        ):
            return units
    return start


def _peak_of(plan: Plan) -> Count:
    return lambda sizes: plan.peak(OpenSizes(sizes.get(BATCH, 1), sizes))


def _join(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
