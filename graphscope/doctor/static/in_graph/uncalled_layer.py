"""A layer that is created and never called."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Evidence, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.graph import Layer

ID = "uncalled-layer"

_LEARNING = ("Dense", "Conv", "LSTM", "GRU", "Embedding", "Normalization", "Attention")
"""Parts of class names of layers that are pointless when they are not called."""


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Tell layers that have no call and no weights, in a model whose calls are all known."""
    if model.trains_itself or not model.graph.outputs:
        return
    uncalled = set(model.unreachable.layers)
    for id_ in model.unreachable.layers:
        layer = model.graph.layer_by_id[id_]
        # A layer with weights was built by something that the graph does not show.
        if layer.weights or layer.parent in uncalled or not _learns(layer):
            continue
        owner = model.graph.layer_by_id.get(layer.parent or "")
        of = f" of {owner.class_name} {owner.name!r}" if owner else ""
        held = model.attributes.get((owner.name if owner else "", layer.name))
        place = held.place if held else None
        attribute = f" (self.{held.name})" if held else ""
        what = f"{layer.class_name} {layer.name!r}{attribute}{of}"
        yield Diagnosis(
            ID,
            Severity.WARNING,
            0.8,
            f"{what} is created and never called: the model runs without it.\n"
            "Call it, or remove it.",
            places=(place,) if place else (),
            layer=layer.name,
            evidence=(Evidence("call", f"{what}: 0 calls", place),),
        )


def _learns(layer: Layer) -> bool:
    is_own = layer.module.partition(".")[0] in ("keras", "")
    return is_own and any(part in layer.class_name for part in _LEARNING)
