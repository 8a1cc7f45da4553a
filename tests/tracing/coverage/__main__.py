"""Trace every model and write the page anew: `python -m tests.tracing.coverage`."""

from __future__ import annotations

import gc
import os

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.tracing.coverage.collections import SECTIONS
from tests.tracing.coverage.measure import Row, measure
from tests.tracing.coverage.page import PAGE, render, render_row


def main() -> None:
    """Write `docs/coverage.md`."""
    sections: dict[str, list[Row]] = {}
    for title, models in SECTIONS.items():
        rows = sections[title] = []
        for name, make in models.items():
            rows.append(measure(name, make))
            gc.collect()
            print(render_row(rows[-1]), flush=True)  # noqa: T201 - a program
    PAGE.write_text(render(sections), encoding="utf-8")


if __name__ == "__main__":
    main()
