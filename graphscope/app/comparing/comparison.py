"""Two graphs, what differs between them, and the documents that the page draws."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Collection
from functools import cached_property
from typing import Any

from graphscope.analysis.diff import GraphDiff, Topic, compare_graphs
from graphscope.analysis.diff.merge import MergedGraph, merge_graphs
from graphscope.app.comparing.present import present_comparison
from graphscope.app.services import Services
from graphscope.exporters.drawing import pack
from graphscope.exporters.merged import draw_merged, mark_changes


class Comparison:
    """What the page of a comparison shows, each part made when first asked for.

    Args:
        before: the earlier graph.
        after: the later graph; FLOPs and bytes of both are told for its batch size.
        labels: what the page calls them; their names by default.
        ignore: topics that do not count as differences.
    """

    def __init__(
        self,
        before: Services,
        after: Services,
        *,
        labels: tuple[str, str] | None = None,
        ignore: Collection[Topic] = (),
    ) -> None:
        self.before = before
        self.after = after
        self.labels = labels or (before.graph.name, after.graph.name)
        self._ignore = ignore
        self._lock = threading.RLock()

    def document(self, name: str) -> bytes:
        """Return `merged`, `before`, `after` or `comparison` as gzip JSON.

        Raises:
            KeyError: for another name.
        """
        parts = {
            "merged": "_merged_drawing",
            "before": "_before_drawing",
            "after": "_after_drawing",
            "comparison": "_told",
        }
        with self._lock:
            data: bytes = getattr(self, parts[name])
            return data

    @cached_property
    def _found(self) -> GraphDiff:
        return compare_graphs(
            self.before.graph, self.after.graph, batch=self.after.batch, ignore=self._ignore
        )

    @cached_property
    def _merged(self) -> MergedGraph:
        return merge_graphs(self.before.graph, self.after.graph, self._found)

    @cached_property
    def _merged_drawing(self) -> bytes:
        return pack(draw_merged(self._merged, self.after.graph, self._found))

    @cached_property
    def _before_drawing(self) -> bytes:
        return self._mark(self.before, self._merged.before)

    @cached_property
    def _after_drawing(self) -> bytes:
        return self._mark(self.after, self._merged.after)

    @cached_property
    def _told(self) -> bytes:
        return pack(present_comparison(self._found, self._merged, self.labels))

    def _mark(self, side: Services, ids: dict[str, str]) -> bytes:
        document: dict[str, Any] = json.loads(gzip.decompress(side.drawing.data))
        states = self._merged.states
        mark_changes(document, {ids[id_]: states[id_] for id_ in states if id_ in ids})
        return pack(document)
