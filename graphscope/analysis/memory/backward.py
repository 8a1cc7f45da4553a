"""The way back: the gradients of activations, in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from graphscope.analysis.memory.arrays import IntArray, to_array, to_mask
from graphscope.analysis.memory.buffers import Buffers, fill_role
from graphscope.analysis.memory.path import Path
from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.result import Role
from graphscope.analysis.memory.storage import Storage
from graphscope.analysis.memory.traits import HANDS_ON, IN_PLACE

Number = TypeVar("Number", int, IntArray)


class BackwardPass:
    """Lays out the gradients in time: step i runs back at `turn + steps - i`.

    Args:
        program: the forward pass.
        storage: where its tensors lie.
        path: where gradients flow.
        turn: the moment of the loss.
        seeds: the results it has gradients for.
    """

    def __init__(
        self,
        program: Program,
        storage: Storage,
        path: Path,
        *,
        turn: int,
        seeds: Sequence[int],
    ) -> None:
        self._program = program
        self._path = path
        self._turn = turn
        self._last = turn + len(program)
        self._seeds = [root for seed in seeds for root in storage.held(seed)]
        self._pairs = _find_roots(program, storage, path)
        self._readers = np.bincount(self._pairs[1], minlength=program.tensor_count).tolist()
        self._is_held = storage.is_held().tolist()
        self._spec: list[int] = program.spec.tolist()
        self._first: list[int] = program.first.tolist()
        self._gradient: dict[int, int] = {}
        # What is laid out, as columns: the tensor, and the first and last moment of its gradient.
        self._tensors: list[int] = []
        self._starts: list[int] = []
        self._ends: list[int] = []

    def when(self, step: Number) -> Number:
        """Return the moment at which a step runs back, or the moments (n,) of several."""
        return self._last - step

    def run(self) -> Buffers:
        """Return the buffers of all gradients of activations."""
        for root in self._seeds:
            if root in self._path.tensors and root not in self._gradient:
                self._open(root, self._turn)
        for step, roots in _group_back(*self._pairs):
            self._step_back(step, roots)
        tensors = to_array(self._tensors)
        return Buffers(
            self._program.specs,
            self._program.spec[tensors],
            to_array(self._starts),
            to_array(self._ends),
            self._program.nodes_of(self._tensors),
            fill_role(Role.GRADIENTS, len(tensors)),
        )

    def _step_back(self, step: int, roots: list[int]) -> None:
        now, type_, first = self.when(step), self._program.type_of(step), self._first[step]
        # Of a view, or what is fused, the gradient is that of what it is read from.
        above = self._gradient.get(first) if self._is_held[first] else None
        free = above is not None and self._ends[above] == now and not self._program.is_eager
        for root in roots:
            if root in self._gradient:
                self._add_to(root, type_, now)
                continue
            is_same = above is not None and self._spec[root] == self._spec[self._tensors[above]]
            if above is None or not is_same:
                self._open(root, now)
            elif type_ in HANDS_ON and self._readers[root] == 1:
                self._gradient[root] = above
                self._ends[above] = max(self._ends[above], self._end(root))
            else:
                self._open(root, now)
                if free and type_ in IN_PLACE:
                    self._ends[above], free = now - 1, False

    def _add_to(self, root: int, type_: str, now: int) -> None:
        # The second gradient of a tensor is added to the first: for a moment there are both.
        if type_ not in HANDS_ON:
            self._lay(root, now, now)

    def _open(self, root: int, now: int) -> None:
        self._gradient[root] = len(self._tensors)
        self._lay(root, now, self._end(root))

    def _lay(self, tensor: int, start: int, end: int) -> None:
        self._tensors.append(tensor)
        self._starts.append(start)
        self._ends.append(end)

    def _end(self, root: int) -> int:
        return self.when(self._program.makers[root])


def _find_roots(program: Program, storage: Storage, path: Path) -> tuple[IntArray, IntArray]:
    """Return what has a gradient and is read on the path, as two arrays of one length: steps,
    ascending, and the roots that each reads, each once.
    """
    differentiable = to_mask(path.tensors, program.tensor_count)
    on_path = to_mask(path.steps, len(program))
    reads = on_path[program.reader] & differentiable[program.source]
    places, roots = storage.roots_of(program.source[reads])
    steps = program.reader[reads][places]
    flows = differentiable[roots]
    steps, roots = steps[flows], roots[flows]
    _, firsts = np.unique(steps * program.tensor_count + roots, return_index=True)
    firsts.sort()
    return steps[firsts], roots[firsts]


def _group_back(steps: IntArray, roots: IntArray) -> Iterator[tuple[int, list[int]]]:
    """Yield the steps, last first, with their roots."""
    begins = np.flatnonzero(np.diff(steps, prepend=-1)).tolist()
    numbers, found = steps[begins].tolist(), roots.tolist()
    end = len(found)
    for step, begin in zip(reversed(numbers), reversed(begins), strict=True):
        yield step, found[begin:end]
        end = begin
