"""How long each tensor of a program must be kept, and in whose memory it lies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graphscope.analysis.memory.program import Program, Step
from graphscope.analysis.memory.traits import EXPENSIVE, FUSED, PRODUCTS, REDUCTIONS, STRIDED, VIEWS


@dataclass(frozen=True, slots=True)
class Storage:
    """Where the elements of each tensor lie.

    Attributes:
        held: for each tensor the tensors whose memory it is read from: itself; for a view what it
            views; for what a compiler fuses away, what it is computed from.
        uses: for each tensor the steps that read its memory, in order.
    """

    held: list[tuple[int, ...]]
    uses: list[list[int]]

    def is_held(self, tensor: int) -> bool:
        """Whether a tensor has memory of its own."""
        return self.held[tensor] == (tensor,)


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
    held: list[tuple[int, ...]] = []
    for index, tensor in enumerate(program.tensors):
        held.append((index,))
        if tensor.is_static:
            continue
        step = program.steps[tensor.made]
        if index in folded:
            held[index] = ()
        elif step.type in views and (step.inputs or step.weights):
            # A view of a weight lies in the weight's own memory.
            held[index] = held[step.inputs[0]] if step.inputs else ()
        elif stored is not None and index not in stored and step.inputs:
            found = dict.fromkeys(root for source in step.inputs for root in held[source])
            held[index] = tuple(found)
    uses: list[list[int]] = [[] for _ in program.tensors]
    for number, step in enumerate(program.steps):
        for root in dict.fromkeys(root for source in step.inputs for root in held[source]):
            uses[root].append(number)
    return Storage(held, uses)


def _find_stored(program: Program, kept: Iterable[int]) -> set[int]:
    """Return the tensors that a compiler stores."""
    readers: list[list[Step]] = [[] for _ in program.tensors]
    for step in program.steps:
        for tensor in (*step.inputs, *step.next_trip):
            readers[tensor].append(step)
    stored = set(program.results)
    for index in kept:
        made = program.tensors[index]
        # What a loop keeps of each trip leaves the loop, so it is stored.
        if made.loops or program.steps[made.made].type in EXPENSIVE:
            stored.add(index)
    # From the end, because a view is stored where what reads it needs it stored.
    for step in reversed(program.steps):
        for tensor in (*step.inputs, *step.next_trip):
            if program.tensors[tensor].loops != step.loops:
                stored.add(tensor)
        stored.update(step.next_trip)
        for output in step.outputs:
            if _must_store(step, readers[output]) or output in stored:
                stored.add(output)
    # A view of something that must be stored needs that stored, not itself.
    for step in reversed(program.steps):
        if step.type in VIEWS and step.inputs and stored.intersection(step.outputs):
            stored.add(step.inputs[0])
    return stored


def _find_folded(program: Program) -> set[int]:
    """Return transposed weights that only matrix products read, which can read them turned."""
    turned = {
        step.outputs[0]
        for step in program.steps
        if step.type in ("Transpose", "transpose", "t", "permute")
        and step.weights
        and not any(not program.tensors[each].is_static for each in step.inputs)
    }
    for step in program.steps:
        if step.type not in PRODUCTS:
            turned.difference_update(step.inputs)
    return turned


def _must_store(step: Step, readers: list[Step]) -> bool:
    if step.type not in FUSED or step.is_assumed:
        return True
    if step.type in EXPENSIVE and len(readers) > 1:
        return True
    return any(reader.type not in FUSED and reader.type not in REDUCTIONS for reader in readers)


def last_uses(program: Program, storage: Storage) -> list[int]:
    """Return for each tensor the last step that reads its memory; its own step if none does.

    What a loop reads from outside it reads in every trip, so that stays until the loop ends.
    """
    ends = [tensor.made for tensor in program.tensors]
    loop_ends: dict[str, int] = {}
    for number, step in enumerate(program.steps):
        for loop in step.loops:
            loop_ends[loop.id] = number
    for number, step in enumerate(program.steps):
        for source in step.inputs:
            for root in storage.held[source]:
                around = program.tensors[root].loops
                entered = step.loops[len(around) :] if step.loops[: len(around)] == around else ()
                end = loop_ends[entered[0].id] if entered else number
                ends[root] = max(ends[root], end)
        for source in step.next_trip:
            for root in storage.held[source]:
                end = loop_ends[step.loops[-1].id] if step.loops else number
                ends[root] = max(ends[root], end)
    for result in program.results:
        for root in storage.held[result]:
            ends[root] = len(program.steps)
    for tensor, end in program.retained.items():
        for root in storage.held[tensor]:
            ends[root] = max(ends[root], end)
    return ends


def taken_over(
    program: Program, storage: Storage, ends: list[int], in_place: frozenset[str]
) -> set[int]:
    """Return tensors whose memory the result of their last reader takes over."""
    taken: set[int] = set()
    if program.is_eager:
        return taken
    for number, step in enumerate(program.steps):
        if step.type not in in_place:
            continue
        for output in step.outputs:
            if not storage.is_held(output):
                continue
            spec = program.tensors[output].spec
            for source in step.inputs:
                roots = storage.held[source]
                if len(roots) != 1 or roots[0] in taken:
                    continue
                tensor = program.tensors[roots[0]]
                same = tensor.spec == spec or program.tensors[source].spec == spec
                if same and not tensor.is_static and ends[roots[0]] == number:
                    taken.add(roots[0])
                    break
    return taken
