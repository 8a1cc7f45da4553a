"""The page `docs/coverage.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.tracing.coverage.measure import Row

PAGE = Path(__file__).parents[3] / "docs" / "coverage.md"
HEADER = (
    "| model | layer calls | ops | unowned ops | unknown shapes | implicit edges | consistency "
    "| parameters |\n|---|--:|--:|--:|--:|--:|---|--:|"
)
INTRODUCTION = """# Coverage of the TensorFlow tracer

Made by `KERAS_BACKEND=tensorflow python -m tests.tracing.coverage`; some rows are compared with a
fresh trace in every run of the tests, all of them with `GRAPHSCOPE_COVERAGE=all`.

*Unowned ops* are operations that no call made. *Unknown shapes* are tensors of which a size can
neither be read nor named. *Implicit edges* are tensors that go past the arguments of a call: masks
and states. *Consistency* is what `graphscope info` checks: that layers and operations tell the same
story. *Parameters* have a tick where Keras counts the same; without a mark Keras has not built all
layers, and counts nothing yet.

Models of `keras.applications` are as their papers have them, without weights. Those of keras_hub
are small configurations of the same architecture; nothing is downloaded. Their inputs are as open
as they declare them.
"""
UNKNOWN_REASONS = """## Sizes that are not known

- `ragged_input`, `sparse_input`: how many values there are is data.
- `python_function`: the shape is what Python returns.
- In other models a size is named when it is a sum, product or rounded quotient of the open sizes
  of the inputs; what remains is chosen in a branch or depends on values.

The model around Stable Diffusion 3 is not in the table, only its diffuser, image decoder and text
encoder: it hands a number of steps to NumPy, and Keras cannot trace it itself.
"""


def render_row(row: Row) -> str:
    """Return a row of the table."""
    tick = "" if row.keras_parameters is None else " ✓"
    if row.keras_parameters not in (None, row.parameters):
        tick = f" (Keras: {row.keras_parameters:,})"
    counts = (row.calls, row.ops, row.unowned, row.unknown, row.implicit)
    cells = " | ".join(f"{count:,}" for count in counts)
    sound = "ok" if not row.violations else f"{row.violations} violations"
    return f"| `{row.name}` | {cells} | {sound} | {row.parameters:,}{tick} |"


def render(sections: Mapping[str, Sequence[Row]]) -> str:
    """Return the whole page."""
    rows = [row for part in sections.values() for row in part]
    named = sum(not row.unknown for row in rows)
    summary = (
        f"{len(rows)} models, {sum(row.ops for row in rows):,} operations: "
        f"{sum(row.unowned for row in rows):,} unowned, "
        f"{sum(row.violations for row in rows):,} violations; all shapes are known in {named}.\n"
    )
    parts = [INTRODUCTION, summary]
    for title, part in sections.items():
        parts.append("\n".join([f"## {title}\n", HEADER, *map(render_row, part)]) + "\n")
    return "\n".join([*parts, UNKNOWN_REASONS])
