"""Path data of SVG, drawn on a path of ReportLab."""

from __future__ import annotations

import re
from typing import Any

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_ROUND = 0.5523
"""How far the handles of a quarter circle reach, as a part of its radius."""


def trace_path(data: str, path: Any) -> None:
    """Draw path data in which each command has its letter, as in the pictures made here.

    Raises:
        ValueError: for commands other than M, L, H, V, C, Z, l, h, v and arcs of a quarter circle.
    """
    x = y = 0.0
    for command, numbers in _COMMAND.findall(data):
        step: tuple[Any, ...] = (command, *map(float, numbers.split()))
        match step:
            case "M", x, y:
                path.moveTo(x, y)
            case "L", x, y:
                path.lineTo(x, y)
            case "l", right, down:
                path.lineTo(x := x + right, y := y + down)
            case "H", x:
                path.lineTo(x, y)
            case "h", right:
                path.lineTo(x := x + right, y)
            case "V", y:
                path.lineTo(x, y)
            case "v", down:
                path.lineTo(x, y := y + down)
            case "C", x1, y1, x2, y2, x, y:
                path.curveTo(x1, y1, x2, y2, x, y)
            case "A", _, _, _, _, clockwise, end_x, end_y:
                # Which of the two corners between the ends the curve bends around.
                across = ((end_x - x) * (end_y - y) > 0) == (clockwise != 0)
                corner = (end_x, y) if across else (x, end_y)
                path.curveTo(*_toward(corner, x, y), *_toward(corner, end_x, end_y), end_x, end_y)
                x, y = end_x, end_y
            case ("Z",):
                path.close()
            case _:
                raise ValueError(f"the path command {command!r} is unknown")


def _toward(corner: tuple[float, float], x: float, y: float) -> tuple[float, float]:
    return x + _ROUND * (corner[0] - x), y + _ROUND * (corner[1] - y)
