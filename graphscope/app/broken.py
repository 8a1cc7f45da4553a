"""What the page shows of a model that failed while it was called: what it did until then."""

from __future__ import annotations

from pathlib import Path

from graphscope.app.address import ANYWHERE_LOCAL, Place
from graphscope.app.debugging import Findings, inspect_report
from graphscope.app.server import Inspector
from graphscope.doctor.failure_graph import FailureGraph
from graphscope.doctor.reports import FailureReport, Report
from graphscope.errors import TraceError
from graphscope.graph import ROOT

NO_DIAGNOSIS = (
    "The model was opened, not examined: graphscope debug runs a script and looks for the cause."
)


def inspect_broken(error: TraceError, target: str, *, place: Place = ANYWHERE_LOCAL) -> Inspector:
    """Return the inspector of the graph that a failed trace left, ready to start.

    Args:
        error: what was raised; it has a graph.
        target: what was opened, as the user named it.
        place: where to serve.
    """
    findings = find_failure(error, target)
    return inspect_report(findings.report, findings.failure_graph, place=place)


def find_failure(error: TraceError, target: str) -> Findings:
    """Return what is known of a call that failed.

    Args:
        error: what was raised; it has a graph.
        target: what was opened, as the user named it.
    """
    subjects = [note.subject for note in error.graph.notes if note.code == "call-failed"]
    culprit = subjects[0] if subjects else ROOT
    raised = type(error.__cause__ or error).__name__
    failure = FailureReport(raised, error.message, "call", node=culprit)
    report = Report(target, str(Path.cwd()), failure, notes=(NO_DIAGNOSIS,))
    return Findings(report, FailureGraph(error.graph, culprit))
