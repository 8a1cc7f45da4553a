"""What the callbacks of one server share: the graph and what was computed from it."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property

from graphscope.app.facts import Facts
from graphscope.exporters.drawing import draw, pack
from graphscope.graph import Graph


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing document as it goes over the wire: gzip bytes, named by their content."""

    data: bytes
    digest: str


class Services:
    """One graph and the answers about it, each computed when first asked for and kept.

    Args:
        graph: the graph to show.
        batch: the batch size that costs are estimated for.
    """

    def __init__(self, graph: Graph, *, batch: int = 1) -> None:
        self.graph = graph
        self.batch = batch
        self._lock = threading.RLock()  # two requests must not do the same long work twice

    @property
    def drawing(self) -> Drawing:
        """The drawing document of the graph."""
        with self._lock:
            return self._drawing

    @property
    def facts(self) -> Facts:
        """What the panels say about the graph."""
        with self._lock:
            return self._facts

    @cached_property
    def _drawing(self) -> Drawing:
        data = pack(draw(self.graph, self.facts.outline, self.facts.costs))
        return Drawing(data, hashlib.sha256(data).hexdigest()[:32])

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.graph, batch=self.batch)
