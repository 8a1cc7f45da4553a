"""What the panels ask about one graph. The questions here, the answers from the analysis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from heapq import nlargest
from operator import attrgetter

from graphscope.analysis import (
    Consistency,
    Costs,
    Role,
    check_consistency,
    estimate_costs,
    find_roles,
)
from graphscope.analysis.code_places import place_code
from graphscope.analysis.inventory import describe_gaps
from graphscope.analysis.outline import Outline, fold
from graphscope.app.tree import Tree
from graphscope.exporters.drawing import count_totals
from graphscope.exporters.item_values import Column, measure_items
from graphscope.graph import ROOT, Graph, Layer, Node, NodeKind, Note, Scope, Weight
from graphscope.graph.code import Code, code_of


@dataclass(frozen=True, slots=True)
class Values:
    """What an item costs; None where that is unknown."""

    parameters: float | None
    flops: float | None
    output_bytes: float | None


@dataclass(frozen=True, slots=True)
class Rank:
    """The first of equal calls, how many there are, and the work of all."""

    call: str
    count: int
    flops: float


class Facts:
    """Answers about one graph, each computed when first asked for and kept.

    Args:
        graph: the graph.
        batch: the batch size that costs are estimated for.
    """

    def __init__(self, graph: Graph, *, batch: int = 1) -> None:
        self.graph = graph
        self.batch = batch

    @cached_property
    def tree(self) -> Tree:
        """The outline."""
        return Tree(self.graph, self.outline)

    @cached_property
    def outline(self) -> Outline:
        """The rows of the tree, folded."""
        return fold(self.graph)

    @cached_property
    def costs(self) -> Costs:
        """FLOPs and bytes of every call."""
        return estimate_costs(self.graph, self.batch)

    @cached_property
    def totals(self) -> dict[str, float | None]:
        """Counts and sums of the whole graph."""
        return count_totals(self.graph, self.costs)

    @cached_property
    def consistency(self) -> Consistency:
        """Whether the two projections of the graph agree."""
        return check_consistency(self.graph)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Everything that is not known about the graph."""
        return (*self.graph.notes, *describe_gaps(self.costs))

    def values_of(self, item: str) -> Values:
        """Return the numbers of an item, the same that the overlays paint."""
        position = self.outline.positions.get(item)
        if position is None:
            return Values(None, None, None)
        return Values(**{name: column[position] for name, column in self._columns.items()})

    def rank_by_flops(self, count: int) -> list[Rank]:
        """Return the calls of the data-flow graph with most FLOPs, equal ones taken together."""
        ranks: dict[int, Rank] = {}
        for call in self._roles:
            flops = self.values_of(call).flops
            if flops:
                signature = self.tree.get(call).signature
                known = ranks.get(signature, Rank(call, 0, 0))
                ranks[signature] = Rank(known.call, known.count + 1, known.flops + flops)
        return nlargest(count, ranks.values(), key=attrgetter("flops"))

    def call(self, item: str) -> Node | Scope | None:
        """Return the node or scope of an id; None for what folding made, and for no item."""
        return self.graph.node_by_id.get(item) or self.graph.scope_by_id.get(item)

    def layer_of(self, call: Node | Scope) -> Layer | None:
        """Return the layer that was called."""
        return self.graph.layer_by_id.get(call.layer or "")

    def calls_of(self, layer: Layer) -> tuple[str, ...]:
        """Return the ids of all calls of a layer, in program order."""
        return tuple(self._calls_by_layer.get(layer.id, ()))

    def weights_of(self, call: Node | Scope) -> list[Weight]:
        """Return the weights that a call's layer owns itself or that a node reads."""
        layer = self.layer_of(call)
        ids = [*(layer.weights if layer else ()), *(call.weights if isinstance(call, Node) else ())]
        known = self.graph.weight_by_id
        return [known[weight] for weight in dict.fromkeys(ids) if weight in known]

    def notes_on(self, call: Node | Scope) -> list[Note]:
        """Return the notes about a call or its layer."""
        return [note for note in self.graph.notes if note.subject in (call.id, call.layer or "-")]

    @cached_property
    def code_by_call(self) -> dict[str, list[Code]]:
        """The code that came with the graph, by the calls at which it is shown."""
        return place_code(self.graph)

    def code_at(self, item: str) -> list[Code]:
        """Return the code that came with a call; of the model, all that came with the file."""
        return [*code_of(self.graph)] if item == ROOT else self.code_by_call.get(item, [])

    def role_of(self, call: str) -> str:
        """Return the role of a call in the data-flow graph; nothing for what is inside calls."""
        role = self._roles.get(call)
        return role.value if role else ""

    def input_nodes(self) -> list[str]:
        """Return the inputs of the model; those of nested models are fed from outside."""
        return [
            node.id
            for node in self.graph.nodes
            if node.kind is NodeKind.INPUT and node.id not in self.graph.incoming
        ]

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return measure_items(self.graph, self.outline, self.costs)

    @cached_property
    def _roles(self) -> dict[str, Role]:
        return find_roles(self.graph)

    @cached_property
    def _calls_by_layer(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        calls: list[Node | Scope] = [*self.graph.scopes, *self.graph.nodes]
        for call in calls:
            if call.layer is not None and not self._is_inside_own_call(call):
                found.setdefault(call.layer, []).append(call.id)
        return found

    def _is_inside_own_call(self, call: Node | Scope) -> bool:
        """Tell whether a call is an operation within a call of the same layer."""
        around = call.scope if isinstance(call, Node) else call.parent
        return around is not None and self.graph.scope_by_id[around].layer == call.layer
