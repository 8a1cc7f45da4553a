"""What the callbacks of one server share: the graph and what was computed from it."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphscope.app.facts import Facts
from graphscope.app.origin import UNKNOWN, Origin
from graphscope.exporters.drawing import draw, pack
from graphscope.exporters.live_values import LIVE, measure_live
from graphscope.graph import Graph

if TYPE_CHECKING:
    from graphscope.app.debugging import Findings
    from graphscope.app.painted.painting import Painting
    from graphscope.app.present.diagnosis import DiagnosisView
    from graphscope.app.sources import Sources


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing document as it goes over the wire: gzip bytes, and the name of what is shown:
    of the document and of what is said beside it.
    """

    data: bytes
    digest: str


class Services:
    """One graph and the answers about it, each computed when first asked for and kept.

    Args:
        graph: the graph to show.
        batch: the batch size that costs are estimated for.
        findings: what the doctor found, when that is to be shown.
        painting: a run of the model, when that is to be shown on the graph.
        origin: where the graph comes from.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        batch: int = 1,
        findings: Findings | None = None,
        painting: Painting | None = None,
        origin: Origin = UNKNOWN,
    ) -> None:
        self.graph = graph
        self.batch = batch
        self.findings = findings
        self.painting = painting
        self.origin = origin
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

    @property
    def sources(self) -> Sources:
        """The source files that the graph was traced from."""
        with self._lock:
            return self._sources

    def overlay(self, name: str) -> bytes | None:
        """Return the values of an overlay that the drawing document only promises, as gzip JSON;
        None when there is no such overlay.
        """
        if name != LIVE:
            return None
        with self._lock:
            return self._live

    def present_diagnosis(self, number: int) -> DiagnosisView:
        """Return what the panel says about one diagnosis."""
        from graphscope.app.present.diagnosis import present_diagnosis

        assert self.findings is not None, "the panel exists only where something was found"
        found = self.findings
        return present_diagnosis(found.report, found.failure_graph, found.paths, number)

    @cached_property
    def _drawing(self) -> Drawing:
        document = draw(self.graph, self.facts.outline, self.facts.costs, batch=self.batch)
        if self.findings is not None:
            from graphscope.app.present.diagnosis_marks import present_marks

            has_failed = self.findings.report.failure is not None
            paths = self.findings.paths
            document["marks"] = present_marks(paths, self.facts.outline, has_failed=has_failed)
        if self.painting is not None:
            self.painting.prepare(document, self.facts.outline)
        document["abilities"] = self._abilities()
        data = pack(document)
        return Drawing(data, hashlib.sha256(data + self._told).hexdigest()[:32])

    @property
    def _told(self) -> bytes:
        """What stands beside the picture: two broken files may look the same."""
        if self.findings is None:
            return b""
        report = self.findings.report
        told = [each.message for each in report.diagnoses]
        if report.failure is not None:
            told.append(report.failure.message)
        return "\0".join(told).encode("utf-8", "replace")

    @cached_property
    def _live(self) -> bytes:
        values = measure_live(self.graph, self.facts.outline, batch=self.batch)
        return pack({"values": values})

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self.graph, batch=self.batch)

    @cached_property
    def _sources(self) -> Sources:
        from graphscope.app.sources import Sources

        return Sources(self.graph, self.facts.outline, self.origin)

    def _abilities(self) -> list[str]:
        """Return what the page can ask the server for, beside the drawing document."""
        known = {"source": self.sources.exist, "weights": self.origin.weights is not None}
        return [name for name, is_there in known.items() if is_there]
