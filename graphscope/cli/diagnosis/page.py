"""The page: what is said about a report, from the headline to the hints."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import IO

from rich.console import Console
from rich.text import Text

from graphscope.cli.diagnosis.chain import draw_chain
from graphscope.cli.diagnosis.fixes import draw_fixes
from graphscope.cli.diagnosis.look import QUIET, WIDEST, Signs, plain, severity_sign, signs_of
from graphscope.cli.diagnosis.source import draw_source
from graphscope.cli.text import plural
from graphscope.doctor.findings import Diagnosis, Evidence, FixStatus
from graphscope.doctor.reports.report import FailureReport, Report

_MESSAGE = 11
"""Lines of a message; with the exception above it that makes twelve before details."""

_EVIDENCE = 8
_NOT_SURE = 0.5
"""Below this confidence a diagnosis is a guess, and says so."""


def make_console(file: IO[str] | None = None) -> Console:
    """Return a console for reports: standard output, unless another stream is given."""
    return Console(file=file or sys.stdout, highlight=False, markup=False, emoji=False)


def print_report(report: Report, console: Console) -> None:
    """Print a report for people.

    Args:
        report: what was found.
        console: where to; colours and characters are those that it can show.
    """
    page = _Page(report, console)
    if report.failure is not None:
        page.print_failure()
    elif report.diagnoses:
        page.print_findings()
    else:
        page.print_nothing_found()
    page.print_remarks()


_FRAMES = 4
"""Calls that are named of the way from the script to the failure."""

_STAGES = {
    "construct": "while the model was made",
    "compile": "while the model was compiled",
    "fit": "in fit",
    "evaluate": "in evaluate",
    "predict": "in predict",
    "call": "while the model was called",
    "load": "while weights or a model were loaded",
    "data": "outside Keras",
    "import": "in an import",
}


class _Page:
    """Prints one report; knows the console's signs and width."""

    def __init__(self, report: Report, console: Console) -> None:
        self._report = report
        self._console = console
        self._signs: Signs = signs_of(console)
        self._width = min(console.width, WIDEST) - 2

    def print_failure(self) -> None:
        """Print what ended the program, the primary diagnosis in full and the others in short."""
        report = self._report
        assert report.failure is not None
        self._line(self._exception(report.failure))
        if not report.diagnoses:
            self._lines(self._wrapped(self._message_lines(report.failure.message)), indent=2)
            self._line(Text("graphscope has no explanation for it.", style=QUIET), indent=2)
            return
        first, *others = report.diagnoses
        self._diagnosis(first, steps=True)
        self._hint()
        if others:
            self._blank()
            self._line(Text("Also", style="bold"))
            for other in others:
                self._line(self._short(other), indent=2)

    def print_findings(self) -> None:
        """Print every diagnosis of a program or model that did not fail."""
        for position, diagnosis in enumerate(self._report.diagnoses):
            if position:
                self._blank()
            self._diagnosis(diagnosis, steps=not position)
        if any(each.fixes for each in self._report.diagnoses):
            self._hint()
        self._blank()
        self._line(Text(self._count()))
        rule = plain(self._report.diagnoses[0].rule)
        self._line(Text(f"To silence one: # graphscope: ignore[{rule}]", style=QUIET), indent=2)

    def print_nothing_found(self) -> None:
        """Say that all is well."""
        self._line(Text(f"{self._signs.good} ", style="green").append("Nothing found."))

    def print_remarks(self) -> None:
        """Print notes of the run and what was silenced."""
        for note in self._report.notes:
            self._line(Text(plain(note), style=QUIET), indent=2)
        if silenced := self._report.silenced:
            self._line(Text(f"{plural(silenced, 'finding')} silenced.", style=QUIET), indent=2)

    def _exception(self, failure: FailureReport) -> Text:
        text = Text(f"{self._signs.wrong} ", style="bold red")
        text.append(plain(failure.exception))
        stage = _STAGES.get(failure.stage, failure.stage)
        calls = [f"{self._report.relative(each.file)}:{each.line}" for each in failure.frames]
        if len(calls) > _FRAMES:
            calls = [*calls[: _FRAMES - 1], self._signs.more, calls[-1]]
        where = f" {self._signs.arrow} ".join(calls)
        facts = f" {self._signs.dot} ".join(fact for fact in (stage, where) if fact)
        return text.append(f"  {plain(facts)}", style=f"not bold default {QUIET}")

    def _diagnosis(self, diagnosis: Diagnosis, *, steps: bool) -> None:
        self._headline(diagnosis)
        self._section(draw_source(self._report, diagnosis, self._signs, self._width - 2))
        if steps:
            self._section(draw_chain(self._report.steps, self._signs, self._width - 2))
        self._section(self._evidence(diagnosis.evidence))
        self._section(
            draw_fixes(self._report, diagnosis.fixes, self._signs, self._width - 2),
            title=_title_of_fixes(diagnosis),
        )
        self._blank()
        self._line(self._footer(diagnosis), indent=2)

    def _headline(self, diagnosis: Diagnosis) -> None:
        headline, *rest = self._message_lines(diagnosis.message)
        if diagnosis.confidence < _NOT_SURE and "not sure" not in diagnosis.message.lower():
            headline = Text("Not sure: ").append_text(headline)
        headline.stylize("bold")
        lines = self._wrapped([headline, *rest])
        if self._report.failure is None:
            sign = severity_sign(diagnosis.severity, self._signs)
            self._line(Text.assemble(sign, " ", lines.pop(0)))
        self._lines(lines, indent=2)

    def _message_lines(self, message: str) -> list[Text]:
        return [Text(plain(line.rstrip())) for line in message.strip().split("\n")]

    def _wrapped(self, lines: list[Text]) -> list[Text]:
        """Wrap the lines of a message, and cut what is more than a glance takes in."""
        wrapped = [part for line in lines for part in line.wrap(self._console, self._width)]
        if len(wrapped) > _MESSAGE:
            wrapped[_MESSAGE - 1 :] = [Text(self._signs.more, style=QUIET)]
        return wrapped

    def _evidence(self, evidence: Iterable[Evidence]) -> Iterator[Text]:
        shown = list(evidence)[:_EVIDENCE]
        for fact in shown:
            line = Text(f"{self._signs.dot} ", style=QUIET)
            line.append(plain(fact.text.replace("\n", " ")), style="not dim")
            if fact.place is not None:
                where = f"{self._report.relative(fact.place.file)}:{fact.place.line}"
                if where not in fact.text:
                    line.append(f"  {plain(where)}", style="not dim cyan")
            yield line

    def _short(self, diagnosis: Diagnosis) -> Text:
        text = severity_sign(diagnosis.severity, self._signs).append(" ")
        if diagnosis.places:
            place = diagnosis.places[0]
            where = plain(f"{self._report.relative(place.file)}:{place.line}")
            text.append(f"{where}  ", style="not bold cyan")
        line = diagnosis.message.strip().split("\n")[0]
        return text.append(plain(line), style="not bold default").append(
            f"  {plain(diagnosis.rule)}", style=f"not bold default {QUIET}"
        )

    def _footer(self, diagnosis: Diagnosis) -> Text:
        dot = f" {self._signs.dot} "
        facts = [plain(diagnosis.rule)]
        if diagnosis.confidence < 1:
            facts.append(f"{diagnosis.confidence:.0%} sure")
        return Text(dot.join(facts), style=QUIET)

    def _hint(self) -> None:
        report = self._report
        if report.offered and report.command:
            told, command = "To make the change:", f"{plain(report.command)} --apply 1"
            if len(told) + len(command) < self._width:
                line = Text(f"{told} ", style=QUIET).append(command, style="not dim bold")
                self._line(line, indent=2)
                return
            self._line(Text(told, style=QUIET), indent=2)
            # Not wrapped, so that it can be copied as one line.
            self._console.print(Text(f"    {command}", style="bold"), soft_wrap=True)

    def _count(self) -> str:
        found = self._report.findings
        remarks = len(self._report.diagnoses) - len(found)
        text = plural(len(found), "finding")
        return f"{text}, {plural(remarks, 'remark')}" if remarks else text

    def _section(self, lines: Iterable[Text], *, title: str = "") -> None:
        found = list(lines)
        if not found:
            return
        self._blank()
        if title:
            self._line(Text(title, style="bold"), indent=2)
        self._lines(found, indent=2)

    def _lines(self, lines: Iterable[Text], *, indent: int = 0) -> None:
        for line in lines:
            self._line(line, indent=indent)

    def _line(self, line: Text, *, indent: int = 0) -> None:
        """Print a line, wrapped at words and indented as a whole."""
        console = self._console
        hanging = _hanging(line)
        width = self._width + 2 - indent
        wrapped = line.wrap(console, width, overflow="fold") if line.cell_len > width else [line]
        if hanging and len(wrapped) > 1:
            head = line.wrap(console, width, overflow="fold")[0]
            rest = line[len(head) :]
            rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
            wrapped = [head, *_indented(rest.wrap(console, width - hanging), hanging)]
        for part in wrapped:
            part.rstrip()
            console.print(Text(" " * indent).append_text(part), soft_wrap=True)

    def _blank(self) -> None:
        self._console.print()


def _title_of_fixes(diagnosis: Diagnosis) -> str:
    usable = [fix for fix in diagnosis.fixes if fix.status is not FixStatus.REJECTED]
    return "Fix" if len(usable) == 1 else "Fixes"


def _hanging(line: Text) -> int:
    """Return how far the second line of a wrapped one is indented: behind a sign or number."""
    head, gap, _ = line.plain.partition(" ")
    if gap and len(head) == 1 and not head.isalpha():
        return 2 if not line.plain.startswith(f"{head}  ") else 3
    return len(line.plain) - len(line.plain.lstrip(" "))


def _indented(lines: Iterable[Text], indent: int) -> list[Text]:
    return [Text(" " * indent).append_text(line) for line in lines]
