"""What a run of a model leaves behind: values, the operations that made them, loops and choices.

A tensor of PyTorch may be written in place, also through a view of it. What is followed here are
therefore *values*: a tensor object as it was between two writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from keras import backend
from torch._subclasses.fake_tensor import FakeTensor

from graphscope.graph import SourceLine
from graphscope.tracers.recorder import Call


@dataclass(slots=True, eq=False)
class Value:
    """A tensor between two writes."""

    tensor: Any
    """Kept alive, because tensors are told apart by the address of their object."""
    shape: tuple[int, ...]
    dtype: str
    operation: Operation | None = None
    index: int = 0
    variable: Any = None
    """The Keras variable whose value it is."""
    stands_for: Value | None = None
    """The value outside a loop or choice that its body sees under another name."""
    mask: Value | None = None
    is_literal: bool = False
    """Whether the program wrote it as a number or list."""
    is_known: bool = False
    """Whether its elements follow from constants alone, and are in `tensor`."""
    time: int = 0


@dataclass(slots=True, eq=False)
class Operation:
    """An operation as PyTorch dispatched it, or one that stands for what a loop or choice does."""

    name: str
    type: str
    inputs: list[Value]
    outputs: list[Value]
    owner: Call | None
    source: SourceLine | None
    attributes: dict[str, Any]
    body: Body
    block: Block | None = None
    """The loop or choice that it belongs to, when it was made for one."""
    is_marker: bool = False


@dataclass(slots=True, eq=False)
class Body:
    """What ran at one place: the whole model, the body of a loop, a branch."""

    entries: list[Entry] = field(default_factory=list)
    block: Block | None = None
    results: list[Value] = field(default_factory=list)
    """What decides whether or how the loop or choice goes on, or is handed on by it."""


@dataclass(slots=True, eq=False)
class Block:
    """A loop or a choice with its bodies, each of which was run once."""

    name: str
    type: str
    owner: Call | None
    source: SourceLine | None
    outer: Body
    trips: int | None = None
    bodies: list[tuple[str, Body]] = field(default_factory=list)
    carried: list[tuple[Value, Value]] = field(default_factory=list)
    """What one trip hands to the next: the value as its body sees it, and the one that follows."""


Entry: TypeAlias = Operation | Block

SCRATCH = Body()
"""Where calls belong that only infer shapes."""


class Tape:
    """Follows values through one run of a model.

    Attributes:
        root: what the model ran, outside of loops and choices.
        body: what is running now.
    """

    def __init__(self) -> None:
        self.root = Body()
        self.body = self.root
        self.block: Block | None = None
        self._values: dict[int, Value] = {}
        self._written: dict[int, Value] = {}
        self._clock = 0
        self._seeds: list[Value] = []

    # Values --------------------------------------------------------------------------------

    def value_of(self, tensor: Any) -> Value:
        """Return the value that a tensor has now; an unseen tensor is a constant of the program."""
        value = self._values.get(id(tensor))
        if value is None:
            value = self._remember(tensor, is_known=_has_elements(tensor))
        if not self._written:
            return value
        write = self._written.get(_storage(tensor))
        if write is None or write.time <= value.time or write.tensor is tensor:
            return value
        # Its memory was written through another view: what it holds follows from both.
        self.add("updated", [value, write], [tensor], owner=_owner(write), source=None)
        return self._values[id(tensor)]

    def add_input(self, tensor: Any, variable: Any = None) -> Value:
        """Follow a tensor that the model is given: an input, or the value of a variable."""
        value = self._remember(tensor)
        value.variable = variable
        return value

    def rename(self, tensor: Any, value: Value, *, is_literal: bool = False) -> None:
        """Let another tensor object have a value that was there before."""
        renamed = self._remember(tensor, is_known=value.is_known)
        renamed.stands_for = value
        renamed.is_literal = is_literal
        value.is_literal |= is_literal

    def stand_in(self, tensor: Any, fake: Any) -> Value:
        """Let `fake` be what the body of a loop sees of a tensor from outside."""
        outside = self.value_of(tensor)
        value = self._remember(fake)
        value.stands_for = outside
        return value

    def _remember(self, tensor: Any, *, is_known: bool = False) -> Value:
        self._clock += 1
        value = self._values[id(tensor)] = Value(
            tensor,
            tuple(tensor.shape),
            backend.standardize_dtype(tensor.dtype),
            is_known=is_known,
            time=self._clock,
        )
        return value

    # Operations ----------------------------------------------------------------------------

    def add(  # noqa: PLR0913 - one keyword for each fact about an operation
        self,
        name: str,
        inputs: list[Value],
        results: Iterable[Any],
        *,
        owner: Call | None,
        source: SourceLine | None,
        type_: str | None = None,
        attributes: dict[str, Any] | None = None,
        written: Sequence[Any] = (),
        block: Block | None = None,
    ) -> Operation:
        """Add an operation that made `results` out of `inputs`; `written` are among the results."""
        operation = Operation(
            name, type_ or name, inputs, [], owner, source, attributes or {}, self.body, block
        )
        is_known = all(value.is_known for value in inputs)
        for index, tensor in enumerate(results):
            value = self._remember(tensor, is_known=is_known and _has_elements(tensor))
            value.operation, value.index = operation, index
            operation.outputs.append(value)
        for tensor in written:
            self._written[_storage(tensor)] = self._values[id(tensor)]
        self.body.entries.append(operation)
        return operation

    def add_seed(self, tensor: Any) -> None:
        """Let the next random operation take a tensor, from which its numbers follow."""
        self._seeds.append(self.value_of(tensor))

    def take_seeds(self) -> list[Value]:
        """Return the tensors that a random operation takes besides its arguments."""
        seeds, self._seeds = self._seeds, []
        return seeds

    # Loops and choices ---------------------------------------------------------------------

    @contextmanager
    def in_block(self, block: Block) -> Iterator[Block]:
        """Collect the bodies of a loop or choice inside the block."""
        self.body.entries.append(block)
        yield block

    @contextmanager
    def in_body(self, block: Block, name: str) -> Iterator[Body]:
        """Collect what runs inside the block as one body of a loop or choice."""
        outer, body = self.body, Body(block=block)
        block.bodies.append((name, body))
        self.body = body
        try:
            yield body
        finally:
            self.body = outer


def _has_elements(tensor: Any) -> bool:
    return not isinstance(tensor, FakeTensor) and not tensor.is_meta


def _storage(tensor: Any) -> int:
    return int(tensor.untyped_storage()._cdata)


def _owner(value: Value) -> Call | None:
    return None if value.operation is None else value.operation.owner
