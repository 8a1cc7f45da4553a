"""Peak memory on the command line: its options, its lines, and what fits."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import click

from graphscope.analysis.memory import (
    SLOTS,
    Fit,
    Memory,
    MemoryPlan,
    Role,
    find_largest_batch,
    prepare_memory,
)
from graphscope.app.present.values import format_bytes
from graphscope.graph import BATCH, Graph

F = TypeVar("F", bound=Callable[..., Any])

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(k|m|g|t)?(i)?b", re.IGNORECASE)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of memory as the user wrote it."""

    text: str
    bytes: int


def parse_amount(text: str) -> Amount | None:
    """Return an amount of memory; None when the text is none.

    >>> [amount and amount.bytes for amount in map(parse_amount, ("24GB", "1.5 GiB", "80mb", "24"))]
    [24000000000, 1610612736, 80000000, None]
    """
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        return None
    base = 1024 if found[3] else 1000
    return Amount(text.strip(), int(float(found[1]) * base ** _POWERS[(found[2] or "").lower()]))


class AmountType(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.5
    """An amount of memory on the command line."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read one amount."""
        amount = parse_amount(value)
        if amount is None:
            self.fail(
                f"{value!r} is not an amount of memory; write a number and a unit, as in 24GB "
                "(10^9 bytes each), 24GiB (2^30) or 800MB.",
                param,
                ctx,
            )
        return amount


def memory_options(command: F) -> F:
    """Add `--fits` and `--optimizer`."""
    fits = click.option(
        "--fits",
        "limit",
        type=AmountType(),
        metavar="AMOUNT",
        help="Say how large a batch fits into this much memory, as in 24GB or 16GiB.",
    )
    optimizer = click.option(
        "--optimizer",
        type=click.Choice(sorted(SLOTS)),
        help="What the model is trained with, for the memory of training. By default what it was "
        "compiled with, or else adam.",
    )
    return fits(optimizer(command))


@dataclass(frozen=True, slots=True)
class MemoryReport:
    """What `info` says about memory."""

    plans: MemoryPlan
    batch: int
    inference: Memory
    training: Memory
    limit: Amount | None = None
    inference_fit: Fit | None = None
    training_fit: Fit | None = None
    has_unknown_weights: bool = False
    """Whether some layers own weights that are not known, and so are not counted."""

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        optimizer = self.plans.optimizer
        found: dict[str, Any] = {
            "data_flow": self.plans.has_flow,
            "inference": self.inference.as_dict(),
            "training": self.training.as_dict(),
            "optimizer": {
                "name": optimizer.name,
                "slots": optimizer.slots,
                "assumed": optimizer.is_assumed,
            },
            "compiled": self.plans.compiled,
        }
        if self.limit and self.inference_fit and self.training_fit:
            found["fits"] = {
                "limit": self.limit.bytes,
                "inference": self.inference_fit.as_dict(),
                "training": self.training_fit.as_dict(),
            }
        return found


def take_memory(
    graph: Graph,
    batch: int,
    sizes: Mapping[str, int],
    *,
    optimizer: str | None = None,
    limit: Amount | None = None,
) -> MemoryReport:
    """Estimate the peak memory of a graph, and what fits into a limit."""
    plans = prepare_memory(graph, optimizer=optimizer)
    numbers = {**sizes, BATCH: batch}
    report = MemoryReport(
        plans,
        batch,
        plans.inference.evaluate(numbers),
        plans.training.evaluate(numbers),
        has_unknown_weights=any(layer.has_unknown_weights for layer in graph.layers),
    )
    if limit is None:
        return report
    return replace(
        report,
        limit=limit,
        inference_fit=find_largest_batch(plans.inference, limit.bytes, sizes),
        training_fit=find_largest_batch(plans.training, limit.bytes, sizes),
    )


def list_memory(report: MemoryReport) -> list[tuple[str, str]]:
    """Return the lines about memory as labels and texts."""
    lines = [("Inference", _peak(report, report.inference)), ("Training", _training(report))]
    if report.limit and report.inference_fit and report.training_fit:
        called, trained = _fit(report.inference_fit), _fit(report.training_fit)
        lines.append((f"Fits {report.limit.text}", f"called {called}; trained {trained}"))
    return lines


def _peak(report: MemoryReport, memory: Memory) -> str:
    is_lower = memory.unknown or report.has_unknown_weights or not report.plans.has_flow
    at_least = "at least " if is_lower else ""
    where = f", in {memory.layer}" if memory.layer else ""
    return f"{at_least}{format_bytes(memory.peak)} for a batch of {report.batch:,}{where}"


def _training(report: MemoryReport) -> str:
    optimizer = report.plans.optimizer
    parts = ", ".join(
        f"{format_bytes(size)} {role}"
        for role, size in report.training.by_role.items()
        if role is not Role.INPUTS
    )
    assumed = " (assumed)" if optimizer.is_assumed else ""
    told = f"{_peak(report, report.training)}, with {optimizer.name}{assumed}"
    return f"{told}: {parts}" if parts else told


def _fit(fit: Fit) -> str:
    at_most = "at most " if fit.unknown else ""
    if fit.batch is None:
        return "with a batch of any size"
    if fit.batch == 0:
        return f"not even with a batch of 1, which takes {format_bytes(fit.peak)}"
    return f"with a batch of {at_most}{fit.batch:,} ({format_bytes(fit.peak)})"
