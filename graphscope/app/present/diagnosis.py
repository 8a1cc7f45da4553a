"""What the diagnosis panel says, as values: one diagnosis of a report, with its lines and fixes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from graphscope.app.present.card import Link
from graphscope.app.present.diagnosis_fixes import FixView, present_fixes
from graphscope.app.present.diagnosis_lines import Excerpt, excerpts
from graphscope.app.present.values import shorten
from graphscope.doctor.failure_graph import FailureGraph, Path
from graphscope.doctor.findings import Diagnosis, Evidence, Place
from graphscope.doctor.reports import FailureReport, Report

_CHAIN = ("origin", "arithmetic")
_LINES = 12
"""Lines of a message that are shown."""

_FACTS = 24
_TEXT = 2000
_PLACES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several diagnoses, to choose from."""

    number: int
    title: str
    severity: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Fact:
    """A piece of evidence: in one line, with where it can be seen."""

    kind: str
    text: str
    place: str = ""
    target: str = ""
    """Id of the node that it is about, or nothing."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The way a value came, nearest first."""

    steps: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisView:
    """Everything that the panel says about one diagnosis.

    Attributes:
        choices: all diagnoses, where there are several.
        severity: `error`, `warning`, `info`, or `good` where nothing was found.
        headline: the first sentence of the message.
        body: the lines after it.
        badges: rule and confidence.
        links: the nodes it is about.
        excerpts: source around the places, best first.
        chains: where dimensions came from.
        facts: all other evidence.
        fixes: best first.
        failure: the exception, in short.
        raised: the exception's own message.
        traceback: as Python printed it.
        notes: remarks about the run.
    """

    severity: str
    headline: str
    body: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    badges: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    excerpts: tuple[Excerpt, ...] = ()
    chains: tuple[Chain, ...] = ()
    facts: tuple[Fact, ...] = ()
    fixes: tuple[FixView, ...] = ()
    failure: str = ""
    raised: str = ""
    traceback: str = ""
    notes: tuple[str, ...] = ()


def present_diagnosis(
    report: Report, failure_graph: FailureGraph, paths: Sequence[Path], number: int
) -> DiagnosisView:
    """Return the view of one diagnosis of a report.

    Args:
        report: what was found.
        failure_graph: the graph on the page.
        paths: what is highlighted for each diagnosis.
        number: which, counted from 0; one that does not exist is the first.
    """
    diagnoses = report.diagnoses
    if not diagnoses:
        return _present_undiagnosed(report)
    number = number if 0 <= number < len(diagnoses) else 0
    diagnosis = diagnoses[number]
    places = _PlaceIndex(report, failure_graph, paths[number])
    headline, *body = _lines(diagnosis.message)
    chains, facts = _evidence(diagnosis.evidence[:_FACTS], places)
    return DiagnosisView(
        severity=diagnosis.severity.value,
        headline=headline,
        body=tuple(body),
        choices=_choices(diagnoses, number) if len(diagnoses) > 1 else (),
        badges=(diagnosis.rule, _confidence(diagnosis)),
        links=_links(failure_graph, paths[number]),
        excerpts=excerpts(report, diagnosis.places[:_PLACES], places.node),
        chains=chains,
        facts=facts,
        fixes=present_fixes(report, diagnosis),
        **_ending(report),
    )


def _present_undiagnosed(report: Report) -> DiagnosisView:
    failure = report.failure
    if failure is None:
        return DiagnosisView("good", "Nothing was found.", notes=report.notes)
    return DiagnosisView("error", "The program failed, and no rule knows why.", **_ending(report))


def _ending(report: Report) -> dict[str, Any]:
    failure = report.failure
    found: dict[str, Any] = {"notes": tuple(shorten(note, _TEXT) for note in report.notes)}
    if failure is not None:
        found["failure"] = _say_failure(failure)
        found["raised"] = shorten(failure.message, _TEXT)
        found["traceback"] = shorten(failure.traceback, 20 * _TEXT)
    return found


def _say_failure(failure: FailureReport) -> str:
    during = _STAGES.get(failure.stage, f"in {failure.stage}")
    return f"{failure.exception} {during}"


_STAGES = {
    "construct": "while the model was built",
    "call": "while the model was called",
    "compile": "in compile()",
    "fit": "in fit()",
    "evaluate": "in evaluate()",
    "predict": "in predict()",
    "load": "while weights were loaded",
    "data": "in the program's own code",
    "import": "while a module was imported",
}


def _lines(message: str) -> list[str]:
    lines = [line.strip() for line in message.split("\n") if line.strip()]
    return [shorten(line, _TEXT) for line in lines[:_LINES]] or ["No message."]


def _confidence(diagnosis: Diagnosis) -> str:
    if diagnosis.confidence < 0.5:
        return "not sure"
    return "certain" if diagnosis.confidence >= 0.9 else "probable"


def _choices(diagnoses: Sequence[Diagnosis], chosen: int) -> tuple[Choice, ...]:
    return tuple(
        Choice(i, shorten(_lines(each.message)[0], 90), each.severity.value, i == chosen)
        for i, each in enumerate(diagnoses)
    )


def _links(failure_graph: FailureGraph, path: Path) -> tuple[Link, ...]:
    graph = failure_graph.graph
    found = []
    for id_ in dict.fromkeys((path.culprit, path.failed)):
        call = graph.node_by_id.get(id_ or "") or graph.scope_by_id.get(id_ or "")
        if call is not None:
            found.append(Link(f"{call.name} · {call.type}", call.id))
    return tuple(found)


class _PlaceIndex:
    """Finds the node that a line of the program is about, and names places."""

    def __init__(self, report: Report, failure_graph: FailureGraph, path: Path) -> None:
        self._report = report
        self._lines = failure_graph.lines
        blamed = [id_ for id_ in (path.culprit, path.failed) if id_]
        # What is highlighted comes first: a line in a helper function makes many layers.
        self._order = dict.fromkeys([*blamed, *reversed(path.nodes), *self._lines])

    def node(self, place: Place | None) -> str:
        """Return the id of the node, or nothing."""
        if place is None:
            return ""
        return next((id_ for id_ in self._order if place in self._lines.get(id_, ())), "")

    def label(self, place: Place | None) -> str:
        """Return a place as the user names it."""
        return f"{self._report.relative(place.file)}:{place.line}" if place else ""


def _evidence(
    evidence: Sequence[Evidence], places: _PlaceIndex
) -> tuple[tuple[Chain, ...], tuple[Fact, ...]]:
    """Return the evidence as chains of origins, and as single facts."""
    chains: list[Chain] = []
    facts: list[Fact] = []
    for is_chain, group in groupby(evidence, key=lambda fact: fact.kind in _CHAIN):
        if is_chain:
            steps = [step for fact in group for step in _steps(fact, places)]
            chains += _split(steps)
        else:
            facts += [_fact(fact, fact.text, places) for fact in group]
    return tuple(chains), tuple(facts)


def _steps(fact: Evidence, places: _PlaceIndex) -> list[Fact]:
    """Return the steps of a fact: `10 <- Dense(units=n) train.py:31` tells two."""
    first, *more = fact.text.split(" <- ")
    return [_fact(fact, first, places), *(_fact(fact, text, places) for text in more)]


def _split(steps: list[Fact]) -> list[Chain]:
    """Divide steps where another value's way begins: it names its value alone."""
    chains: list[list[Fact]] = []
    for step in steps:
        if not chains or (_is_value(step.text) and len(chains[-1]) > 1):
            chains.append([])
        chains[-1].append(step)
    return [Chain(tuple(chain)) for chain in chains]


def _is_value(text: str) -> bool:
    return bool(text) and all(letter in "0123456789(), -.None" for letter in text)


def _fact(fact: Evidence, text: str, places: _PlaceIndex) -> Fact:
    label = places.label(fact.place)
    text = text.removesuffix(label).rstrip() if label else text
    if _is_value(text):  # the value at the head of a chain stands on no line
        return Fact(fact.kind, text)
    return Fact(fact.kind, shorten(text, _TEXT), label, places.node(fact.place))
