"""What is not the same about a call that is in both graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from graphscope.analysis.costs import Costs
from graphscope.analysis.diff.entry import Entry
from graphscope.analysis.diff.inside import Insides
from graphscope.analysis.diff.matching import Matching
from graphscope.analysis.diff.result import Fact
from graphscope.graph import TensorSpec, Weight, format_shape

_NO_REASONS = frozenset({"name", "place", "flops", "memory"})
"""Topics that do not explain why operations inside a call are others."""


class Facts:
    """Compares the facts of pairs.

    Args:
        matching: which entry is which.
        costs: the costs of both graphs; None where they are not compared.
        insides: the operations of both graphs; None where they are not compared.
        strict: whether a size that only one graph knows is a difference.
    """

    def __init__(
        self,
        matching: Matching,
        costs: tuple[Costs, Costs] | None,
        insides: tuple[Insides, Insides] | None,
        *,
        strict: bool,
    ) -> None:
        self._matching = matching
        self._costs = costs
        self._insides = insides
        self._strict = strict

    def of(self, before: Entry, after: Entry) -> list[Fact]:
        """Return the facts that differ, but for the wiring."""
        found = [
            *_identity(before, after),
            *self._place(before, after),
            *self._settings(before, after),
            *weight_facts(before, after),
        ]
        if not before.children and not after.children:
            # The outputs and costs of a block are those of the calls in it.
            found += self._outputs(before, after)
            found += self._measures(before, after)
        if self._insides is not None:
            is_explained = any(fact.topic not in _NO_REASONS for fact in found)
            found += self._operations(before, after, is_explained=is_explained)
        return found

    def _settings(self, before: Entry, after: Entry) -> Iterator[Fact]:
        # Of a call of an operation a file knows the arguments, and a trace what came of them.
        # A trace leaves out what a subclassed model was made with.
        has_settings = self._strict or bool(
            before.layer and after.layer and before.settings and after.settings
        )
        if has_settings and before.type == after.type and before.settings != after.settings:
            for key in {**before.settings, **after.settings}:
                one, other = before.settings.get(key), after.settings.get(key)
                if one != other or type(one) is not type(other):
                    yield Fact("config", key, _as_json(one), _as_json(other))
        if before.trainable != after.trainable:
            yield Fact("trainable", "trainable", before.trainable, after.trainable)

    def _place(self, before: Entry, after: Entry) -> Iterator[Fact]:
        if before.parent is None or after.parent is None:
            return
        if self._matching.after.get(before.parent) is not after.parent:
            yield Fact("place", "in", before.parent.id, after.parent.id)

    def _outputs(self, before: Entry, after: Entry) -> Iterator[Fact]:
        if "uncalled" in (before.kind, after.kind):
            return
        count = max(len(before.outputs), len(after.outputs))
        pairs = zip_longest(before.outputs, after.outputs)
        for place, (one, other) in enumerate(pairs):
            name = "output" if count == 1 else f"output {place}"
            if not self._are_same_shape(one, other):
                yield Fact("shapes", name, _shape(one), _shape(other))
            if one is not None and other is not None and one.dtype != other.dtype:
                yield Fact("dtypes", f"{name} dtype", one.dtype, other.dtype)

    def _are_same_shape(self, before: TensorSpec | None, after: TensorSpec | None) -> bool:
        if before is None or after is None:
            return False
        one, other = before.shape, after.shape
        if one == other:
            return True
        if self._strict:
            return False
        if one is None or other is None:
            return True
        return len(one) == len(other) and all(
            size == partner or size is None or partner is None
            for size, partner in zip(one, other, strict=True)
        )

    def _measures(self, before: Entry, after: Entry) -> Iterator[Fact]:
        if self._costs is None or "uncalled" in (before.kind, after.kind):
            return
        one, other = self._costs
        flops = (one.flops.get(before.id), other.flops.get(after.id))
        if self._differ(*flops):
            yield Fact("flops", "FLOPs", *flops)
        made = (one.output_bytes.get(before.id), other.output_bytes.get(after.id))
        # Bytes inside a call are those of its operations: a matter of the backend.
        if self._differ(*made):
            yield Fact("memory", "output bytes", *made)

    def _differ(self, before: int | None, after: int | None) -> bool:
        if before is None or after is None:
            return self._strict and before != after
        return before != after

    def _operations(self, before: Entry, after: Entry, *, is_explained: bool) -> Iterator[Fact]:
        assert self._insides is not None, "asked for where operations are compared"
        if before.inside == after.inside:
            return
        types = before.operations.keys() | after.operations.keys()
        differing = [
            name for name in sorted(types) if before.operations[name] != after.operations[name]
        ]
        for name in differing:
            yield Fact("operations", name, before.operations[name], after.operations[name])
        if not differing and not is_explained:
            yield from self._insides[0].compare(before, self._insides[1], after)


def _identity(before: Entry, after: Entry) -> Iterator[Fact]:
    if before.chosen != after.chosen:
        yield Fact("name", "name", before.name, after.name)
    if before.type != after.type:
        yield Fact("type", "type", before.type, after.type)
    if (before.kind == "uncalled") != (after.kind == "uncalled"):
        yield Fact("calls", "is called", before.kind != "uncalled", after.kind != "uncalled")


def weight_facts(before: Entry, after: Entry) -> Iterator[Fact]:
    """Yield the weights that differ, and what that makes in parameters."""
    one, other = pair_weights(before, after)
    for name in {**one, **other}:
        old, new = one.get(name), other.get(name)
        if _describe(old) != _describe(new):
            yield Fact("weights", name, _describe(old), _describe(new))
    count = (sum(w.size for w in one.values()), sum(w.size for w in other.values()))
    if count[0] != count[1]:
        yield Fact("parameters", "parameters", *count)


def pair_weights(before: Entry, after: Entry) -> tuple[Mapping[str, Weight], Mapping[str, Weight]]:
    """Return the weights of a pair by names that agree.

    Where only one graph tells what is inside a call, all weights inside are the call's own; they
    may have other names there, and are paired by their order then.
    """
    if not before.is_shut_in(after) and not after.is_shut_in(before):
        return before.weights, after.weights
    one, other = _all_weights(before), _all_weights(after)
    if one.keys() == other.keys():
        return one, other
    if sorted(w.shape for w in one.values()) == sorted(w.shape for w in other.values()):
        ordered = [sorted(each.values(), key=lambda w: w.shape) for each in (one, other)]
        names = list(one)
        return dict(zip(names, ordered[0], strict=True)), dict(zip(names, ordered[1], strict=True))
    return one, other


def _all_weights(entry: Entry) -> dict[str, Weight]:
    found: dict[str, Weight] = {}
    for each in entry.walk():
        around = [holder.name for holder in each.around()]
        path = around[: len(around) - sum(1 for _ in entry.around())][::-1]
        found |= {"/".join([*path, name]): weight for name, weight in each.weights.items()}
    return found


def _describe(weight: Weight | None) -> str | None:
    if weight is None:
        return None
    frozen = "" if weight.trainable else ", not trainable"
    return f"{format_shape(weight.shape)} {weight.dtype}{frozen}"


def _shape(spec: TensorSpec | None) -> str | None:
    return None if spec is None else format_shape(spec.shape)


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_json(each) for each in value]
    return value
