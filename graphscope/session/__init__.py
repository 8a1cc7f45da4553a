"""The use cases: open a target, inspect, export, show. The only place that wires parts together.

Each is imported when it is first used: a process that only reads a file needs none of the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphscope.lazily import offer

if TYPE_CHECKING:
    from graphscope.session.api import as_graph, export, read, trace
    from graphscope.session.comparison import diff
    from graphscope.session.open import OpenOptions, open_target

__all__ = ["OpenOptions", "as_graph", "diff", "export", "open_target", "read", "trace"]

_HOMES = {
    "OpenOptions": "graphscope.session.open",
    "as_graph": "graphscope.session.api",
    "diff": "graphscope.session.comparison",
    "export": "graphscope.session.api",
    "open_target": "graphscope.session.open",
    "read": "graphscope.session.api",
    "trace": "graphscope.session.api",
}

__getattr__ = offer(__name__, _HOMES)
