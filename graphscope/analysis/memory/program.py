"""A graph as the steps that run, in order: what the estimate of memory walks over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np

from graphscope.analysis.memory.arrays import BoolArray, IntArray, begin, to_mask
from graphscope.graph import Dimension, TensorSpec

STATIC, DROPPED = -1, -2


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around a step."""

    id: str
    trips: Dimension


@dataclass(frozen=True, eq=False)
class Program:
    """S steps in the order they run, and the T tensors that they take and make.

    Both are numbers: places in columns, which for large graphs take a fraction of the time that
    an object for each would take. Inputs and constants are tensors without a step.

    Attributes:
        types: what steps do, each once.
        type: (S,) places in `types`.
        begins: (S + 1,) where the inputs of each step begin in `source`.
        source: the tensors that steps take, one step after the other.
        first: (S,) the first tensor that each step makes; the others follow it.
        makes: (S,) how many tensors each step makes.
        around: loops around steps, outermost first, each combination once; the first is of none.
        loops: (S,) places in `around`.
        reads: (S,) how many weights each step reads.
        weights: ids of the weights that steps read, one step after the other.
        nodes: S ids of the nodes that steps are part of.
        specs: shapes and dtypes, each once.
        spec: (T,) places in `specs`.
        made: (T,) the step that makes each tensor; `STATIC` for those that are there before the
            program starts and stay, `DROPPED` for those whose step was dropped.
        static_nodes: id of the node of each static tensor.
        next_trips: by step the inputs that arrive from the trip before; most steps have none.
        assumed: steps that stand for layers of whose inside nothing is known.
        results: tensors that the caller gets.
        is_of_training: whether it holds what only happens in training.
        is_eager: whether operations run at once, each into memory of its own.
        retained: by tensor the step until which it is held, whether it is used or not.
    """

    types: tuple[str, ...]
    type: IntArray
    begins: IntArray
    source: IntArray
    first: IntArray
    makes: IntArray
    around: tuple[tuple[Loop, ...], ...]
    loops: IntArray
    reads: IntArray
    weights: Sequence[str]
    nodes: Sequence[str]
    specs: tuple[TensorSpec, ...]
    spec: IntArray
    made: IntArray
    static_nodes: Mapping[int, str]
    next_trips: Mapping[int, tuple[int, ...]]
    assumed: AbstractSet[int]
    results: tuple[int, ...]
    is_of_training: bool = False
    is_eager: bool = False
    retained: Mapping[int, int] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.type)

    @property
    def tensor_count(self) -> int:
        """The number of tensors."""
        return len(self.spec)

    @cached_property
    def reader(self) -> IntArray:
        """The step of each place in `source`, ascending."""
        return np.repeat(np.arange(len(self)), np.diff(self.begins))

    def is_of(self, types: AbstractSet[str]) -> BoolArray:
        """Return for each step (S,) whether it is of one of some types."""
        return np.asarray([type_ in types for type_ in self.types], dtype=bool)[self.type]

    def reads_one_of(self, weights: AbstractSet[str]) -> BoolArray:
        """Return for each step (S,) whether it reads one of some weights."""
        found = np.asarray([weight in weights for weight in self.weights], dtype=bool)
        mask = np.zeros(len(self), dtype=bool)
        mask[self.weight_reader[found]] = True
        return mask

    @cached_property
    def weight_reader(self) -> IntArray:
        """The step of each place in `weights`, ascending."""
        return np.repeat(np.arange(len(self)), self.reads)

    def loops_of_tensors(self) -> IntArray:
        """Return the loops (T,) in which each tensor is made, as places in `around`."""
        made = np.where(self.made < 0, len(self), self.made)
        return np.append(self.loops, 0)[made]

    # One step or tensor at a time, Python's numbers and lists are quicker than arrays.

    @cached_property
    def _columns(self) -> tuple[list[int], list[int], list[int], list[int], list[int], list[int]]:
        arrays = (self.begins, self.source, self.first, self.makes, self.type, self.loops)
        begins, source, first, makes, type_, loops = (array.tolist() for array in arrays)
        return begins, source, first, makes, type_, loops

    @cached_property
    def makers(self) -> list[int]:
        """The step that makes each tensor, as `made`."""
        found: list[int] = self.made.tolist()
        return found

    def inputs_of(self, step: int) -> list[int]:
        """Return the tensors that a step takes, without those from the trip before."""
        begins, source, *_ = self._columns
        return source[begins[step] : begins[step + 1]]

    def sources_of(self, step: int) -> list[int]:
        """Return all tensors that a step takes, those from the trip before last."""
        inputs = self.inputs_of(step)
        return [*inputs, *self.next_trips[step]] if step in self.next_trips else inputs

    def all_sources(self) -> list[list[int]]:
        """Return what `sources_of` returns for each step."""
        begins, source, *_ = self._columns
        found = [source[start:end] for start, end in pairwise(begins)]
        for step, late in self.next_trips.items():
            found[step] += late
        return found

    def outputs_of(self, step: int) -> range:
        """Return the tensors that a step makes."""
        _, _, first, makes, _, _ = self._columns
        return range(first[step], first[step] + makes[step])

    def type_of(self, step: int) -> str:
        """Return what a step does."""
        return self.types[self._columns[4][step]]

    def loops_of(self, step: int) -> tuple[Loop, ...]:
        """Return the loops around a step."""
        return self.around[self._columns[5][step]]

    def loops_around(self, tensor: int) -> tuple[Loop, ...]:
        """Return the loops in which a tensor is made."""
        made = self.makers[tensor]
        return self.loops_of(made) if made >= 0 else ()

    def nodes_of(self, tensors: Iterable[int]) -> list[str]:
        """Return the ids of the nodes that make some tensors."""
        makers, nodes, static = self.makers, self.nodes, self.static_nodes
        return [nodes[makers[each]] if makers[each] >= 0 else static[each] for each in tensors]

    def spec_of(self, tensor: int) -> TensorSpec:
        """Return shape and dtype of a tensor."""
        return self.specs[int(self.spec[tensor])]

    def kept_spec(self, tensor: int) -> TensorSpec:
        """Return shape and dtype of what is kept where each trip of its loops keeps one."""
        spec, loops = self.spec_of(tensor), self.loops_around(tensor)
        if not loops or spec.shape is None:
            return spec
        return TensorSpec((*(loop.trips for loop in loops), *spec.shape), spec.dtype)


def without_dead_steps(program: Program) -> Program:
    """Return the program without steps on which no result depends; they do not run.

    A program without results stays as it is.
    """
    if not program.results or _are_all_read(program):
        return program
    kept = _find_needed(program)
    order: list[int] = np.flatnonzero(kept).tolist()
    moved = np.append(np.where(kept, np.cumsum(kept) - 1, DROPPED), [DROPPED, STATIC])
    reads = kept[program.weight_reader].tolist()
    return replace(
        program,
        type=program.type[kept],
        begins=begin(np.diff(program.begins)[kept]),
        source=program.source[kept[program.reader]],
        first=program.first[kept],
        makes=program.makes[kept],
        loops=program.loops[kept],
        reads=program.reads[kept],
        weights=[each for each, is_kept in zip(program.weights, reads, strict=True) if is_kept],
        nodes=[program.nodes[step] for step in order],
        # From the end, -1 and -2 stand for themselves.
        made=moved[program.made],
        next_trips={
            int(moved[old]): taken for old, taken in program.next_trips.items() if kept[old]
        },
        assumed={int(moved[old]) for old in program.assumed if kept[old]},
    )


def _are_all_read(program: Program) -> bool:
    """Whether something of each step is a result or read by a later step: then none is dead."""
    if program.next_trips:
        return False
    makers = program.made[np.append(program.source, program.results).astype(np.int64)]
    return bool(to_mask(makers[makers >= 0].tolist(), len(program)).all())


def _find_needed(program: Program) -> BoolArray:
    """Return for each step (S,) whether a result depends on it."""
    kept = bytearray(len(program))
    makers = program.makers
    pending = [makers[result] for result in program.results]
    while pending:
        step = pending.pop()
        if step < 0 or kept[step]:
            continue
        kept[step] = True
        pending += [makers[source] for source in program.sources_of(step)]
    return np.frombuffer(kept, dtype=bool)
