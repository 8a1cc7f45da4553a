"""One run on its graph: what the page's routes answer."""

from __future__ import annotations

import gzip
import json
from typing import Any

from graphscope.analysis.outline import Outline
from graphscope.app.painted.numerals import clean
from graphscope.app.painted.places import Rows, find_calls, place_rows
from graphscope.app.painted.quantities import BY_NAME, OVERLAYS
from graphscope.app.painted.telling import tell_layer, tell_run
from graphscope.app.painted.watched import WatchedRun
from graphscope.graph import Graph
from graphscope.runs import LayerInfo, Run
from graphscope.runs.compare import Comparison, compare_runs

_FAST = 1
"""Level of compression: values are asked for again and again, and loopback is quick."""


class Painting:
    """A run, and where its layers are in a picture of its graph.

    Args:
        watched: the run.
        graph: of its model.
        before: an earlier run that it is compared with.
    """

    def __init__(self, watched: WatchedRun, graph: Graph, *, before: Run | None = None) -> None:
        self.watched = watched
        self._graph = graph
        self._outline: Outline | None = None
        self._rows: Rows | None = None
        self._before = before
        self._comparison: Comparison | None = None

    def prepare(self, document: dict[str, Any], outline: Outline) -> None:
        """Add what the page needs to know at first to the drawing document of the graph.

        Args:
            document: the drawing document; its `overlays` grow, and it gets a `run`.
            outline: of the graph, as the document has it.
        """
        self._outline = outline
        document["overlays"] = [*document["overlays"], *OVERLAYS]
        document["run"] = clean({"name": self.watched.name})

    def tell(self) -> tuple[bytes, str]:
        """Return what the page is told of the run as gzip JSON, and a name of this answer."""
        with self.watched.lock:
            self.watched.refresh()
            told = tell_run(self.watched, self._find_rows())
            told["changes"] = self._tell_changes()
            return _pack(told), f"{self.watched.generation}-{self.watched.version}"

    def values(self, name: str, start: int) -> tuple[bytes, int] | None:
        """Return the values of a quantity, and the generation they belong to.

        They are little-endian float32, one row for each sampled step from row `start` on, one
        column for each layer, as gzip bytes: NaN where nothing was logged, infinite where what was
        logged is not finite. None when there is no such quantity.
        """
        quantity = BY_NAME.get(name)
        if quantity is None:
            return None
        with self.watched.lock:
            keys = [layer.key for layer in self._find_rows().layers]
            start = min(max(start, 0), len(self.watched.samples.steps))
            matrix = self.watched.samples.matrix(quantity.statistics, keys, start)
            generation = self.watched.generation
        return gzip.compress(matrix.astype("<f4").tobytes(), _FAST, mtime=0), generation

    def layer(self, row: int) -> bytes | None:
        """Return all statistics of one layer as gzip JSON; None when there is no such row."""
        with self.watched.lock:
            layers = self._find_rows().layers
            if not 0 <= row < len(layers):
                return None
            return _pack(tell_layer(self.watched, layers[row].key))

    def _find_rows(self) -> Rows:
        start = self.watched.start
        layers: tuple[LayerInfo, ...] = start.layers if start is not None else ()
        if self._rows is None or self._rows.layers != layers:
            assert self._outline is not None, "the drawing document is made first"
            self._rows = place_rows(layers, self._graph, self._outline)
        return self._rows

    def _tell_changes(self) -> dict[str, Any] | None:
        """Return which boxes are not as in the earlier run, and how they differ."""
        if self._before is None or self._outline is None:
            return None
        if self._comparison is None:
            if self.watched.start is None:
                return None
            self._comparison = compare_runs(self._before, self.watched.outline())
        calls = find_calls(self._graph, self._outline)
        layers = [
            {
                "kind": change.kind,
                "layer": (change.after or change.before).key,  # type: ignore[union-attr]
                "type": (change.after or change.before).class_name,  # type: ignore[union-attr]
                "items": calls.get(change.after.graph_layer or "", []) if change.after else [],
                "facts": [str(each) for each in change.changes],
            }
            for change in self._comparison.layers
        ]
        return {
            "before": self._before.name,
            "layers": layers,
            "config": [str(each) for each in self._comparison.config],
            "notes": list(self._comparison.notes),
        }


def _pack(told: dict[str, Any]) -> bytes:
    text = json.dumps(clean(told), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return gzip.compress(text.encode(), _FAST, mtime=0)
