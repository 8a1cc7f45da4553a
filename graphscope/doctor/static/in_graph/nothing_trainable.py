"""A compiled model in which every weight is frozen."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.static.model import CheckedModel

ID = "nothing-trainable"


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Count trainable weights."""
    weights = model.graph.weights
    if model.compilation is None or not weights or any(each.trainable for each in weights):
        return
    if any(layer.has_unknown_weights for layer in model.graph.layers):
        return
    yield Diagnosis(
        ID,
        Severity.WARNING,
        0.9,
        f"All {len(weights):,} weights of the compiled model are frozen: fit would change "
        "nothing.\nSet trainable=True on the layers that should learn, then compile again.",
        layer=model.graph.name,
        evidence=(Evidence("value", f"0 of {len(weights):,} weights are trainable"),),
    )
