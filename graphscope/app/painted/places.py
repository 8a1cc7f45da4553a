"""Which boxes of the picture belong to which layer of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphscope.analysis.outline import Outline
from graphscope.doctor.findings import Diagnosis
from graphscope.graph import Graph
from graphscope.runs import LayerInfo


@dataclass(frozen=True, slots=True)
class Rows:
    """The layers of a run as rows of a table, in the order in which they are called.

    Attributes:
        layers: one for each row.
        items: of each row, the positions in the outline where the layer is called; none where the
            graph does not show it.
    """

    layers: tuple[LayerInfo, ...]
    items: tuple[tuple[int, ...], ...]

    def of_key(self, key: object) -> int | None:
        """Return the row of a layer by what its statistics go by; None where there is none."""
        return next((row for row, each in enumerate(self.layers) if each.key == key), None)

    def of_diagnosis(self, diagnosis: Diagnosis, first_nonfinite: object) -> list[int]:
        """Return the rows that a diagnosis is about.

        Args:
            diagnosis: of a health rule, which names its layer.
            first_nonfinite: key of the layer in which the first NaN arose, where that is known: it
                tells layers of one name apart.
        """
        exact = self.of_key(first_nonfinite)
        if exact is not None and diagnosis.symptom == "nan-loss":
            return [exact]
        return [row for row, each in enumerate(self.layers) if each.name == diagnosis.layer]


def place_rows(layers: Sequence[LayerInfo], graph: Graph, outline: Outline) -> Rows:
    """Return where the layers of a run are in a picture of its graph."""
    calls = find_calls(graph, outline)
    items = tuple(tuple(calls.get(each.graph_layer or "", ())) for each in layers)
    return Rows(tuple(layers), items)


def find_calls(graph: Graph, outline: Outline) -> dict[str, list[int]]:
    """Return the positions in the outline at which each layer is called, by id of the layer.

    The call of the whole model is left out: nothing is drawn for it.
    """
    calls: dict[str, list[int]] = {}
    for position, item in enumerate(outline.items):
        subject = item.subject or ""
        call = graph.node_by_id.get(subject) or graph.scope_by_id.get(subject)
        if position and call is not None and call.layer is not None:
            calls.setdefault(call.layer, []).append(position)
    return calls
