"""The lines above the table of layers: what a model is and what it adds up to."""

from __future__ import annotations

from graphscope.analysis import Inventory
from graphscope.app.present.values import format_amount, format_bytes
from graphscope.cli.text import plural
from graphscope.graph import Graph

_NO_FLOW = ("weights-only", "subclassed-archive")
"""Codes of the notes that a file holds weights and not what runs."""
"""The code of the note on a file that holds weights and no model: nothing tells what runs."""


def describe_origin(graph: Graph) -> str:
    """Return in a few words what the graph is and where it comes from.

    >>> from graphscope.graph import ROOT, Scope, ScopeKind
    >>> root = Scope(ROOT, "net", "Functional", ScopeKind.LAYER, None)
    >>> facts = {"format": "trace", "backend": "tensorflow", "producer": "keras 3.15.1"}
    >>> describe_origin(Graph("net", (), scopes=(root,), metadata=facts))
    'Functional · keras 3.15.1 · tensorflow'
    """
    told = graph.metadata
    facts = (told.get("producer"), told.get("backend") or told.get("format"))
    return " · ".join([graph.scopes[0].type, *(str(fact) for fact in facts if fact)])


def list_facts(inventory: Inventory) -> list[tuple[str, str]]:
    """Return the totals as labels and texts."""
    return [
        ("Parameters", _parameters(inventory)),
        ("FLOPs", _flops(inventory)),
        ("Outputs", _outputs(inventory)),
        ("Graph", _sizes(inventory)),
        ("Consistency", _consistency(inventory)),
    ]


def _parameters(inventory: Inventory) -> str:
    at_least = ""
    if inventory.layers_of_unknown_weights:
        if not inventory.parameters:
            return "unknown"
        at_least = "at least "
    count = f"{at_least}{inventory.parameters:,}"
    if inventory.trainable_parameters == inventory.parameters:
        return f"{count}, all trainable"
    return f"{count}, of which {inventory.trainable_parameters:,} trainable"


def _batch(inventory: Inventory) -> str:
    sizes = "".join(f", {name} = {size:,}" for name, size in inventory.sizes.items())
    return f"for a batch of {inventory.batch:,}{sizes}"


def _open(inventory: Inventory) -> str:
    names = inventory.open_sizes
    told = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    options = " ".join(f"--size {name}=128" for name in names)
    return f"depend on {told}: {options} gives numbers"


def _flops(inventory: Inventory) -> str:
    if inventory.unknown_flops and inventory.open_sizes:
        return _open(inventory)
    if inventory.unknown_flops and not inventory.flops:
        return "unknown"
    at_least = "at least " if inventory.unknown_flops else ""
    return f"{at_least}{format_amount(inventory.flops)} {_batch(inventory)}"


def _outputs(inventory: Inventory) -> str:
    if inventory.open_sizes:
        return _open(inventory)
    has_no_flow = any(note.code in _NO_FLOW for note in inventory.notes)
    if not inventory.output_bytes and (inventory.unknown_shapes or has_no_flow):
        return "unknown"
    return f"{format_bytes(inventory.output_bytes)} {_batch(inventory)}"


def _sizes(inventory: Inventory) -> str:
    sizes = [
        plural(inventory.layer_calls, "layer call"),
        plural(inventory.layers, "layer"),
        *([plural(inventory.ops, "op")] if inventory.ops else []),
        plural(inventory.edges, "edge"),
    ]
    if inventory.repeated_blocks:
        sizes.append(plural(inventory.repeated_blocks, "repeated block"))
    return ", ".join(sizes)


def _consistency(inventory: Inventory) -> str:
    found = inventory.consistency
    if found.ok:
        if not inventory.edges:
            return "no data flow to check"
        edges = plural(found.explicit_edges, "edge")
        return (
            f"layers and operations agree on {edges}"
            if inventory.ops
            else f"{edges} between layers"
        )
    return f"layers and operations disagree: {plural(len(found.violations), 'violation')}"
