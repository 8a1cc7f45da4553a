"""Facts and numbers of a comparison in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

from graphscope.analysis.amounts import format_amount, format_bytes, format_count
from graphscope.analysis.diff.groups import Group, name_members
from graphscope.analysis.diff.result import CallSummary, Change, Fact, GraphDiff, Topic

_ABSENT = "–"
_LONGEST = 120


def describe_fact(fact: Fact) -> tuple[str, str, str, str]:
    """Return the label, what was, what is, and the difference of numbers.

    >>> describe_fact(Fact("parameters", "parameters", 4160, 8320))
    ('parameters', '4,160', '8,320', '+4,160')
    >>> describe_fact(Fact("config", "activation", "relu", None))
    ('activation', 'relu', '–', '')
    """
    before, after = (_say(fact, value) for value in (fact.before, fact.after))
    return fact.name, before, after, describe_delta(fact)


def describe_facts(change: Change) -> list[tuple[str, str, str, str]]:
    """Return the facts of a change as rows; how often operations occur is one row for all types."""
    is_count = [fact.topic == "operations" and fact.delta is not None for fact in change.facts]
    pairs = list(zip(change.facts, is_count, strict=True))
    rows = [describe_fact(fact) for fact, counts in pairs if not counts]
    counted = [fact for fact, counts in pairs if counts]
    if counted:
        sides = (
            ", ".join(_count(fact.name, value) for fact, value in values if value)
            for values in zip(
                *(((fact, fact.before), (fact, fact.after)) for fact in counted), strict=True
            )
        )
        before, after = (side or _ABSENT for side in sides)
        rows.append(("operations", before, after, ""))
    return rows


def _count(name: str, count: int) -> str:
    return name if count == 1 else f"{name} ×{count}"


def describe_delta(fact: Fact) -> str:
    """Return the difference of two numbers with its sign; nothing for facts that are none."""
    delta = fact.delta
    if delta is None or fact.topic not in ("parameters", "flops", "memory"):
        return ""
    sign = "+" if delta > 0 else "−"
    return sign + _say(fact, abs(delta))


def _say(fact: Fact, value: Any) -> str:
    if value is None or value == []:
        return _ABSENT
    if fact.topic == "flops":
        return format_amount(value)
    if fact.topic == "memory":
        return format_bytes(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return format_count(value) if fact.topic in ("parameters", "operations") else str(value)
    if isinstance(value, list):
        joined = ", ".join(str(each) for each in value)
        text = joined if fact.topic == "wiring" else f"({joined})"
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def describe_call(call: CallSummary) -> str:
    """Return what an added or removed call amounts to.

    >>> describe_call(CallSummary("d", "d", "Dense", "layer", "d", "B×4 float32", 1, 20, 32, 16))
    'B×4 float32, 20 parameters, 32 FLOPs'
    """
    facts = [call.output] if call.output else []
    if call.calls > 1:
        facts.append(f"{call.calls:,} calls")
    if call.parameters:
        facts.append(f"{call.parameters:,} parameters")
    if call.flops:
        facts.append(f"{format_amount(call.flops)} FLOPs")
    if call.kind == "uncalled":
        facts.append("never called")
    return ", ".join(facts)


def list_totals(diff: GraphDiff, *, at_least: str = "at least ") -> list[tuple[str, str, str, str]]:
    """Return the totals of both graphs that can be compared, as `describe_fact` does.

    Args:
        diff: the comparison.
        at_least: stands before a sum that leaves something out; one that is left with nothing is
            unknown.
    """
    one, other = diff.before, diff.after
    weights = (one.layers_of_unknown_weights, other.layers_of_unknown_weights)
    rows = [
        _Row("parameters", "Parameters", _both(diff, "parameters"), weights),
        _Row("parameters", "Trainable", _both(diff, "trainable_parameters"), weights),
        _Row("memory", "Weights", _both(diff, "weight_bytes"), weights),
    ]
    if diff.level != "weights" and diff.are_costs_comparable:
        unknown = (one.unknown_flops, other.unknown_flops)
        rows += [
            _Row("flops", "FLOPs", _both(diff, "flops"), unknown),
            # Between calls backends make other tensors.
            *(_list_memory(diff, weights) if diff.is_of_one_origin else ()),
            _Row("parameters", "Calls", _both(diff, "calls")),
        ]
    rows.append(_Row("parameters", "Layers", _both(diff, "layers")))
    return [_total_row(row, at_least) for row in rows]


_Pair: TypeAlias = tuple[Any, Any]
"""Something of both graphs."""


@dataclass(frozen=True, slots=True)
class _Row:
    topic: Topic
    label: str
    values: _Pair
    unknown: _Pair = (0, 0)
    """How much the sums leave out."""


def _both(diff: GraphDiff, name: str) -> _Pair:
    return getattr(diff.before, name), getattr(diff.after, name)


def _list_memory(diff: GraphDiff, weights: _Pair) -> list[_Row]:
    outputs = _both(diff, "unknown_outputs")
    peaks = (weights[0] + outputs[0], weights[1] + outputs[1])
    rows = (
        _Row("memory", "Outputs", _both(diff, "output_bytes"), outputs),
        _Row("memory", "Inference", _both(diff, "inference_bytes"), peaks),
        _Row("memory", "Training", _both(diff, "training_bytes"), peaks),
    )
    return [row for row in rows if None not in row.values]


def _total_row(row: _Row, at_least: str) -> tuple[str, str, str, str]:
    fact = Fact(row.topic, row.label, *row.values)
    label, *told, delta = describe_fact(fact)
    before, after = (
        text if not unknown else f"{at_least}{text}" if value else format_count(None)
        for text, value, unknown in zip(told, row.values, row.unknown, strict=True)
    )
    # What the sums leave out may differ by more than what they tell.
    if not fact.delta or row.unknown[0] != row.unknown[1]:
        return label, before, after, ""
    has_share = fact.before and not any(row.unknown)
    share = f" ({fact.delta / fact.before:+.1%})".replace("-", "−") if has_share else ""
    return label, before, after, delta + share


def describe_counts(diff: GraphDiff) -> str:
    """Return how many calls were added, removed and changed."""
    counts = (
        (len(diff.added), "added"),
        (len(diff.removed), "removed"),
        (len(diff.changed), "changed"),
        (diff.same, "the same"),
    )
    return ", ".join(f"{count:,} {what}" for count, what in counts if count)


def title_group(group: Group) -> str:
    """Return whom a group is about: an id, or the ids of several."""
    if group.kind == "inside":
        return group.inside
    return ", ".join(name_members(group.changes))


def describe_following(group: Group) -> str:
    """Return in words what calls do that only hand on what changed before them."""
    types: dict[str, int] = {}
    for change in group.changes:
        types[change.shown.type] = types.get(change.shown.type, 0) + 1
    named = [f"{name} ×{count}" if count > 1 else name for name, count in types.items()]
    return ", ".join(named)
