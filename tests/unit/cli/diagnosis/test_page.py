"""The report on a terminal: what is said, in which order, and what strangers cannot do to it."""

from __future__ import annotations

import dataclasses
import io
import re
from typing import Any

import pytest
from rich.console import Console

from graphscope.cli.diagnosis import make_console, print_report
from graphscope.doctor.findings import Edit, Evidence, Fix, FixStatus, Place, Severity
from graphscope.doctor.reports import Report
from graphscope.doctor.reports.report import Step
from tests.unit.doctor.report.examples import FOLDER, NETS, TRAIN, failed_report, two_lstms

GOLDEN = """\
✗ ValueError  while the model was made · lib/nets.py:5 ← train.py:4
  The second LSTM needs a sequence of shape (batch, steps, features), but it
  received (None, 32).
  LSTM(32) in lib/nets.py:7 returns only its last state, because
  return_sequences is False.
  Give every LSTM but the last one return_sequences=True.

  lib/nets.py:7
    5 │ return Sequential([
    6 │     layers.Input((20, 4)),
  ❯ 7 │     layers.LSTM(32),
      │     ^^^^^^^^^^^^^^^
    8 │     layers.LSTM(16),
    9 │     layers.Dense(classes, activation="softmax"),

  ┌ input_layer  InputLayer  (None, 20, 4)
  │ lstm         LSTM        (None, 32)
  ✗ lstm_1       LSTM        got (None, 32)

  · lstm_1 received (None, 32), needs 3 axes  lib/nets.py:8
  · 32 <- LSTM(units=32), last state only  lib/nets.py:7

  Fixes
  1  Give the first LSTM return_sequences=True
     ✓ tried: it runs  class A · keeps the meaning · The script ran to its end.
     7 - layers.LSTM(32),
     7 + layers.LSTM(32, return_sequences=True),
  2  Remove the second LSTM
     ○ not tried  class B · one of several ways
     8 - layers.LSTM(16),

  missing-return-sequences · 95% sure
  To make the change: graphscope debug train.py --apply 1
"""


class _Ascii(io.StringIO):
    encoding = "ascii"  # type: ignore[assignment]


class _Utf8(io.StringIO):
    encoding = "utf-8"  # type: ignore[assignment]


def printed(report: Report, *, width: int = 80, ascii_only: bool = False, **options: Any) -> str:
    file = _Ascii() if ascii_only else _Utf8()
    print_report(report, Console(file=file, width=width, highlight=False, **options))
    return file.getvalue()


def test_the_page_as_a_whole() -> None:
    assert printed(failed_report()) == GOLDEN


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = printed(failed_report(), width=width).splitlines()
    assert lines.pop().endswith("graphscope debug train.py --apply 1")  # never wrapped, to copy it
    assert max(map(len, lines)) <= min(width, 100)


def test_a_pipe_gets_no_escape_codes_and_a_terminal_gets_colour() -> None:
    assert "\x1b" not in printed(failed_report())
    coloured = printed(failed_report(), force_terminal=True, color_system="standard")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == GOLDEN


def test_a_plain_terminal_gets_plain_signs() -> None:
    text = printed(failed_report(), ascii_only=True)
    assert text.isascii()
    assert "> 7 |" in text


def test_names_of_strangers_are_text() -> None:
    evil = "[red]x[/red]\x1b[2J"
    diagnosis = two_lstms(
        layer=evil, message=f"Look: {evil}", evidence=(Evidence("note", f"{evil} [/]"),)
    )
    report = dataclasses.replace(
        failed_report(diagnosis), steps=(Step(evil, evil, evil, is_culprit=True),)
    )
    text = printed(report)
    assert "\x1b" not in text
    assert text.count(r"[red]x[/red]\x1b[2J") >= 4


def test_a_message_takes_at_most_twelve_lines_with_its_exception() -> None:
    text = printed(failed_report(two_lstms(message="word " * 500)))
    headline = text.split("\n\n")[0].split("\n")
    assert len(headline) == 12
    assert headline[-1].strip() == "…"


@pytest.mark.parametrize(
    ("message", "count"), [("It may be so.", 1), ("Not sure: it may be so.", 1)]
)
def test_a_guess_says_so_once(message: str, count: int) -> None:
    text = printed(failed_report(two_lstms(message=message, confidence=0.4)))
    assert text.count("Not sure") == count
    assert "Not sure" not in printed(failed_report(two_lstms(message="It is.", confidence=0.6)))


def test_rejected_fixes_are_counted_and_have_no_number() -> None:
    tried = Fix("No", (Edit(NETS, 7, "x"),), status=FixStatus.REJECTED)
    good = Fix("Yes", (Edit(NETS, 7, "        layers.LSTM(64),"),))
    words = Fix("Say what you mean", ())
    text = printed(failed_report(two_lstms(fixes=(tried, words, good))))
    assert "  ·  Say what you mean\n" in text
    assert "  1  Yes\n" in text
    assert "1 other edit was tried and did not help." in text


def test_edits_in_other_files_name_the_file() -> None:
    edits = (Edit(NETS, 7, "        pass"), Edit(TRAIN, 4, "model = make_model(classes=11)"))
    text = printed(failed_report(two_lstms(fixes=(Fix("Both", edits),))))
    assert "     train.py\n     4 - model = make_model(classes=10)\n" in text


def test_a_line_that_is_added_shows_the_one_above_unchanged() -> None:
    edit = Edit(TRAIN, 4, "model = make_model(classes=10)\nmodel.summary()")
    text = printed(failed_report(two_lstms(fixes=(Fix("Add", (edit,)),))))
    assert "     4   model = make_model(classes=10)\n     4 + model.summary()\n" in text


def test_a_long_source_line_is_cut_around_the_culprit() -> None:
    line = "x = [" + "1, " * 60 + "layers.LSTM(32)]"
    report = dataclasses.replace(failed_report(), sources={TRAIN: line})
    diagnosis = two_lstms(places=(Place(TRAIN, 1),), fixes=(), layer="LSTM")
    text = printed(dataclasses.replace(report, diagnoses=(diagnosis,)))
    code, carets = next(
        pair for pair in zip(text.splitlines(), text.splitlines()[1:], strict=False)
        if "^" in pair[1]
    )  # fmt: skip
    assert code[carets.index("^") : carets.rindex("^") + 1] == "layers.LSTM(32)"
    assert len(code) <= 80


def test_a_long_culprit_is_shown_from_its_beginning() -> None:
    source = "model.fit(" + ", ".join(f"argument_{n}" for n in range(20)) + ")"
    report = dataclasses.replace(
        failed_report(two_lstms(places=(Place(TRAIN, 1),))), sources={TRAIN: source}
    )
    assert "❯ 1 │ model.fit(argument_0" in printed(report)


def test_a_long_change_is_broken_so_that_its_end_is_seen() -> None:
    line = "model = make_model(" + ", ".join(f"argument_{n}=None" for n in range(12)) + ", end=1)"
    report = failed_report(two_lstms(fixes=(Fix("Yes", (Edit(TRAIN, 4, line),)),)))
    text = printed(report)
    assert "end=1)" in text
    assert "      argument_" in text
    assert all(row == row.rstrip() for row in text.splitlines())


def test_other_diagnoses_are_told_in_short() -> None:
    text = printed(failed_report(two_lstms(), two_lstms(rule="second-rule", message="More.\nYes.")))
    assert text.count("Fixes") == 1
    assert "\nAlso\n  ✗ lib/nets.py:7  More.  second-rule\n" in text


def test_a_failure_without_an_explanation_says_so() -> None:
    report = dataclasses.replace(failed_report(), diagnoses=())
    assert "graphscope has no explanation for it." in printed(report)


def test_findings_of_a_program_that_ran() -> None:
    report = dataclasses.replace(
        failed_report(two_lstms(severity=Severity.WARNING), two_lstms(severity=Severity.INFO)),
        failure=None,
    )
    text = printed(report)
    assert text.startswith("! The second LSTM needs a sequence")
    assert "\ni The second LSTM needs" in text
    assert "\n1 finding, 1 remark\n" in text


def test_nothing_found() -> None:
    report = Report(TRAIN, FOLDER, notes=("Fixes were not tried.",), silenced=2)
    expected = "✓ Nothing found.\n  Fixes were not tried.\n  2 findings silenced.\n"
    assert printed(report) == expected


def test_the_console_for_reports_reads_no_markup() -> None:
    file = io.StringIO()
    make_console(file).print("[red]:smile: 12")
    assert file.getvalue() == "[red]:smile: 12\n"
