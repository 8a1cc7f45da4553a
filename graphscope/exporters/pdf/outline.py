"""Outlines as PDF operators: SVG path data and rectangles with round corners."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[A-Za-z]|-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?")
_ARGUMENTS = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "A": 7, "Z": 0}
_ROUND = 0.5523
"""How far the handles of a quarter circle reach, as a part of its radius."""


def number(value: float) -> str:
    """Return a number as PDF writes it: three decimals at most, no exponent."""
    return f"{value:.3f}".rstrip("0").rstrip(".") if value else "0"


def path_operators(data: str) -> str:
    """Return the operators of SVG path data.

    Raises:
        ValueError: for commands other than M, L, H, V, C, Z and arcs of a quarter circle.
    """
    x = y = 0.0
    parts = []
    for command, values in _read_commands(data):
        values_here = _make_absolute(command, values, x, y)
        match command.upper():
            case "M" | "L":
                x, y = values_here
                parts.append(f"{number(x)} {number(y)} {'m' if command in 'Mm' else 'l'}")
            case "H":
                x = values_here[0]
                parts.append(f"{number(x)} {number(y)} l")
            case "V":
                y = values_here[0]
                parts.append(f"{number(x)} {number(y)} l")
            case "C":
                x, y = values_here[4:]
                parts.append(f"{' '.join(map(number, values_here))} c")
            case "A":
                parts.append(_quarter(x, y, values_here[4] != 0, *values_here[5:]))
                x, y = values_here[5:]
            case _:
                parts.append("h")
    return "\n".join(parts)


def rectangle_operators(x: float, y: float, width: float, height: float, radius: float) -> str:
    """Return the operators of a rectangle with round corners."""
    r = min(radius, width / 2, height / 2)
    if r <= 0:
        return " ".join(map(number, (x, y, width, height))) + " re"
    right, bottom = x + width, y + height
    return "\n".join(
        [
            f"{number(x + r)} {number(y)} m",
            f"{number(right - r)} {number(y)} l",
            _quarter(right - r, y, True, right, y + r),
            f"{number(right)} {number(bottom - r)} l",
            _quarter(right, bottom - r, True, right - r, bottom),
            f"{number(x + r)} {number(bottom)} l",
            _quarter(x + r, bottom, True, x, bottom - r),
            f"{number(x)} {number(y + r)} l",
            _quarter(x, y + r, True, x + r, y),
            "h",
        ]
    )


def _read_commands(data: str) -> Iterator[tuple[str, list[float]]]:
    tokens = _TOKEN.findall(data)
    command, position = "", 0
    while position < len(tokens):
        if tokens[position].isalpha():
            command, position = tokens[position], position + 1
            if command.upper() not in _ARGUMENTS:
                raise ValueError(f"the path command {command!r} is unknown")
        count = _ARGUMENTS[command.upper()]
        yield command, [float(token) for token in tokens[position : position + count]]
        position += count


def _make_absolute(command: str, values: list[float], x: float, y: float) -> list[float]:
    if command.isupper():
        return values
    match command:
        case "h":
            return [values[0] + x]
        case "v":
            return [values[0] + y]
        case "a":
            return [*values[:5], values[5] + x, values[6] + y]
        case _:
            return [value + (y if i % 2 else x) for i, value in enumerate(values)]


def _quarter(x0: float, y0: float, clockwise: bool, x1: float, y1: float) -> str:
    """Return the curve of a quarter circle that begins and ends along an axis."""
    # Which of the two corners between the ends the curve bends around.
    begins_across = ((x1 - x0) * (y1 - y0) > 0) == clockwise
    corner_x, corner_y = (x1, y0) if begins_across else (x0, y1)
    handles = (
        x0 + _ROUND * (corner_x - x0),
        y0 + _ROUND * (corner_y - y0),
        x1 + _ROUND * (corner_x - x1),
        y1 + _ROUND * (corner_y - y1),
    )
    return f"{' '.join(map(number, (*handles, x1, y1)))} c"
