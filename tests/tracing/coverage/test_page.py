"""The page of the models that were tried says what is so."""

from __future__ import annotations

import os

import pytest

from tests.tracing.coverage.collections import ALL, FAST
from tests.tracing.coverage.measure import measure
from tests.tracing.coverage.page import PAGE, render_row

NAMES = tuple(ALL) if os.environ.get("GRAPHSCOPE_COVERAGE") == "all" else FAST


@pytest.mark.filterwarnings("ignore")  # warnings of the models, whatever they warn of
@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_what_a_trace_gives(name: str) -> None:
    row = measure(name, ALL[name])
    assert row.is_sound
    line = render_row(row)
    page = PAGE.read_text(encoding="utf-8").splitlines()
    assert line in page, "run: KERAS_BACKEND=tensorflow python -m tests.tracing.coverage"


def test_every_model_has_a_row() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in ALL if f"| `{name}` |" not in text] == []
    assert text.count("| `") == len(ALL)
