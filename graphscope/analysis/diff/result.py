"""What a comparison of two graphs says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Verdict: TypeAlias = Literal["added", "removed", "changed"]

Topic: TypeAlias = Literal[
    "name",
    "type",
    "place",
    "config",
    "trainable",
    "weights",
    "shapes",
    "dtypes",
    "parameters",
    "flops",
    "memory",
    "wiring",
    "operations",
    "calls",
]
"""What a changed fact is about. `place`: the block that a call stands in. `memory`: the bytes of
its outputs. `calls`: whether a layer is called at all. `operations`: what a call does inside."""

TOPICS: tuple[Topic, ...] = Topic.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact that is not the same before and after.

    `before` and `after` are JSON values, None where there is none: numbers for parameters, FLOPs
    and memory, text for the rest.
    """

    topic: Topic
    name: str
    before: Any
    after: Any

    @property
    def delta(self) -> int | float | None:
        """The difference of two numbers."""
        numbers = (int, float)
        if isinstance(self.before, numbers) and isinstance(self.after, numbers):
            return self.after - self.before
        return None

    def reversed(self) -> Fact:
        """Return the fact of the comparison the other way round."""
        return Fact(self.topic, self.name, self.after, self.before)


@dataclass(frozen=True, slots=True)
class CallSummary:
    """A call in one of the graphs, with what is inside it.

    Attributes:
        id: id of the scope, node or uncalled layer; `layer` that of the layer.
        calls: number of calls in it, itself included.
        parameters: elements of the weights that are counted at it and inside.
        flops, output_bytes: None where they are not known.
        output: its outputs, printed.
        weights: ids of the weights.
        inside: ids of the calls inside.
    """

    id: str
    name: str
    type: str
    kind: str
    layer: str | None
    output: str
    calls: int
    parameters: int
    flops: int | None
    output_bytes: int | None
    weights: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A call that is not the same in both graphs.

    Only the outermost of added or removed calls are told; what is inside them belongs to them.
    `path` are the ids of the blocks around it, in the graph that it is in (the later one, if both).
    """

    verdict: Verdict
    before: CallSummary | None
    after: CallSummary | None
    facts: tuple[Fact, ...] = ()
    path: tuple[str, ...] = ()

    @property
    def shown(self) -> CallSummary:
        """The call after, or before where it is gone."""
        call = self.after or self.before
        assert call is not None, "a change is of some call"
        return call

    def reversed(self) -> Change:
        """Return the change of the comparison the other way round; its path stays."""
        verdicts: dict[Verdict, Verdict] = {"added": "removed", "removed": "added"}
        facts = tuple(fact.reversed() for fact in self.facts)
        verdict = verdicts.get(self.verdict, self.verdict)
        return Change(verdict, self.after, self.before, facts, self.path)


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A weight that is in one graph only, or not of the same shape, dtype or trainability."""

    verdict: Verdict
    before: str | None
    after: str | None
    shape_before: tuple[int, ...] | None
    shape_after: tuple[int, ...] | None
    dtype_before: str | None
    dtype_after: str | None


@dataclass(frozen=True, slots=True)
class WireChange:
    """A tensor that goes between two calls in one of the graphs only, though both are in both.

    Ends are ids of the graph that has the tensor.
    """

    verdict: Verdict
    source: str
    output: int
    target: str
    kind: str


@dataclass(frozen=True, slots=True)
class Totals:
    """A graph in numbers. Sums leave out what is not known, and are lower bounds then.

    Attributes:
        layers_of_unknown_weights: whose weights are not counted.
        unknown_flops, unknown_outputs: number of calls of which FLOPs, or bytes of what they make,
            are left out.
        inference_bytes, training_bytes: estimated peak memory of a call and of a training step;
            None where it is not known what runs.
    """

    parameters: int
    trainable_parameters: int
    weight_bytes: int
    flops: int
    unknown_flops: int
    output_bytes: int
    inference_bytes: int | None
    training_bytes: int | None
    calls: int
    layers: int
    layers_of_unknown_weights: int = 0
    unknown_outputs: int = 0


@dataclass(frozen=True)
class GraphDiff:
    """What differs between two graphs; empty (and false) where nothing does.

    Attributes:
        level: `ops`, `layers` or `weights`: how deep both could be compared.
        batch: the batch size that costs are for.
        same: number of calls that are equal in both.
        notes: what could not be compared.
    """

    before_name: str
    after_name: str
    level: str
    batch: int
    before: Totals
    after: Totals
    changes: tuple[Change, ...]
    weights: tuple[WeightChange, ...]
    wires: tuple[WireChange, ...]
    same: int
    notes: tuple[str, ...] = ()
    are_costs_comparable: bool = True
    """Whether totals of FLOPs, bytes and calls tell of the same calls in both graphs."""
    is_of_one_origin: bool = True
    """Whether both were traced on one backend, or both were read from files of one kind."""
    pairs: tuple[tuple[str, str], ...] = ()
    """Which call before is which after: ids of scopes and nodes; of layers, at that level."""

    def __bool__(self) -> bool:
        return bool(self.changes or self.weights or self.wires)

    @property
    def added(self) -> tuple[Change, ...]:
        """Calls that are only in the later graph."""
        return tuple(change for change in self.changes if change.verdict == "added")

    @property
    def removed(self) -> tuple[Change, ...]:
        """Calls that are only in the earlier graph."""
        return tuple(change for change in self.changes if change.verdict == "removed")

    @property
    def changed(self) -> tuple[Change, ...]:
        """Calls that are in both graphs and not the same."""
        return tuple(change for change in self.changes if change.verdict == "changed")

    def as_dict(self) -> Mapping[str, Any]:
        """Return the comparison as JSON values; see `docs/diff.md`."""
        from graphscope.analysis.diff.document import as_document

        return as_document(self)

    def _repr_markdown_(self) -> str:
        """Tell the comparison where a notebook shows it."""
        from graphscope.analysis.diff.markdown import to_markdown

        return to_markdown(self)

    def __repr__(self) -> str:
        if not self:
            return f"<GraphDiff {self.before_name!r} = {self.after_name!r}>"
        return (
            f"<GraphDiff {self.before_name!r} -> {self.after_name!r}: {len(self.added)} added, "
            f"{len(self.removed)} removed, {len(self.changed)} changed>"
        )
