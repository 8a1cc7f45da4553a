"""Weights of a file that do not fit the settings or the input of their layer."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.readers.keras.fitting import NOTE

ID = "weights-misfit"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Tell what the reader found when it compared the weights with the config."""
    graph = model.graph
    for note in graph.notes:
        if note.code != NOTE:
            continue
        layer = graph.layer_by_id.get(note.subject or "")
        yield Diagnosis(
            ID,
            Severity.ERROR,
            0.95,
            f"{note.message}\nKeras cannot load this file. Its config or its weights were edited, "
            "or come from another model; save the model anew.",
            layer=layer.name if layer else graph.name,
        )
