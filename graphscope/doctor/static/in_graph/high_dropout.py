"""A dropout that drops nearly everything."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.static.model import CheckedModel
from graphscope.doctor.static.telling import diagnose

ID = "high-dropout"

_HIGHEST = 0.8
"""Rates above this leave too little to learn from; nothing published uses them."""

_TYPES = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout")


def check(model: CheckedModel) -> Iterator[Diagnosis]:
    """Look at the rate of every dropout layer."""
    for call in model.of_type(*_TYPES):
        rate = call.settings.get("rate")
        if not isinstance(rate, int | float) or rate <= _HIGHEST:
            continue
        yield diagnose(
            ID,
            call,
            ("value", f"rate = {rate:g}"),
            ("arithmetic", f"1 - {rate:g} = {1 - rate:.3g} of the values are kept"),
            severity=Severity.WARNING,
            confidence=0.85,
            problem=f"{call.label} drops {rate:.0%} of its input while training: the rate is the "
            "part that is dropped, not the part that is kept.",
            remedy=f"Use a rate of at most 0.5; for keeping {rate:.0%} it is {1 - rate:.3g}.",
        )
