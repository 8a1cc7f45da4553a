"""In whose memory each tensor of a program lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graphscope.analysis.memory.arrays import BoolArray, IntArray, begin, spread, to_array
from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.traits import EXPENSIVE, FUSED, PRODUCTS, REDUCTIONS, STRIDED, VIEWS

_TRANSPOSITIONS = frozenset({"Transpose", "transpose", "t", "permute"})


@dataclass(frozen=True, eq=False)
class Storage:
    """Where the elements of each of T tensors lie.

    A tensor is read from the memory of its roots: itself; for a view what it views; for what a
    compiler fuses away, what it is computed from; nothing for a view of a weight.

    Attributes:
        begins: (T + 1,) where the roots of each tensor begin in `roots`.
        roots: the roots of all tensors, one tensor after the other.
    """

    begins: IntArray
    roots: IntArray

    def held(self, tensor: int) -> list[int]:
        """Return the roots of one tensor."""
        found: list[int] = self.roots[self.begins[tensor] : self.begins[tensor + 1]].tolist()
        return found

    def is_held(self) -> BoolArray:
        """Return for each tensor (T,) whether it has memory of its own."""
        found: BoolArray = self.single_roots() == np.arange(len(self.begins) - 1)
        return found

    def single_roots(self) -> IntArray:
        """Return for each tensor (T,) its root; -1 where it has none, or several."""
        found = np.full(len(self.begins) - 1, -1)
        (single,) = np.nonzero(np.diff(self.begins) == 1)
        found[single] = self.roots[self.begins[single]]
        return found

    def roots_of(self, tensors: IntArray) -> tuple[IntArray, IntArray]:
        """Return the roots of many tensors (n,), as two arrays of one length: places in `tensors`,
        ascending, and roots.
        """
        begins = self.begins[tensors]
        counts = self.begins[tensors + 1] - begins
        return np.repeat(np.arange(len(tensors)), counts), self.roots[spread(begins, counts)]


def find_storage(program: Program, *, compiled: bool, kept: Iterable[int] = ()) -> Storage:
    """Return where tensors lie.

    Args:
        program: the steps.
        compiled: whether a compiler (XLA) runs it, which computes elementwise operations inside
            the operation that uses them. Otherwise each operation stores its result.
        kept: tensors that the backward pass needs. A compiler computes cheap ones again.
    """
    stored = _find_stored(program, kept) if compiled else None
    folded = _find_folded(program)
    views = VIEWS if compiled else VIEWS | STRIDED
    lies_in: dict[int, tuple[int, ...]] = {}
    for tensor in _may_lie_elsewhere(program, views | _TRANSPOSITIONS, is_compiled=compiled):
        step = program.makers[tensor]
        inputs = program.inputs_of(step)
        if tensor in folded:
            lies_in[tensor] = ()
        elif program.type_of(step) in views and (inputs or program.reads[step]):
            # A view of a weight lies in the weight's own memory.
            lies_in[tensor] = lies_in.get(inputs[0], (inputs[0],)) if inputs else ()
        elif stored is not None and tensor not in stored and inputs:
            roots = (root for source in inputs for root in lies_in.get(source, (source,)))
            lies_in[tensor] = tuple(dict.fromkeys(roots))
    return _tabulate(lies_in, program.tensor_count)


def _may_lie_elsewhere(program: Program, types: frozenset[str], *, is_compiled: bool) -> list[int]:
    """Return the tensors that may lie in the memory of others, in the order they are made."""
    (made,) = np.nonzero(program.made >= 0)
    if not is_compiled:
        made = made[program.is_of(types)[program.made[made]]]
    found: list[int] = made.tolist()
    return found


def _tabulate(lies_in: dict[int, tuple[int, ...]], count: int) -> Storage:
    """Return the roots of all tensors, from those of the tensors that do not lie by themselves."""
    elsewhere = to_array(lies_in)
    counts = np.ones(count, dtype=np.int64)
    counts[elsewhere] = to_array(map(len, lies_in.values()))
    begins = begin(counts)
    roots = np.repeat(np.arange(count), counts)
    for tensor, found in lies_in.items():
        roots[begins[tensor] : begins[tensor + 1]] = found
    return Storage(begins, roots)


def _find_stored(program: Program, kept: Iterable[int]) -> set[int]:
    """Return the tensors that a compiler stores."""
    readers: list[list[int]] = [[] for _ in range(program.tensor_count)]
    for step in range(len(program)):
        for tensor in program.sources_of(step):
            readers[tensor].append(step)
    stored = set(program.results)
    for tensor in kept:
        # What a loop keeps of each trip leaves the loop, so it is stored.
        if program.loops_around(tensor) or program.type_of(program.makers[tensor]) in EXPENSIVE:
            stored.add(tensor)
    # From the end, because a view is stored where what reads it needs it stored.
    for step in range(len(program) - 1, -1, -1):
        loops = program.loops_of(step)
        stored.update(
            tensor for tensor in program.sources_of(step) if program.loops_around(tensor) != loops
        )
        stored.update(program.next_trips.get(step, ()))
        stored.update(
            output
            for output in program.outputs_of(step)
            if output not in stored and _must_store(program, step, readers[output])
        )
    # A view of something that must be stored needs that stored, not itself.
    for step in np.flatnonzero(program.is_of(VIEWS))[::-1].tolist():
        if not stored.isdisjoint(program.outputs_of(step)):
            stored.update(program.inputs_of(step)[:1])
    return stored


def _find_folded(program: Program) -> set[int]:
    """Return transposed weights that only matrix products read, which can read them turned."""
    (steps,) = np.nonzero(program.is_of(_TRANSPOSITIONS) & (program.reads > 0))
    turned = {
        program.outputs_of(step)[0]
        for step in steps.tolist()
        if all(program.makers[source] < 0 for source in program.inputs_of(step))
    }
    if turned:
        elsewhere = ~program.is_of(PRODUCTS)[program.reader]
        turned.difference_update(program.source[elsewhere].tolist())
    return turned


def _must_store(program: Program, step: int, readers: list[int]) -> bool:
    type_ = program.type_of(step)
    if type_ not in FUSED or step in program.assumed:
        return True
    if type_ in EXPENSIVE and len(readers) > 1:
        return True
    types = (program.type_of(reader) for reader in readers)
    return any(each not in FUSED and each not in REDUCTIONS for each in types)
