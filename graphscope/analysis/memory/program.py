"""A graph as the steps that run, in order: what the estimate of memory walks over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from graphscope.graph import Dimension, TensorSpec

T = TypeVar("T")

STATIC, DROPPED = -1, -2
_DIFFERENTIABLE = ("float", "bfloat", "complex", "half", "variant")


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop around a step."""

    id: str
    trips: Dimension


@dataclass(slots=True)
class Program:
    """Steps in the order they run, and the tensors that they take and make.

    Both are numbers: places in the columns below, which for large graphs take a fraction of the
    time that an object for each would take. Inputs and constants are tensors without a step.
    """

    types: list[str] = field(default_factory=list)
    """What each step does."""
    inputs: list[tuple[int, ...]] = field(default_factory=list)
    """The tensors that each step takes."""
    outputs: list[tuple[int, ...]] = field(default_factory=list)
    """The tensors that each step makes."""
    weights: list[tuple[str, ...]] = field(default_factory=list)
    """Ids of the weights that each step reads."""
    nodes: list[str] = field(default_factory=list)
    """Id of the node that each step is part of."""
    loops: list[tuple[Loop, ...]] = field(default_factory=list)
    """The loops around each step, outermost first."""
    next_trips: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """By step the inputs that arrive from the trip before; most steps have none."""
    assumed: set[int] = field(default_factory=set)
    """Steps that stand for layers of whose inside nothing is known."""
    specs: list[TensorSpec] = field(default_factory=list)
    """Shape and dtype of each tensor."""
    made: list[int] = field(default_factory=list)
    """The step that makes each tensor; `STATIC` for those that are there before the program starts
    and stay, `DROPPED` for those whose step was dropped."""
    makers: list[str] = field(default_factory=list)
    """Id of the node that makes each tensor."""
    results: list[int] = field(default_factory=list)
    """Tensors that the caller gets."""
    is_eager: bool = False
    """Whether operations run at once, each into memory of its own."""
    retained: dict[int, int] = field(default_factory=dict)
    """By tensor the step until which it is held, whether it is used or not."""
    is_of_training: bool = False
    """Whether it holds what only happens in training."""

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.types)

    def add_static(self, spec: TensorSpec, node: str) -> int:
        """Add a tensor that is there from the start."""
        self.specs.append(spec)
        self.made.append(STATIC)
        self.makers.append(node)
        return len(self.specs) - 1

    def add_step(
        self,
        type_: str,
        inputs: Sequence[int],
        specs: Sequence[TensorSpec],
        *,
        node: str,
        weights: tuple[str, ...] = (),
        loops: tuple[Loop, ...] = (),
    ) -> tuple[int, ...]:
        """Add a step and return the tensors it makes."""
        first, count = len(self.specs), len(specs)
        outputs = (first,) if count == 1 else tuple(range(first, first + count))
        self.specs += specs
        self.made += [len(self.types)] * count
        self.makers += [node] * count
        self.types.append(type_)
        self.inputs.append(tuple(inputs))
        self.outputs.append(outputs)
        self.weights.append(weights)
        self.nodes.append(node)
        self.loops.append(loops)
        return outputs

    def copy(self) -> Program:
        """Return a program of the same steps, to which others can be added."""
        return replace(
            self,
            types=self.types.copy(),
            inputs=self.inputs.copy(),
            outputs=self.outputs.copy(),
            weights=self.weights.copy(),
            nodes=self.nodes.copy(),
            loops=self.loops.copy(),
            next_trips=self.next_trips.copy(),
            assumed=self.assumed.copy(),
            specs=self.specs.copy(),
            made=self.made.copy(),
            makers=self.makers.copy(),
            results=self.results.copy(),
            retained=self.retained.copy(),
        )

    def sources(self, step: int) -> tuple[int, ...]:
        """Return all tensors that a step takes, those from the trip before last."""
        return self.inputs[step] + self.next_trips.get(step, ())

    def loops_around(self, tensor: int) -> tuple[Loop, ...]:
        """Return the loops in which a tensor is made."""
        made = self.made[tensor]
        return self.loops[made] if made >= 0 else ()

    def may_have_gradient(self, tensor: int) -> bool:
        """Whether it may have a gradient: numbers with a fraction, or lists of tensors."""
        return self.specs[tensor].dtype.startswith(_DIFFERENTIABLE)

    def kept_spec(self, tensor: int) -> TensorSpec:
        """Return shape and dtype of what is kept where each trip of its loops keeps one."""
        spec, loops = self.specs[tensor], self.loops_around(tensor)
        if not loops or spec.shape is None:
            return spec
        return TensorSpec((*(loop.trips for loop in loops), *spec.shape), spec.dtype)


def without_dead_steps(program: Program) -> Program:
    """Return the program without steps on which no result depends; they do not run.

    A program without results stays as it is.
    """
    if not program.results:
        return program
    kept = _find_needed(program)
    order = [step for step, is_kept in enumerate(kept) if is_kept]
    if len(order) == len(program):
        return program
    moved = {old: new for new, old in enumerate(order)}
    moved[STATIC] = STATIC
    return replace(
        program,
        types=_pick(program.types, order),
        inputs=_pick(program.inputs, order),
        outputs=_pick(program.outputs, order),
        weights=_pick(program.weights, order),
        nodes=_pick(program.nodes, order),
        loops=_pick(program.loops, order),
        next_trips={moved[old]: taken for old, taken in program.next_trips.items() if kept[old]},
        assumed={moved[old] for old in program.assumed if kept[old]},
        made=[moved.get(made, DROPPED) for made in program.made],
    )


def _pick(column: list[T], places: Iterable[int]) -> list[T]:
    return [column[place] for place in places]


def _find_needed(program: Program) -> bytearray:
    """Return for each step whether a result depends on it."""
    kept = bytearray(len(program))
    pending = [program.made[result] for result in program.results]
    while pending:
        step = pending.pop()
        if step < 0 or kept[step]:
            continue
        kept[step] = True
        pending += [program.made[source] for source in program.sources(step)]
    return kept


def add_moments(program: Program, tensor: int, node: str, loops: tuple[Loop, ...]) -> None:
    """Add the variance of a batch, which the gradient flows through."""
    spec = program.specs[tensor]
    (squares,) = program.add_step("SquaredDifference", [tensor], [spec], node=node, loops=loops)
    small = TensorSpec((spec.shape or (None,))[-1:], spec.dtype)
    program.results += program.add_step("Mean", [squares], [small], node=node, loops=loops)
