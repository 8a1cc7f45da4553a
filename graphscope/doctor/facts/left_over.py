"""Quotients that leave something over: 50 features in 4 heads of 12, and 2 are left."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.counting import divisors_near, neighbours
from graphscope.doctor.facts.reshaping import Reshaping
from graphscope.doctor.findings import Fix
from graphscope.doctor.fixes.retuning import retune
from graphscope.doctor.origins import Origin, trace_value


@dataclass(frozen=True, slots=True, eq=False)
class LeftOver:
    """A whole that was divided into parts that do not use it up."""

    whole: Origin
    parts: Origin
    size: int
    count: int
    text: str

    def told(self) -> str:
        """Say the arithmetic: `50 // 4 = 12, 4 * 12 = 48: 2 of 50 are left over`."""
        quotient = self.size // self.count
        used = quotient * self.count
        return (
            f"{self.text}: {self.size} // {self.count} = {quotient}, {self.count} * {quotient} = "
            f"{used}; {self.size - used} of {self.size} are left over, because {self.size} is not "
            f"divisible by {self.count}. Choose a size that is a multiple."
        )


def left_over(case: Case, reshaping: Reshaping) -> LeftOver | None:
    """Return the quotient behind an axis of the target that leaves something over."""
    for element in reshaping.elements:
        origin = trace_value(case, element, reshaping.frame)
        for step in origin.walk():
            found = _quotient(step)
            if found is not None:
                return found
    return None


def _quotient(step: Origin) -> LeftOver | None:
    node = step.node
    if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.FloorDiv):
        return None
    numbers = [each for each in step.causes if type(each.value) is int]
    if len(numbers) != 2 or type(step.value) is not int:
        return None
    whole, parts = sorted(numbers, key=lambda each: -each.value)
    if not parts.value or whole.value // parts.value != step.value:
        return None
    if whole.value % parts.value == 0:
        return None
    text = ast.unparse(node)
    return LeftOver(whole, parts, whole.value, parts.value, text)


def left_over_fixes(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """Yield the edits with which nothing is left over."""
    found = left_over(case, reshaping)
    if found is None:
        return
    for rank, size in enumerate(neighbours(found.size, found.count)):
        fix = retune(case, found.whole, size, likelihood=0.88 - 0.05 * rank)
        yield from [fix] if fix else []
    # A whole that is read in more places than the number of its parts is the dearer one to change.
    shared = _reads(found.whole) > _reads(found.parts)
    for count in divisors_near(found.size, found.count)[:1]:
        if count > 1:
            fix = retune(case, found.parts, count, likelihood=0.92 if shared else 0.8)
            yield from [fix] if fix else []


def _reads(origin: Origin) -> int:
    """Return how often the name that holds a number is read in its file."""
    end = origin.end
    if end.file is None or end.node is None:
        return 0
    statement = end.file.statement_of(end.node)
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    names = [e for t in targets for e in (t.elts if isinstance(t, ast.Tuple) else [t])]
    values = getattr(getattr(statement, "value", None), "elts", None)
    if values is not None and len(values) == len(names) and end.node in values:
        names = [names[values.index(end.node)]]
    read = {each.id for each in names if isinstance(each, ast.Name)}
    return sum(
        1
        for node in ast.walk(end.file.tree)
        if isinstance(node, ast.Name) and node.id in read and isinstance(node.ctx, ast.Load)
    )
