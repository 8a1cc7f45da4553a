"""What runs, in the order in which it runs: steps, and regions of steps inside them.

A function that is called twice gives two regions, as a call in a program happens at one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from graphscope.readers.tensorflow.definitions import NodeDef
from graphscope.readers.tensorflow.facts import Facts


@dataclass(eq=False, slots=True)
class Variable:
    """Something that keeps its value between calls, or a constant that was one.

    Attributes:
        name: its path in the file: `dense/kernel`.
        shape: None when it is open.
        dtype: its dtype.
        definition: the operation that stands for it in the graph, if any.
    """

    name: str
    shape: tuple[int, ...] | None
    dtype: str
    definition: NodeDef | None = None


class Result(NamedTuple):
    """A tensor that a step computes."""

    step: Step
    output: int


Source: TypeAlias = Result | Variable | None
"""What a reference stands for; None when the file defines no such thing."""


@dataclass(eq=False, slots=True)
class Step:
    """One operation at one place.

    Attributes:
        node: its definition.
        facts: what the definition tells.
        region: where it lies.
        inputs: its tensors by input port.
        controls: steps that must run before.
        carried: input ports that take a value of the trip before, with that value.
        is_closed: whether it calls functions that were not opened.
    """

    node: NodeDef
    facts: Facts
    region: Region
    inputs: list[Source] = field(default_factory=list)
    controls: list[Step] = field(default_factory=list)
    carried: list[tuple[int, Result]] = field(default_factory=list)
    is_closed: bool = False


class RegionKind(StrEnum):
    """Why a region is one."""

    WHOLE = "whole"
    CALL = "call"
    LOOP = "loop"
    CHOICE = "choice"
    PART = "part"
    """The condition or body of a loop, or a branch."""


@dataclass(eq=False, slots=True)
class Read:
    """A place where the value of a variable is taken.

    Attributes:
        name: the operation that takes it, with its name scopes.
        variable: the variable.
        region: where the operation lies.
    """

    name: str
    variable: Variable
    region: Region


@dataclass(eq=False, slots=True)
class Loop:
    """What a loop takes, returns and goes by.

    Attributes:
        condition: whether there is another trip.
        arguments: what its variables begin with.
        results: what the next trip begins with.
        taken: which variable a step takes at an input port.
    """

    condition: Source
    arguments: list[Source]
    results: list[Source]
    taken: dict[tuple[Step, int], int]

    def is_fixed(self, index: int) -> bool:
        """Whether a variable has the same value in every trip."""
        both = index < len(self.results) and index < len(self.arguments)
        return both and self.results[index] == self.arguments[index]


@dataclass(eq=False, slots=True)
class Region:
    """A graph or function at one place where it runs.

    Attributes:
        kind: why it is a region.
        name: what it is called.
        type: the type of the operation that runs it.
        outer: the region around it.
        caller: name of the operation that runs it, in the region around it.
        items: what happens inside, in order.
        reads: where its operations take values of variables.
        carries: of a loop, the values that its next trip begins with, and the steps and ports
            that take them.
        loop: what a loop goes by.
    """

    kind: RegionKind
    name: str
    type: str
    outer: Region | None = None
    caller: str = ""
    items: list[Step | Region] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    carries: list[tuple[Result, list[tuple[Step, int]]]] = field(default_factory=list)
    loop: Loop | None = None


def source_at(values: Sequence[Source], index: int) -> Source:
    """Return a source by its place; None where there is none."""
    return values[index] if index < len(values) else None


def walk_steps(whole: Region) -> Iterable[Step]:
    """Yield all steps of a region and those inside it, in order."""
    waiting = [iter(whole.items)]
    while waiting:
        item = next(waiting[-1], None)
        if item is None:
            waiting.pop()
        elif isinstance(item, Region):
            waiting.append(iter(item.items))
        else:
            yield item
