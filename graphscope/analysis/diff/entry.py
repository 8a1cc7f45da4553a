"""One call in the tree that is compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from graphscope.analysis.diff.names import chosen_name
from graphscope.analysis.diff.settings import Settings
from graphscope.graph import EdgeKind, TensorSpec, Weight


@dataclass(eq=False)
class Entry:
    """A call, input or layer that nobody calls, with those inside it.

    Attributes:
        id: the id of the scope or node; of the layer where nobody calls it.
        kind: `layer`, `operation`, `phase`, `input`, `op` (an operation in no call) or
            `uncalled`.
        layer: id of the layer that is called.
        settings: config of the layer, attributes of an operation.
        weights: weights by their name within the entry, at the first call of their layer only.
        outputs: what the call returns.
        operations: the operations of an innermost call by type.
        is_opaque: whether the graph does not tell what is inside.
        trainable: whether its layer is.
        inside: a fingerprint of the operations inside an innermost call and of their wiring.
    """

    id: str
    name: str
    type: str
    kind: str
    layer: str | None = None
    parent: Entry | None = None
    children: list[Entry] = field(default_factory=list)
    settings: Settings = field(default_factory=dict)
    weights: dict[str, Weight] = field(default_factory=dict)
    outputs: tuple[TensorSpec, ...] = ()
    trainable: bool = True
    operations: Counter[str] = field(default_factory=Counter)
    is_opaque: bool = False
    inside: tuple[object, ...] = ()
    exact: int = 0
    """Equal for subtrees that compute the same in the same shapes, names aside."""
    config: int = 0
    """Equal for subtrees of the same types and settings, shapes aside."""
    loose: int = 0
    """Equal for subtrees of the same types."""

    @cached_property
    def chosen(self) -> str:
        """The name, without a number that Keras made up."""
        return chosen_name(self.name, self.type)

    @property
    def has_chosen_name(self) -> bool:
        """Whether somebody gave the name, rather than Keras."""
        return self.chosen == self.name and self.kind != "op"

    @cached_property
    def size(self) -> int:
        """The number of entries in the subtree, this one included."""
        return 1 + sum(child.size for child in self.children)

    def is_shut_in(self, partner: Entry) -> bool:
        """Whether the other graph does not tell what is inside this call."""
        return bool(self.children) and partner.is_opaque and not partner.children

    def walk(self) -> Iterator[Entry]:
        """Yield the entries of the subtree, parents before children, in program order."""
        waiting = [self]
        while waiting:
            entry = waiting.pop()
            yield entry
            waiting += reversed(entry.children)

    def around(self) -> Iterator[Entry]:
        """Yield the entry and those around it, innermost first."""
        entry: Entry | None = self
        while entry is not None:
            yield entry
            entry = entry.parent


@dataclass(frozen=True, slots=True)
class Wire:
    """A tensor that goes from one entry to another."""

    source: Entry
    output: int
    """Which of the outputs of the source it is; -1 for one that it does not return (a mask)."""
    target: Entry
    kind: EdgeKind


@dataclass(eq=False)
class Tree:
    """A graph as a tree of entries, and the tensors between its innermost entries."""

    root: Entry
    wires: tuple[Wire, ...]
    entries: dict[str, Entry]
    """By id of scope, node or uncalled layer."""
