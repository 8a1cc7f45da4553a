"""Which expression is marked."""

from __future__ import annotations

from typing import Any

import pytest

from graphscope.doctor.findings import Edit, Fix, Place
from graphscope.doctor.reports.span import find_span
from tests.unit.doctor.report.examples import NETS, NETS_TEXT, TRAIN, failed_report, two_lstms


def marked(**changes: Any) -> str | None:
    diagnosis = two_lstms(**changes)
    report = failed_report(diagnosis)
    span = find_span(report, diagnosis)
    return report.line_text(diagnosis.places[0])[slice(*span)] if span else None


def test_the_call_that_gets_an_argument() -> None:
    assert marked() == "layers.LSTM(32)"


def test_the_value_that_is_replaced() -> None:
    fix = Fix("Widen", (Edit(NETS, 7, "        layers.LSTM(64),"),))
    assert marked(fixes=(fix,)) == "32"


def test_without_a_fix_the_call_of_the_layer() -> None:
    assert marked(fixes=(), layer="lstm") == "layers.LSTM(32)"
    assert marked(fixes=(), layer="LSTM") == "layers.LSTM(32)"


def test_else_what_the_frame_was_executing() -> None:
    assert marked(fixes=(), layer=None, places=(Place(TRAIN, 4),)) == "make_model(classes=10)"


@pytest.mark.parametrize("place", [Place(NETS, 99), Place("/opt/a.py", 1), Place(NETS, 2)])
def test_nothing_where_there_is_no_text(place: Place) -> None:
    assert marked(places=(place,)) is None


def test_a_statement_below_marks_nothing_by_itself() -> None:
    fix = Fix("Add", (Edit(NETS, 9, NETS_TEXT.split("\n")[8] + "\n        more,"),))
    assert marked(fixes=(fix,), layer=None, places=(Place(NETS, 9),)) is None
