"""What the page shows of a file that is broken: all that could be read, and why it is not more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath

from graphscope.analysis.subjects import CallsBySubject
from graphscope.app.debugging import Findings
from graphscope.doctor.failure_graph import FailureGraph, Path
from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.reports import Report
from graphscope.errors import ReadError
from graphscope.graph import ROOT, Graph, GraphBuilder

RULE = "broken-file"
"""What the diagnoses are called."""

NOTE = "broken"
"""The code of the notes at the broken places; the readers write them."""

TOLD = "The file was read, and nothing in it was run. The picture shows what could be placed."
NOTHING_TOLD = "Nothing of the file could be read, and nothing in it was run."

_MOST = 50


@dataclass(frozen=True)
class FileFaults(Findings):
    """The faults of a file, each with the calls that it is about.

    Attributes:
        calls: of each diagnosis.
    """

    calls: tuple[tuple[str, ...], ...] = ()

    @cached_property
    def paths(self) -> list[Path]:
        """The calls that each fault is about, and the edges between them."""
        return [self._make_path(calls) for calls in self.calls]

    def _make_path(self, calls: tuple[str, ...]) -> Path:
        known = set(calls)
        edges = [
            (edge.source, edge.target)
            for edge in self.failure_graph.graph.edges
            if edge.source in known and edge.target in known
        ]
        first = next((call for call in calls if call != ROOT), None)
        return Path(first, None, calls, tuple(dict.fromkeys(edges)))


def find_faults(error: ReadError, target: str) -> FileFaults:
    """Return what is wrong with a file, the error itself first.

    Args:
        error: what was raised; without a graph the picture is empty.
        target: the file, as the user named it.
    """
    graph: Graph = error.graph or GraphBuilder(FilePath(target).name).build()
    places: dict[str, list[str]] = {error.message: []}
    calls = CallsBySubject(graph)
    for note in graph.notes:
        if note.code == NOTE:
            places.setdefault(note.message, []).extend(calls.of(note.subject))
    told = list(places.items())[:_MOST]
    diagnoses = [
        _diagnose(f"{message}\n{error.remedy}" if message == error.message else message, found)
        for message, found in told
    ]
    told_of_picture = NOTHING_TOLD if error.graph is None else TOLD
    cwd = str(FilePath.cwd())
    report = Report(target, cwd, diagnoses=tuple(diagnoses), notes=(told_of_picture,))
    return FileFaults(
        report, FailureGraph(graph), tuple(tuple(dict.fromkeys(found)) for _, found in told)
    )


def _diagnose(message: str, calls: list[str]) -> Diagnosis:
    node = next((call for call in calls if call != ROOT), None)
    return Diagnosis(RULE, Severity.ERROR, 1.0, message, node=node)
