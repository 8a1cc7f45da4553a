"""The use cases: open a target, inspect, export, show. The only place that wires parts together."""

from graphscope.session.api import as_graph, export, read, trace
from graphscope.session.comparison import diff
from graphscope.session.open import OpenOptions, open_target

__all__ = ["OpenOptions", "as_graph", "diff", "export", "open_target", "read", "trace"]
