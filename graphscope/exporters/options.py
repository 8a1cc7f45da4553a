"""What an exported picture shows, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphscope.errors import ExportError

Theme: TypeAlias = Literal["light", "dark"]
Direction: TypeAlias = Literal["down", "right"]

_THEMES = ("light", "dark")
_DIRECTIONS = ("down", "right")


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
    """What colours the nodes: `type`, `parameters`, `flops` or `output_bytes`."""
    theme: Theme = "light"
    direction: Direction = "down"
    """The way the data flows on the page."""
    legend: bool = True
    batch: int = 1
    """The batch size that FLOPs and bytes are counted for."""

    def __post_init__(self) -> None:
        _check("theme", self.theme, _THEMES)
        _check("direction", self.direction, _DIRECTIONS)
        if self.depth is not None and self.depth < 0:
            raise ExportError(f"The depth is {self.depth}.", "Give 0 or more levels.")
        if self.batch < 1:
            raise ExportError(f"The batch size is {self.batch}.", "Give 1 or more.")


def _check(name: str, value: str, possible: tuple[str, ...]) -> None:
    if value not in possible:
        raise ExportError(f"The {name} {value!r} is unknown.", f"Possible: {', '.join(possible)}.")
