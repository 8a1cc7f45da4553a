"""Path data of SVG as a path of TikZ."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_ROUND = 0.5523
"""How far the handles of a quarter circle reach, as a part of its radius."""


def trace_path(data: str) -> str:
    """Return path data in which each command has its letter, as TikZ writes it.

    >>> trace_path("M1 2H5l1 1Z")
    '(1,2) -- (5,2) -- (6,3) -- cycle'

    Raises:
        ValueError: for commands other than M, L, H, V, C, Z, l, h, v and arcs of a quarter circle.
    """
    x = y = 0.0
    parts: list[str] = []
    for command, numbers in _COMMAND.findall(data):
        step = (command, *map(float, numbers.split()))
        match step:
            case "M", x, y:
                parts.append(_point(x, y))
                continue
            case "L", x, y:
                pass
            case "l", right, down:
                x, y = x + right, y + down
            case "H", x:
                pass
            case "h", right:
                x += right
            case "V", y:
                pass
            case "v", down:
                y += down
            case "C", x1, y1, x2, y2, x, y:
                parts.append(_curve(x1, y1, x2, y2, x, y))
                continue
            case "A", _, _, _, _, clockwise, end_x, end_y:
                # Which of the two corners between the ends the curve bends around.
                across = ((end_x - x) * (end_y - y) > 0) == (clockwise != 0)
                corner = (end_x, y) if across else (x, end_y)
                handles = (*_toward(corner, x, y), *_toward(corner, end_x, end_y))
                parts.append(_curve(*handles, end_x, end_y))
                x, y = end_x, end_y
                continue
            case ("Z",):
                parts.append("-- cycle")
                continue
            case _:
                raise ValueError(f"the path command {command!r} is unknown")
        parts.append(f"-- {_point(x, y)}")
    return " ".join(parts)


def _toward(corner: tuple[float, float], x: float, y: float) -> tuple[float, float]:
    return x + _ROUND * (corner[0] - x), y + _ROUND * (corner[1] - y)


def _curve(x1: float, y1: float, x2: float, y2: float, x: float, y: float) -> str:
    return f".. controls {_point(x1, y1)} and {_point(x2, y2)} .. {_point(x, y)}"


def _point(x: float, y: float) -> str:
    return f"({round(x, 2):g},{round(y, 2):g})"
