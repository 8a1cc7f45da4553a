"""A finished program as arrays of numbers, for what is asked of all its steps at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphscope.analysis.memory.program import Loop, Program
from graphscope.graph import TensorSpec

IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tables:
    """The columns of a program of S steps, T tensors and R inputs of steps.

    Attributes:
        types: what steps do, each once.
        type: (S,) places in `types`.
        first: (S,) the first tensor that each step makes; -1 where it makes none.
        reader: (R,) the step of each input, ascending.
        source: (R,) the tensor that is read.
        made: (T,) the step that makes each tensor; negative as in `Program.made`.
        specs: shapes and dtypes, each once.
        spec: (T,) places in `specs`.
        around: loops around steps, each once; the first are none.
        loops: (S,) places in `around`.
    """

    types: tuple[str, ...]
    type: IntArray
    first: IntArray
    reader: IntArray
    source: IntArray
    made: IntArray
    specs: tuple[TensorSpec, ...]
    spec: IntArray
    around: tuple[tuple[Loop, ...], ...]
    loops: IntArray

    def is_of(self, types: frozenset[str]) -> BoolArray:
        """Return for each step (S,) whether it is of one of some types."""
        return np.asarray([type_ in types for type_ in self.types], dtype=bool)[self.type]

    def loops_of_tensors(self) -> IntArray:
        """Return the loops (T,) in which each tensor is made, as places in `around`."""
        made = np.where(self.made < 0, len(self.loops), self.made)
        return np.append(self.loops, 0)[made]


def tabulate(program: Program) -> Tables:
    """Return a program as arrays."""
    types, type_ = number(program.types)
    specs, spec = _number_specs(program.specs)
    around: dict[tuple[Loop, ...], int] = {(): 0}
    loops = [around.setdefault(each, len(around)) for each in program.loops]
    counts = to_array(map(len, program.inputs))
    return Tables(
        types=types,
        type=type_,
        first=to_array(made[0] if made else -1 for made in program.outputs),
        reader=np.repeat(np.arange(len(program)), counts),
        source=to_array(chain.from_iterable(program.inputs)),
        made=to_array(program.made),
        specs=specs,
        spec=spec,
        around=tuple(around),
        loops=to_array(loops),
    )


def to_array(numbers: Iterable[int]) -> IntArray:
    """Return whole numbers as an array (n,)."""
    return np.fromiter(numbers, dtype=np.int64)


def to_mask(places: Iterable[int], length: int) -> BoolArray:
    """Return an array (length,) that is true at some places."""
    mask = np.zeros(length, dtype=bool)
    mask[to_array(places)] = True
    return mask


def number(values: Iterable[Any]) -> tuple[tuple[Any, ...], IntArray]:
    """Return the different values in order, and for each value its place among them."""
    known: dict[Any, int] = {}
    places = to_array([known.setdefault(value, len(known)) for value in values])
    return tuple(known), places


def _number_specs(specs: list[TensorSpec]) -> tuple[tuple[TensorSpec, ...], IntArray]:
    # By identity first, which spares hashing: a large graph shares its specs.
    objects = {id(spec): spec for spec in specs}
    different, places = number(objects.values())
    place_of = dict(zip(objects, places.tolist(), strict=True))
    return different, to_array([place_of[id(spec)] for spec in specs])
