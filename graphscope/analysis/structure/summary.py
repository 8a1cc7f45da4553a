"""The structure of a model in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from graphscope.analysis.outline import Repeat, find_repeats
from graphscope.analysis.reach import Unreachable, find_unreachable
from graphscope.analysis.structure.bottlenecks import Bottleneck, find_bottlenecks
from graphscope.analysis.structure.dominators import count_dominated, find_dominators
from graphscope.analysis.structure.receptive import ReceptiveField, find_receptive_fields
from graphscope.graph import Graph


@dataclass(frozen=True)
class Structure:
    """What the shape of a graph says.

    Attributes:
        repeats: blocks that occur several times, in groups of equals.
        fields: receptive fields of calls, in topological order.
        dominators: the immediate dominator of each call; None where there is none.
        bottlenecks: tensors that all data runs through, the smallest first.
        unreachable: layers that are never called, calls and inputs that reach no output.
    """

    repeats: tuple[Repeat, ...]
    fields: tuple[ReceptiveField, ...]
    dominators: Mapping[str, str | None]
    bottlenecks: tuple[Bottleneck, ...]
    unreachable: Unreachable

    def list_gates(self, limit: int) -> list[tuple[str, int]]:
        """Return the calls that dominate most others, with how many: no way leads around them."""
        counts = count_dominated(dict(self.dominators))
        ordered = sorted(counts.items(), key=lambda item: -item[1])
        return [item for item in ordered[:limit] if item[1]]

    def as_dict(self) -> dict[str, Any]:
        """Return the structure as JSON values."""
        return {
            "repeats": [asdict(repeat) for repeat in self.repeats],
            "receptive_fields": [field.as_dict() for field in self.fields],
            "dominators": dict(self.dominators),
            "bottlenecks": [
                {**asdict(each), "tensor": list(each.tensor)} for each in self.bottlenecks
            ],
            "unreachable": asdict(self.unreachable),
        }


def examine_structure(
    graph: Graph, batch: int = 1, sizes: Mapping[str, int] | None = None
) -> Structure:
    """Return the structure of a graph.

    Args:
        graph: the graph.
        batch: the number that the batch dimension stands for in sizes of bottlenecks.
        sizes: numbers that other open sizes stand for.

    Raises:
        GraphError: when the edges form a cycle.
    """
    return Structure(
        repeats=find_repeats(graph),
        fields=find_receptive_fields(graph),
        dominators=find_dominators(graph),
        bottlenecks=find_bottlenecks(graph, batch, sizes),
        unreachable=find_unreachable(graph),
    )
