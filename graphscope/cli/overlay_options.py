"""`--overlay`: what colours the nodes, by name or from a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

NAMES = ("type", "parameters", "flops", "output_bytes", "live_bytes", "dtype", "trainable")
"""Overlays that every graph has; `trainable` where there are weights."""

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class ChosenOverlays:
    """What `--overlay` says.

    Attributes:
        name: of the overlay that is shown; None where none is named.
        files: that hold values of nodes, the first of which is shown where none is named.
    """

    name: str | None = None
    files: tuple[str, ...] = ()


def overlay_option(command: F) -> F:
    """Add `--overlay` as `overlays`, a `ChosenOverlays`."""
    return click.option(
        "--overlay",
        "overlays",
        multiple=True,
        callback=_choose,
        metavar="NAME|FILE.json",
        help=f"What colours the nodes: {', '.join(NAMES)}, or a JSON file of values for nodes "
        "(graphscope's, or node data of Model Explorer). Repeat it for several files.",
    )(command)


def _choose(
    _ctx: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> ChosenOverlays:
    names = [each for each in given if each in NAMES]
    files = tuple(each for each in given if each not in NAMES)
    for file in files:
        if not file.lower().endswith(".json"):
            raise click.BadParameter(
                f"{file!r} is neither a .json file nor one of {', '.join(NAMES)}."
            )
    if len(names) > 1:
        raise click.BadParameter(f"one overlay is shown at a time, not {' and '.join(names)}.")
    return ChosenOverlays(names[0] if names else None, files)


def time_option(command: F) -> F:
    """Add `--time`."""
    return click.option(
        "--time",
        is_flag=True,
        help="Run the model on zeros, clock the calls of its layers, and colour by that.",
    )(command)
