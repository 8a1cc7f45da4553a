"""Equal calls are written down once and repeated: large models consist of few different ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphscope.analysis.memory.program import Loop
from graphscope.analysis.memory.writer import ProgramWriter


@dataclass(frozen=True, slots=True)
class Written:
    """A call that stands in a program.

    Attributes:
        steps: its first step, and the one behind its last.
        tensors: its first tensor, and the one behind its last.
        sources: the first place in the column `source`, and the one behind the last.
        read: the first place in the column `weights`, and the one behind the last.
        node: its node.
        around: the loops around it.
        inputs: the tensors it takes.
        weights: ids of the weights it may read, all different.
        results: the tensors it makes, among those of its steps or its inputs.
    """

    steps: tuple[int, int]
    tensors: tuple[int, int]
    sources: tuple[int, int]
    read: tuple[int, int]
    node: str
    around: tuple[Loop, ...]
    inputs: tuple[int, ...]
    weights: tuple[str, ...]
    results: tuple[int, ...]


class Pattern:
    """The steps of a call, to be repeated for calls that are equal but for their names and
    weights, and for what makes their inputs; an input that it takes twice, they take twice, too.

    Args:
        program: where the call stands.
        call: the call.
    """

    def __init__(self, program: ProgramWriter, call: Written) -> None:
        step, tensor = call.steps[0], call.tensors[0]
        steps = slice(*call.steps)
        # Tensors of the call count from 0; its inputs are -1, -2, ...
        places = {each: -1 - place for place, each in reversed([*enumerate(call.inputs)])}
        places |= {each: each - tensor for each in range(*call.tensors)}
        slots = {weight: place for place, weight in enumerate(call.weights)}
        self._type = program.type[steps]
        self._takes = program.takes[steps]
        self._source = [places[each] for each in program.source[slice(*call.sources)]]
        self._first = [each - tensor for each in program.first[steps]]
        self._makes = program.makes[steps]
        self._loops = program.loops[steps]
        self._reads = program.reads[steps]
        self._weights = [slots[each] for each in program.weights[slice(*call.read)]]
        self._spec = program.spec[slice(*call.tensors)]
        self._assumed = [each - step for each in range(*call.steps) if each in program.assumed]
        self._results = [places[each] for each in call.results]
        # Loops inside a call are named after it.
        inner = [
            [(loop.id.removeprefix(call.node), loop.trips) for loop in loops[len(call.around) :]]
            for loops in map(program.loops_of, range(*call.steps))
        ]
        self._inner = inner if any(inner) else []

    def repeat(
        self,
        program: ProgramWriter,
        node: str,
        around: tuple[Loop, ...],
        inputs: Sequence[int],
        weights: Sequence[str],
    ) -> tuple[int, ...]:
        """Write the steps for another call, within as many loops; return the tensors it makes."""
        step, tensor = len(program.type), len(program.spec)
        program.type += self._type
        program.takes += self._takes
        program.source += [
            tensor + place if place >= 0 else inputs[-1 - place] for place in self._source
        ]
        program.first += [tensor + place for place in self._first]
        program.makes += self._makes
        program.loops += self._name_loops(program, node, around) if self._inner else self._loops
        program.reads += self._reads
        if self._weights:
            program.weights += [weights[slot] for slot in self._weights]
        program.nodes += [node] * len(self._type)
        program.spec += self._spec
        if self._assumed:
            program.assumed.update([step + assumed for assumed in self._assumed])
        return tuple(
            [tensor + place if place >= 0 else inputs[-1 - place] for place in self._results]
        )

    def _name_loops(self, program: ProgramWriter, node: str, around: tuple[Loop, ...]) -> list[int]:
        return [
            program.number_loops(
                (*around, *(Loop(f"{node}{name}", trips) for name, trips in loops))
            )
            for loops in self._inner
        ]
