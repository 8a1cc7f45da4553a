"""Writes a program, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from graphscope.analysis.memory.arrays import begin, spread, to_array
from graphscope.analysis.memory.program import STATIC, Loop, Program
from graphscope.graph import TensorSpec


class ProgramWriter:
    """The columns of a program as lists that grow; see `Program` for what they hold."""

    def __init__(self) -> None:
        self.type: list[int] = []
        self.takes: list[int] = []
        self.source: list[int] = []
        self.first: list[int] = []
        self.makes: list[int] = []
        self.loops: list[int] = []
        self.reads: list[int] = []
        self.weights: list[str] = []
        self.nodes: list[str] = []
        self.spec: list[int] = []
        self.assumed: set[int] = set()
        self.is_of_training = False
        self._static_nodes: dict[int, str] = {}
        self._types: dict[str, int] = {}
        self._around: dict[tuple[Loop, ...], int] = {(): 0}
        self._around_list: list[tuple[Loop, ...]] = [()]
        self._specs: dict[TensorSpec, int] = {}
        self._spec_list: list[TensorSpec] = []
        self._known: dict[int, int] = {}
        self._held: list[TensorSpec] = []

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.type)

    def number_spec(self, spec: TensorSpec) -> int:
        """Return the number of a shape and dtype."""
        # By identity first, which spares hashing; so that an id stays true its spec is held.
        number = self._known.get(id(spec))
        if number is None:
            number = self._specs.setdefault(spec, len(self._specs))
            if number == len(self._spec_list):
                self._spec_list.append(spec)
            self._known[id(spec)] = number
            self._held.append(spec)
        return number

    def number_loops(self, loops: tuple[Loop, ...]) -> int:
        """Return the number of the loops around a step."""
        number = self._around.setdefault(loops, len(self._around))
        if number == len(self._around_list):
            self._around_list.append(loops)
        return number

    def loops_of(self, step: int) -> tuple[Loop, ...]:
        """Return the loops around a step."""
        return self._around_list[self.loops[step]]

    def spec_of(self, tensor: int) -> TensorSpec:
        """Return shape and dtype of a tensor."""
        return self._spec_list[self.spec[tensor]]

    def add_static(self, spec: TensorSpec, node: str) -> int:
        """Add a tensor that is there from the start."""
        tensor = len(self.spec)
        self.spec.append(self.number_spec(spec))
        self._static_nodes[tensor] = node
        return tensor

    def add_step(
        self,
        type_: str,
        inputs: Sequence[int],
        specs: Sequence[TensorSpec],
        *,
        node: str,
        weights: Sequence[str] = (),
        loops: tuple[Loop, ...] = (),
    ) -> tuple[int, ...]:
        """Add a step and return the tensors it makes."""
        first, count = len(self.spec), len(specs)
        known = self._known
        # Most specs have a number; asking for it here spares a call for each.
        self.spec += [
            self.number_spec(spec) if (number := known.get(id(spec))) is None else number
            for spec in specs
        ]
        self.type.append(self._types.setdefault(type_, len(self._types)))
        self.takes.append(len(inputs))
        self.source += inputs
        self.first.append(first)
        self.makes.append(count)
        self.loops.append(self.number_loops(loops) if loops else 0)
        self.reads.append(len(weights))
        self.weights += weights
        self.nodes.append(node)
        return (first,) if count == 1 else tuple(range(first, first + count))

    def add_moments(self, tensor: int, node: str, loops: tuple[Loop, ...]) -> None:
        """Add the variance of a batch, which the gradient flows through."""
        spec = self.spec_of(tensor)
        squares = self.add_step("SquaredDifference", [tensor], [spec], node=node, loops=loops)
        small = TensorSpec((spec.shape or (None,))[-1:], spec.dtype)
        self.add_step("Mean", squares, [small], node=node, loops=loops)

    def finish(self, results: Iterable[int], next_trips: Mapping[int, tuple[int, ...]]) -> Program:
        """Return the program.

        Args:
            results: the tensors that the caller gets.
            next_trips: by step what arrives from the trip before.
        """
        first, makes = to_array(self.first), to_array(self.makes)
        made = np.full(len(self.spec), STATIC)
        made[spread(first, makes)] = np.repeat(np.arange(len(self)), makes)
        return Program(
            types=tuple(self._types),
            type=to_array(self.type),
            begins=begin(to_array(self.takes)),
            source=to_array(self.source),
            first=first,
            makes=makes,
            around=tuple(self._around_list),
            loops=to_array(self.loops),
            reads=to_array(self.reads),
            weights=self.weights,
            nodes=self.nodes,
            specs=tuple(self._spec_list),
            spec=to_array(self.spec),
            made=made,
            static_nodes=self._static_nodes,
            next_trips=next_trips,
            assumed=self.assumed,
            results=tuple(results),
            is_of_training=self.is_of_training,
        )
