"""All numbers about a graph in one place: what `graphscope info` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from graphscope.analysis.consistency import Consistency, check_consistency
from graphscope.analysis.costs import Costs, estimate_costs
from graphscope.analysis.outline import count_repeated_blocks
from graphscope.analysis.parameters import count_parameters
from graphscope.graph import BATCH, ROOT, Graph, NodeKind, Note, ScopeKind
from graphscope.graph.dimensions import names_in


@dataclass(frozen=True, slots=True)
class Inventory:
    """Counts and sums over one graph."""

    name: str
    batch: int
    """The number that the batch dimension stands for in `flops` and `output_bytes`."""
    sizes: Mapping[str, int]
    """The numbers that other open sizes stand for."""
    open_sizes: tuple[str, ...]
    """Names of open sizes that have no number; what depends on them is left out of the sums."""
    nodes: int
    """Leaf nodes: operations, layer calls whose inside is not known, inputs and constants."""
    layer_calls: int
    """Calls of layers and nested models, without the call of the model itself."""
    layers: int
    """Distinct layers, without the model itself; those that are never called included."""
    ops: int
    edges: int
    unowned_ops: int
    """Operations that no call made."""
    unknown_shapes: int
    """Tensors with an open dimension, or of open rank."""
    parameters: int
    trainable_parameters: int
    layers_of_unknown_weights: int
    """Layers whose weights are not known; what they own is not among the parameters."""
    flops: int
    """Sum of all known FLOPs."""
    unknown_flops: int
    """Nodes whose FLOPs are not in the sum, because a size or the operation is not known."""
    output_bytes: int
    scopes: int
    """Calls, loop bodies and the like that hold nodes, the root included."""
    repeated_blocks: int
    consistency: Consistency
    notes: tuple[Note, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the inventory as JSON values."""
        notes = [_note_row(note) for note in self.notes]
        return asdict(self) | {
            "open_sizes": list(self.open_sizes),
            "consistency": self.consistency.as_dict(),
            "notes": notes,
        }


def take_inventory(
    graph: Graph, batch: int = 1, sizes: Mapping[str, int] | None = None
) -> Inventory:
    """Count everything that is in a graph.

    Args:
        graph: the graph.
        batch: the number that the batch dimension stands for.
        sizes: numbers that other open sizes stand for, by name.
    """
    costs, parameters = estimate_costs(graph, batch, sizes), count_parameters(graph)
    return Inventory(
        name=graph.name,
        batch=batch,
        sizes=dict(sizes or {}),
        open_sizes=tuple(sorted(find_open_sizes(graph) - {BATCH, *(sizes or {})})),
        nodes=len(graph.nodes),
        layer_calls=_count_layer_calls(graph),
        layers=sum(layer.id != graph.scope_by_id[ROOT].layer for layer in graph.layers),
        ops=_count_kind(graph, NodeKind.OP),
        edges=len(graph.edges),
        unowned_ops=_count_unowned(graph),
        unknown_shapes=sum(not spec.is_known for node in graph.nodes for spec in node.outputs),
        parameters=parameters.total,
        trainable_parameters=parameters.trainable,
        layers_of_unknown_weights=parameters.unknown_layers,
        flops=costs.total_flops,
        unknown_flops=costs.unknown_count,
        output_bytes=costs.total_output_bytes,
        scopes=len(graph.scopes),
        repeated_blocks=count_repeated_blocks(graph),
        consistency=check_consistency(graph),
        notes=(*graph.notes, *describe_gaps(costs)),
    )


def _count_kind(graph: Graph, kind: NodeKind) -> int:
    return sum([node.kind is kind for node in graph.nodes])


def describe_gaps(costs: Costs) -> tuple[Note, ...]:
    """Return a note for each reason why the sum of FLOPs is too small."""
    notes = []
    if costs.unknown_count:
        types = ", ".join(costs.unknown_types)
        reason = f"no rule for: {types}" if types else "their sizes are not known"
        notes.append(
            Note(
                "unknown_flops",
                f"The FLOPs of {_plural(costs.unknown_count, 'node')} are unknown ({reason}).",
            )
        )
    if costs.unbounded:
        notes.append(
            Note(
                "open_loops",
                f"How often {_plural(len(costs.unbounded), 'loop')} will run is not known; their "
                "bodies are counted once.",
                costs.unbounded[0],
            )
        )
    return tuple(notes)


def _plural(count: int, noun: str) -> str:
    return f"1 {noun}" if count == 1 else f"{count:,} {noun}s"


def find_open_sizes(graph: Graph) -> set[str]:
    """Return the names of sizes that stand in the shapes of a graph: `B`, `T`, `H`."""
    # By identity first, which spares hashing: few specs are shared by many nodes.
    specs = {id(spec): spec for node in graph.nodes for spec in node.outputs}
    names: set[str] = set()
    for shape in {spec.shape for spec in specs.values()}:
        names.update(*map(names_in, shape or ()))
    return names


def _count_layer_calls(graph: Graph) -> int:
    # A call node without a layer is that of a Keras operation.
    kind = NodeKind.LAYER
    nodes = sum([node.kind is kind and node.layer is not None for node in graph.nodes])
    scopes = sum(scope.kind is ScopeKind.LAYER and scope.id != ROOT for scope in graph.scopes)
    return nodes + scopes


def _count_unowned(graph: Graph) -> int:
    kind = NodeKind.OP
    return sum(
        [
            node.kind is kind and bool(node.attributes.get("unowned"))
            for node in graph.nodes
            if node.attributes
        ]
    )


def _note_row(note: Note) -> dict[str, str]:
    row = {"code": note.code, "message": note.message}
    return row if note.subject is None else row | {"subject": note.subject}
