"""Two runs side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphscope.runs.compare.layers import layers_of, read_graph
from graphscope.runs.compare.matching import LayerChange, find_layer_changes
from graphscope.runs.compare.values import Change, Kind, find_changes
from graphscope.runs.run import Run


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from one run to another.

    Attributes:
        config, environment: values that differ, in order of their paths.
        layers: that differ, in the order of the later run's model; those that are gone stand where
            they were.
        notes: what could not be compared, said to the user.
    """

    config: tuple[Change, ...]
    environment: tuple[Change, ...]
    layers: tuple[LayerChange, ...]
    notes: tuple[str, ...] = ()

    def marks(self, side: Literal["before", "after"]) -> dict[str, Kind]:
        """Return which layers of one run's graph differ: kind of change by id of the layer."""
        found: dict[str, Kind] = {}
        for change in self.layers:
            layer = change.before if side == "before" else change.after
            if layer is not None and layer.graph_layer is not None:
                found[layer.graph_layer] = change.kind
        return found


def compare_runs(before: Run, after: Run) -> Comparison:
    """Return what changed from one run to another; nothing is known of one that has no start."""
    notes: list[str] = []
    graphs = [read_graph(run, notes) for run in (before, after)]
    if None in graphs:
        notes.append("Layers are compared by what the logs say of them.")
        graphs = [None, None]
    layers = [layers_of(run, graph) for run, graph in zip((before, after), graphs, strict=True)]
    starts = before.start, after.start
    configs = [start.config if start is not None else {} for start in starts]
    environments = [start.environment if start is not None else {} for start in starts]
    return Comparison(
        tuple(find_changes(*configs)),
        tuple(find_changes(*environments)),
        tuple(find_layer_changes(*layers)),
        tuple(notes),
    )
