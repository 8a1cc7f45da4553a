"""The card of the whole model, shown while nothing is selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphscope.app.facts import Facts, Rank
from graphscope.app.present.card import Bar, Card, Link, Message, Row, Section
from graphscope.app.present.code import list_code, warn_of_code
from graphscope.app.present.rows import note_messages
from graphscope.app.present.tensors import present_own
from graphscope.app.present.values import format_amount, format_bytes, format_count
from graphscope.graph import ROOT, Port
from graphscope.graph.output_names import output_names

_TOP = 5
"""Places of the ranking."""

_VIOLATIONS = 10
"""Violations that are listed; one cut edge is enough to look into."""


def present_model(facts: Facts) -> Card:
    """Return the card of the model: size, ends, and whether its two projections agree."""
    graph = facts.graph
    inputs = [Port(node) for node in facts.input_nodes()]
    sections = (
        Section("", _size_rows(facts)),
        *list_code(facts),
        Section("Inputs", present_own(facts, inputs)),
        Section("Outputs", present_own(facts, graph.outputs, output_names(graph))),
        Section("Most FLOPs", _ranking(facts)),
        Section("Data flow and computation", _agreement(facts)),
        Section("Notes", note_messages(facts.notes)),
    )
    return Card(
        kind="Model",
        title=graph.name,
        type=_origin(facts),
        warnings=warn_of_code(facts.code_at(ROOT)),
        sections=tuple(section for section in sections if section.entries),
    )


def _origin(facts: Facts) -> str:
    parts = (facts.graph.metadata.get(key) for key in ("producer", "backend"))
    return " · ".join(str(part) for part in parts if part)


def _size_rows(facts: Facts) -> tuple[Row, ...]:
    totals = facts.totals
    hint = f"for a batch of {facts.batch}"
    rows = [
        Row("Layers", format_count(totals["layers"]), is_code=True),
        Row("Layer calls", format_count(totals["layer_calls"]), is_code=True),
        Row("Operations", format_count(totals["ops"]), is_code=True),
        Row("Parameters", _count_parameters(totals, "parameters"), is_code=True),
        Row("Trainable", _count_parameters(totals, "trainable_parameters"), is_code=True),
        Row("FLOPs", _amount_flops(totals), is_code=True, hint=hint),
        Row("Activations", format_bytes(totals["output_bytes"]), is_code=True, hint=hint),
    ]
    return tuple(row for row in rows if row.value not in ("0", "0 B"))


def _count_parameters(totals: Mapping[str, Any], which: str) -> str:
    """Return a count; where the weights of some layers are not known, what it is at least."""
    at_least = "≥ " if totals["layers_of_unknown_weights"] and totals[which] is not None else ""
    return at_least + format_count(totals[which])


def _amount_flops(totals: Mapping[str, Any]) -> str:
    at_least = "≥ " if totals["unknown_flops"] and totals["flops"] is not None else ""
    return at_least + format_amount(totals["flops"])


def _ranking(facts: Facts) -> tuple[Bar, ...]:
    ranks = facts.rank_by_flops(_TOP)
    return tuple(
        Bar(_link(facts, rank), format_amount(rank.flops), rank.flops / ranks[0].flops)
        for rank in ranks
    )


def _link(facts: Facts, rank: Rank) -> Link:
    times = f" × {rank.count:,}" if rank.count > 1 else ""
    return Link(facts.tree.name_of(rank.call) + times, rank.call)


def _agreement(facts: Facts) -> tuple[Message, ...]:
    """Return what the check of the two projections found; nothing where there was no data flow.

    A recorded run has one projection only: there is nothing to compare.
    """
    if facts.graph.metadata.get("producer") == "recorded run":
        return ()
    report = facts.consistency
    is_one = report.explicit_edges == 1
    edges = f"{format_count(report.explicit_edges)} {'edge' if is_one else 'edges'} between layers"
    if not report.ok:
        count = format_count(len(report.violations))
        listed = (Message("bad", each.message) for each in report.violations[:_VIOLATIONS])
        found = "difference" if len(report.violations) == 1 else "differences"
        summary = Message("bad", f"{count} {found} in {edges}.", title="They disagree")
        return (summary, *listed)
    if not facts.graph.edges:
        return ()
    if facts.totals["ops"]:
        witness = f"{'follows' if is_one else 'follow'} from the operations as well."
    else:
        those = "is the one" if is_one else "are those"
        witness = f"{those} that the model declares. No operations were traced."
    return (Message("good", f"{edges} {witness}", title="They agree"),)
