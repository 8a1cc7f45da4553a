"""A graph as the steps that run, in order: what the estimate of memory walks over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from graphscope.graph import Dimension, TensorSpec

_DIFFERENTIABLE = ("float", "bfloat", "complex", "half", "variant")
_STATIC, _DROPPED = -1, -2


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around a step."""

    id: str
    trips: Dimension


@dataclass(slots=True)
class Tensor:
    """One tensor of the program."""

    spec: TensorSpec
    node: str
    """Id of the node that makes it."""
    made: int
    """Number of the step that makes it; below zero for inputs and constants."""
    loops: tuple[Loop, ...] = ()

    @property
    def is_static(self) -> bool:
        """Whether it is there before the program starts, and stays."""
        return self.made < 0

    @property
    def is_dropped(self) -> bool:
        """Whether the step that made it was dropped from the program."""
        return self.made == _DROPPED

    @property
    def may_have_gradient(self) -> bool:
        """Whether it may have a gradient: numbers with a fraction, or lists of tensors."""
        return self.spec.dtype.startswith(_DIFFERENTIABLE)

    @property
    def kept_spec(self) -> TensorSpec:
        """Shape and dtype of what is kept of it where each trip of its loops keeps one."""
        if not self.loops or self.spec.shape is None:
            return self.spec
        trips = tuple(loop.trips for loop in self.loops)
        return TensorSpec((*trips, *self.spec.shape), self.spec.dtype)


@dataclass(frozen=True, slots=True)
class Step:
    """One operation that runs. Tensors are numbers into `Program.tensors`."""

    type: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    weights: tuple[str, ...] = ()
    node: str = ""
    loops: tuple[Loop, ...] = ()
    next_trip: tuple[int, ...] = ()
    """Inputs that arrive from the trip before."""
    is_assumed: bool = False
    """Whether nothing is known about the inside of the layer that it stands for."""


@dataclass(slots=True)
class Program:
    """Steps in the order they run."""

    steps: list[Step] = field(default_factory=list)
    tensors: list[Tensor] = field(default_factory=list)
    results: list[int] = field(default_factory=list)
    """Tensors that the caller gets."""
    is_eager: bool = False
    """Whether operations run at once, each into memory of its own."""
    retained: dict[int, int] = field(default_factory=dict)
    """By tensor the step until which it is held, whether it is used or not."""
    is_of_training: bool = False
    """Whether it holds what only happens in training."""

    def add_static(self, spec: TensorSpec, node: str) -> int:
        """Add a tensor that is there from the start."""
        self.tensors.append(Tensor(spec, node, _STATIC))
        return len(self.tensors) - 1

    def add_step(
        self,
        type_: str,
        inputs: Sequence[int],
        specs: Iterable[TensorSpec],
        *,
        node: str,
        weights: tuple[str, ...] = (),
        loops: tuple[Loop, ...] = (),
        is_assumed: bool = False,
    ) -> tuple[int, ...]:
        """Add a step and return the tensors it makes."""
        first = len(self.tensors)
        self.tensors += [Tensor(spec, node, len(self.steps), loops) for spec in specs]
        outputs = tuple(range(first, len(self.tensors)))
        self.steps.append(
            Step(type_, tuple(inputs), outputs, weights, node, loops, is_assumed=is_assumed)
        )
        return outputs

    def copy(self) -> Program:
        """Return a program of the same steps, to which others can be added."""
        return replace(self, steps=[*self.steps], tensors=[*self.tensors], results=[*self.results])


def without_dead_steps(program: Program) -> Program:
    """Return the program without steps on which no result depends; they do not run.

    A program without results stays as it is.
    """
    if not program.results:
        return program
    wanted = set(program.results)
    kept: set[int] = set()
    pending = list(wanted)
    while pending:
        made = program.tensors[pending.pop()].made
        if made < 0 or made in kept:
            continue
        kept.add(made)
        step = program.steps[made]
        pending += [*step.inputs, *step.next_trip]
    order = sorted(kept)
    moved = {old: new for new, old in enumerate(order)}
    tensors = [
        Tensor(
            each.spec,
            each.node,
            moved.get(each.made, _DROPPED if each.made >= 0 else _STATIC),
            each.loops,
        )
        for each in program.tensors
    ]
    return replace(program, steps=[program.steps[old] for old in order], tensors=tensors)


def add_moments(program: Program, tensor: int, node: str, loops: tuple[Loop, ...]) -> None:
    """Add the variance of a batch, which the gradient flows through."""
    spec = program.tensors[tensor].spec
    (squares,) = program.add_step("SquaredDifference", [tensor], [spec], node=node, loops=loops)
    small = TensorSpec((spec.shape or (None,))[-1:], spec.dtype)
    program.results += program.add_step("Mean", [squares], [small], node=node, loops=loops)
