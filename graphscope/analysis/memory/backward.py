"""The way back: what is kept for it, and the gradients on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphscope.analysis.memory import traits
from graphscope.analysis.memory.lifetimes import Storage
from graphscope.analysis.memory.plan import Buffer
from graphscope.analysis.memory.program import Program, Step
from graphscope.analysis.memory.result import Role


@dataclass(frozen=True, slots=True)
class Path:
    """Which tensors have a gradient, and which steps it flows through."""

    tensors: frozenset[int]
    steps: frozenset[int]


def find_path(program: Program, trainable: frozenset[str]) -> Path:
    """Return what depends on trainable weights: there gradients flow.

    Args:
        program: the steps of the forward pass.
        trainable: ids of the weights that are trained.
    """
    tensors: set[int] = set()
    steps: set[int] = set()
    # What a loop hands to its next trip is made after it is read: look again until nothing is new.
    has_trips = any(step.next_trip for step in program.steps)
    known, is_new = 0, True
    while is_new:
        for number, step in enumerate(program.steps):
            sources = {*step.inputs, *step.next_trip}
            if tensors.isdisjoint(sources) and trainable.isdisjoint(step.weights):
                continue
            made = [tensor for tensor in step.outputs if program.tensors[tensor].may_have_gradient]
            if made:
                steps.add(number)
                tensors.update(made)
        is_new = has_trips and known != len(tensors)
        known = len(tensors)
    return Path(frozenset(tensors), frozenset(steps))


def kept_by(step: Step, path: Path, trainable: frozenset[str]) -> tuple[int, ...]:
    """Return the tensors that the gradient of a step needs."""
    if step.type in traits.PRODUCTS:
        return _other_factors(step, path, trainable)
    if step.type in traits.BY_SELECTOR:
        # The selector is the one argument without a gradient.
        return tuple(each for each in step.inputs if each not in path.tensors)
    if step.type in traits.BOTH or step.type in traits.BY_ARGUMENT:
        results = step.outputs if step.type in traits.WINDOW_MAXIMA else ()
        return (*step.inputs, *results)
    if step.type in traits.BY_RESULT:
        return step.outputs
    if step.type in traits.NOTHING_KEPT:
        return ()
    return (*step.inputs, *step.outputs)


def _other_factors(step: Step, path: Path, trainable: frozenset[str]) -> tuple[int, ...]:
    trains = not trainable.isdisjoint(step.weights)
    sources = (*step.inputs, *step.next_trip)
    wanted = [tensor for tensor in sources if tensor in path.tensors]
    kept = []
    for position, tensor in enumerate(sources):
        others = any(each in wanted for at, each in enumerate(sources) if at != position)
        if trains or others:
            kept.append(tensor)
    return tuple(kept)


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
        self, program: Program, storage: Storage, path: Path, turn: int, seeds: Sequence[int]
    ) -> None:
        self._program = program
        self._storage = storage
        self._path = path
        self._turn = turn
        self._seeds = seeds
        self._gradient: dict[int, Buffer] = {}
        self._readers: dict[int, int] = {}
        self.buffers: list[Buffer] = []

    def when(self, step: int) -> int:
        """Return the moment at which a step runs back."""
        return self._turn + len(self._program.steps) - step

    def run(self) -> list[Buffer]:
        """Return the buffers of all gradients of activations."""
        self._count_readers()
        for result in self._seeds:
            for root in self._storage.held[result]:
                if root in self._path.tensors and root not in self._gradient:
                    self._open(root, self._turn)
        for number in sorted(self._path.steps, reverse=True):
            self._step_back(number, self._program.steps[number])
        return self.buffers

    def _count_readers(self) -> None:
        for number in self._path.steps:
            for root in self._roots(self._program.steps[number]):
                self._readers[root] = self._readers.get(root, 0) + 1

    def _roots(self, step: Step) -> list[int]:
        found = dict.fromkeys(
            root
            for source in step.inputs
            if source in self._path.tensors
            for root in self._storage.held[source]
        )
        return [root for root in found if root in self._path.tensors]

    def _step_back(self, number: int, step: Step) -> None:
        now = self.when(number)
        result = step.outputs[0] if step.outputs else None
        if result is not None and not self._storage.is_held(result):
            # A view, or fused: the gradient is that of what it is read from.
            above = None
        else:
            above = self._gradient.get(result) if result is not None else None
        free = above is not None and above.end == now and not self._program.is_eager
        for root in self._roots(step):
            if root in self._gradient:
                self._add_to(root, step, now)
            elif (
                above is not None
                and self._is_same(root, above)
                and step.type in traits.HANDS_ON
                and self._readers[root] == 1
            ):
                self._gradient[root] = above
                above.end = max(above.end, self._end(root))
            else:
                buffer = self._open(root, now)
                if (
                    free
                    and above is not None
                    and self._is_same(root, above)
                    and step.type in traits.IN_PLACE
                ):
                    above.end, free = now - 1, False
                    buffer.start = now

    def _is_same(self, root: int, above: Buffer) -> bool:
        return self._program.tensors[root].spec == above.spec

    def _add_to(self, root: int, step: Step, now: int) -> None:
        # The second gradient of a tensor is added to the first: for a moment there are both.
        if step.type not in traits.HANDS_ON:
            tensor = self._program.tensors[root]
            self.buffers.append(Buffer(tensor.spec, now, now, tensor.node, Role.GRADIENTS))

    def _open(self, root: int, now: int) -> Buffer:
        tensor = self._program.tensors[root]
        buffer = Buffer(tensor.spec, now, self._end(root), tensor.node, Role.GRADIENTS)
        self._gradient[root] = buffer
        self.buffers.append(buffer)
        return buffer

    def _end(self, root: int) -> int:
        return self.when(self._program.tensors[root].made)
