"""The lines of `graphscope info --structure`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from graphscope.analysis.amounts import format_count
from graphscope.cli.text import plural, printable, shorten

if TYPE_CHECKING:
    from graphscope.analysis.structure import ReceptiveField, Structure
    from graphscope.graph import Graph

_MOST = 8
"""Lines for each part; --json has all."""


def take_structure(graph: Graph, batch: int, sizes: Mapping[str, int]) -> Structure:
    """Return the structure of a graph, for numbers that stand for its open sizes."""
    from graphscope.analysis.structure import examine_structure

    return examine_structure(graph, batch, sizes)


def list_structure(structure: Structure | None) -> list[tuple[str, str]]:
    """Return labels and texts, none if it was not asked for; further lines have no label."""
    if structure is None:
        return []
    parts = (
        ("Repeated blocks", list(_repeats(structure))),
        ("Receptive field", list(_fields(structure))),
        ("Bottlenecks", list(_bottlenecks(structure))),
        ("Gates", list(_gates(structure))),
        ("Without effect", list(_unreachable(structure))),
    )
    rows: list[tuple[str, str]] = []
    for label, lines in parts:
        for place, line in enumerate(lines or ["none"]):
            rows.append((label if place == 0 else "", printable(line)))
    return rows


def _repeats(structure: Structure) -> Iterator[str]:
    for repeat in structure.repeats[:_MOST]:
        names = [shorten(each) for each in repeat.members]
        shown = names if len(names) <= 3 else [names[0], "…", names[-1]]
        size = plural(repeat.leaves, "node")
        yield f"{repeat.type} ×{len(names)}, {size} each: {', '.join(shown)}"


def _fields(structure: Structure) -> Iterator[str]:
    """Tell the field of the last call before all is seen, and what sees all first."""
    inputs = dict.fromkeys(field.input for field in structure.fields)
    for input_id in inputs:
        fields = [field for field in structure.fields if field.input == input_id]
        local = [field for field in fields if field.fields is not None]
        if local:
            widest = max(local, key=lambda field: field.sizes or ())
            yield f"{widest.call} sees {describe_field(widest)} of {input_id}"
        whole = next((f for f in fields if f.fields is None and not f.unknown), None)
        if whole is not None:
            yield f"from {whole.call} on, the whole of {input_id}"
        unknown = next((field for field in fields if field.unknown), None)
        if unknown is not None:
            yield f"not known from {unknown.call} on: {unknown.unknown}"


def describe_field(field: ReceptiveField) -> str:
    """Return a receptive field in words."""
    if field.unknown:
        return f"not known ({field.unknown})"
    if field.fields is None:
        return "the whole input"
    sizes = "×".join(f"{float(axis.size):g}" for axis in field.fields)
    jumps = "×".join(f"{float(axis.jump):g}" for axis in field.fields)
    mixed = "" if all(axis.is_aligned for axis in field.fields) else " at most"
    return f"{sizes}{mixed}, every {jumps},"


def _bottlenecks(structure: Structure) -> Iterator[str]:
    from graphscope.analysis.structure.bottlenecks import narrowest

    for each in narrowest(structure.bottlenecks, _MOST):
        amount = format_count(each.elements)
        share = "" if each.share is None else f", {each.share:.3g} times the input"
        yield f"{each.call}: {each.shape}, {amount} elements{share}"


def _gates(structure: Structure) -> Iterator[str]:
    for call, count in structure.list_gates(_MOST):
        yield f"{call}: the only way to {plural(count, 'call')}"


def _unreachable(structure: Structure) -> Iterator[str]:
    found = structure.unreachable
    for ids, what in (
        (found.layers, "layer is never called"),
        (found.calls, "call reaches no output"),
        (found.inputs, "input reaches no output"),
    ):
        for id_ in ids[:_MOST]:
            yield f"{id_}: {what}"
