"""What a page shows of a drawing document, so that a file can show exactly that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Scale: TypeAlias = Literal["auto", "log", "linear"]
Region: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height, in units of the drawing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The open scopes, the visible part and the faded items of a picture, by item number."""

    items: tuple[int, ...]
    """Open scopes."""
    region: Region | None = None
    """The part that is shown; None for all of it."""
    kept: tuple[int, ...] | None = None
    """For each item 1, or 0 where it is faded; None where nothing is."""
    scale: Scale = "auto"
    """Of the overlay's numbers."""

    def choices(self) -> dict[str, Any]:
        """Return the view as options of `exportSvg` in `assets/core/headless.mjs`."""
        names = ("x", "y", "width", "height")
        return {
            "items": self.items,
            "region": dict(zip(names, self.region, strict=True)) if self.region else None,
            "kept": self.kept,
            "scaleMode": self.scale,
        }
