"""Layers of a file that cannot take their inputs, or return other shapes than the file says."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.graph import Graph, Note
from graphscope.readers.keras.notes import DIFFERS, MISMATCH

ID = "shapes-misfit"

_KINDS = {
    MISMATCH: (Severity.ERROR, "Keras cannot load this file"),
    DIFFERS: (Severity.WARNING, "Keras makes another model of this file than was saved"),
}
_REMEDY = "Its config was edited; save the model anew."


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Tell what the reader found when it worked out the shapes that layers return."""
    graph = model.graph
    # Of graphs of TensorFlow, which ran, a rule of ours may know too little.
    if not str(graph.metadata.get("format")).startswith("keras"):
        return
    for note in graph.notes:
        if note.code in _KINDS:
            severity, meaning = _KINDS[note.code]
            yield Diagnosis(
                ID,
                severity,
                0.9,
                f"{note.message}\n{meaning}. {_REMEDY}",
                layer=_layer_name(graph, note),
            )


def _layer_name(graph: Graph, note: Note) -> str:
    node = graph.node_by_id.get(note.subject or "")
    return node.name if node else graph.name
