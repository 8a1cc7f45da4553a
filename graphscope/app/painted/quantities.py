"""The statistics that the graph can be painted with, and how each is to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Scale = Literal["log", "share", "signed", "band", "levels"]
"""`log`: positive numbers of any size. `share`: 0 to 1. `signed`: around 0. `band`: with a good
middle, left in both directions. `levels`: how serious, in four levels."""
Fold = Literal["largest", "smallest", "mean", "farthest"]
"""What a scope shows of the layers in it: `farthest` is the one farthest from the good middle."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number per layer and sampled step.

    Attributes:
        name: of the statistic (see `graphscope.runs.records`), or of what is made from several.
        label: as the page calls it.
        scale: how it is coloured.
        fold: what a scope shows.
        sources: statistics that are added up; the one of the same name by default.
        band: between which values it is as it should be; only where the scale is `band`.
        alarms: whether any of it is bad.
        unit: `B` for bytes.
    """

    name: str
    label: str
    scale: Scale
    fold: Fold = "largest"
    sources: tuple[str, ...] = field(default=())
    band: tuple[float, float] | None = None
    alarms: bool = False
    unit: str = ""

    @property
    def statistics(self) -> tuple[str, ...]:
        """The statistics that it is made from."""
        return self.sources or (self.name,)

    @property
    def overlay(self) -> dict[str, Any]:
        """The quantity as an overlay of the drawing document (see `assets/core/document.mjs`)."""
        return {
            "name": self.name,
            "label": self.label,
            "unit": self.unit,
            "group": "training",
            "scale": self.scale,
            "fold": self.fold,
            "band": self.band and list(self.band),
            "alarms": self.alarms,
        }


HEALTH = Quantity("health", "Health", "levels")
"""The worst severity of what is diagnosed up to a step."""

SPREAD = Quantity("device_bytes", "Bytes per device", "log", unit="B")
"""What one device holds of a layer's weights, with the optimizer's slots; does not change."""

QUANTITIES = (
    Quantity("gradient_norm", "Gradient norm", "log"),
    Quantity("weight_norm", "Weight norm", "log"),
    # A step should change weights by about a thousandth; TheDeepChecker (arXiv 2204.00694) calls
    # log10 of the ratio outside [-4, -1] faulty.
    Quantity("update_ratio", "Update ratio", "band", "farthest", band=(1e-4, 1e-1)),
    Quantity("activation_mean", "Activation mean", "signed", "mean"),
    Quantity("activation_std", "Activation std", "log", "mean"),
    Quantity("activation_min", "Activation min", "signed", "smallest"),
    Quantity("activation_max", "Activation max", "signed"),
    Quantity("zero_share", "Zero share", "share", "mean"),
    Quantity("dead_share", "Dead share", "share"),
    Quantity("saturated_share", "Saturated share", "share"),
    Quantity(
        "nonfinite_count",
        "NaN and Inf",
        "log",
        sources=("nan_count", "inf_count", "gradient_nan_count", "gradient_inf_count"),
        alarms=True,
    ),
)

BY_NAME = {quantity.name: quantity for quantity in QUANTITIES}
OVERLAYS = tuple(quantity.overlay for quantity in (HEALTH, *QUANTITIES, SPREAD))
