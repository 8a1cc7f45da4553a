"""What an exported picture shows, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphscope.errors import ExportError

Theme: TypeAlias = Literal["light", "dark"]
Direction: TypeAlias = Literal["down", "right"]
Style: TypeAlias = Literal["screen", "paper"]
Engine: TypeAlias = Literal["graphscope", "dot"]

_THEMES = ("light", "dark")
_DIRECTIONS = ("down", "right")
_STYLES = ("screen", "paper")
_ENGINES = ("graphscope", "dot")
_WIDTHS = (10.0, 5_000.0)
"""In mm: from a stamp to a wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """The choices of one picture; an exporter leaves alone what its format cannot show.

    Raises:
        ExportError: when a choice is none of the possible ones.
    """

    depth: int | None = None
    """How many levels of scopes are open, 0 for none; None leaves the choice to the exporter,
    which opens what still fits on a page."""
    open: tuple[str, ...] = ()
    """Ids of scopes that are open besides, each with the scopes around it."""
    overlay: str = "type"
    """What colours the nodes: the name of an overlay of the drawing document, as `parameters`."""
    theme: Theme = "light"
    direction: Direction = "down"
    """The way the data flows on the page."""
    legend: bool = True
    caption: bool = True
    """Name and totals of the model beside the picture."""
    style: Style = "screen"
    """`paper` is for print: greys and patterns for colours, tight margins, no dark theme."""
    width: float | None = None
    """Of the page in mm; None for natural size, or as much as fits on a page of A4."""
    fonts: bool | None = None
    """Whether SVG holds the fonts it names; None for those in the style for print."""
    engine: Engine = "graphscope"
    """Who places boxes and lines in SVG, PNG and PDF: we, or Graphviz' `dot`."""
    batch: int = 1
    """The batch size that FLOPs and bytes are counted for."""

    def __post_init__(self) -> None:
        _check("theme", self.theme, _THEMES)
        _check("direction", self.direction, _DIRECTIONS)
        _check("style", self.style, _STYLES)
        _check("engine", self.engine, _ENGINES)
        least, most = _WIDTHS
        if self.width is not None and not least <= self.width <= most:
            raise ExportError(
                f"The width is {self.width:g} mm.", f"Give {least:g} to {most:,.0f} mm."
            )
        if self.depth is not None and self.depth < 0:
            raise ExportError(f"The depth is {self.depth}.", "Give 0 or more levels.")
        if self.batch < 1:
            raise ExportError(f"The batch size is {self.batch}.", "Give 1 or more.")


def _check(name: str, value: str, possible: tuple[str, ...]) -> None:
    if value not in possible:
        raise ExportError(f"The {name} {value!r} is unknown.", f"Possible: {', '.join(possible)}.")
