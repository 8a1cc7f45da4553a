"""The page of a diagnosis: the graph up to the failure, beside what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from graphscope.app.address import ANYWHERE_LOCAL, Place
from graphscope.app.server import Inspector
from graphscope.graph import GraphBuilder

if TYPE_CHECKING:
    from graphscope.doctor.failure_graph import FailureGraph, Path
    from graphscope.doctor.reports import Report


@dataclass(frozen=True)
class Findings:
    """What the page shows beside the graph.

    Attributes:
        report: what was found.
        failure_graph: the graph up to the failure.
    """

    report: Report
    failure_graph: FailureGraph

    @cached_property
    def paths(self) -> list[Path]:
        """What is highlighted for each diagnosis; without any, for the failure itself."""
        from graphscope.doctor.failure_graph import find_path

        if not self.report.diagnoses:
            return [find_path(self.failure_graph)]
        return [find_path(self.failure_graph, each) for each in self.report.diagnoses]


def inspect_report(
    report: Report, failure_graph: FailureGraph | None = None, *, place: Place = ANYWHERE_LOCAL
) -> Inspector:
    """Return the inspector of a report, ready to start.

    Args:
        report: what was found.
        failure_graph: the graph up to the failure; without one, only the panel has content.
        place: where to serve.
    """
    findings = Findings(report, failure_graph or _make_empty())
    graph = findings.failure_graph.graph
    return Inspector(graph, host=place.host, port=place.port, findings=findings)


def show_report(
    report: Report,
    failure_graph: FailureGraph | None = None,
    *,
    port: int | None = None,
    open_browser: bool = True,
    wait: bool = True,
) -> Inspector:
    """Show a report in the browser.

    Args:
        report: what was found.
        failure_graph: the graph up to the failure.
        port: the port to serve at; None for a free one.
        open_browser: whether to open a browser.
        wait: whether to return only after Ctrl-C.

    Raises:
        ServerError: when the port cannot be served.
    """
    from graphscope.showing import visit

    inspector = inspect_report(report, failure_graph, place=Place(port=port)).start()
    print(inspector.url, flush=True)  # noqa: T201 - the address is the answer
    if open_browser:
        visit(inspector.new_url())
    if wait:
        inspector.wait()
        inspector.stop()
    return inspector


def _make_empty() -> FailureGraph:
    from graphscope.doctor.failure_graph import FailureGraph

    return FailureGraph(GraphBuilder("model").build())
