"""Readers, tracers, exporters and views are found by name, ours like a stranger's.

A distribution registers an entry point in one of the groups below; the function behind it is
imported when its name is first asked for, so that a heavy plugin costs nothing until used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from graphscope.errors import GraphscopeError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

Group = Literal["readers", "tracers", "step_tracers", "exporters", "views"]


@cache
def registered(group: Group) -> dict[str, EntryPoint]:
    """Return the entry points of one group by name, in name order."""
    # A process that is told which function to call needs to look none up.
    from importlib.metadata import entry_points

    found = entry_points(group=f"graphscope.{group}")
    return {point.name: point for point in sorted(found, key=lambda point: point.name)}


def find(group: Group, name: str) -> Callable[..., Any]:
    """Import and return the plugin function that is registered as `name`.

    Raises:
        GraphscopeError: when no installed distribution registers the name.
    """
    points = registered(group)
    if name not in points:
        known = ", ".join(points) or "none"
        raise GraphscopeError(
            f"No {group[:-1]} is registered as {name!r}.",
            f"Known {group}: {known}. If graphscope was just updated, reinstall it with pip.",
        )
    plugin: Callable[..., Any] = points[name].load()
    return plugin
