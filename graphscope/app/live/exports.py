"""Runs as files to take away."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import IO

from graphscope.app.live.live_run import LiveRun
from graphscope.errors import ExportError
from graphscope.runs import Run, Series
from graphscope.runs.exchange import write_csv, write_parquet
from graphscope.runs.exchange.tables import Content

_IN_MEMORY = 16 << 20
"""Bytes of a file; larger ones go to the disk while they are sent."""


def export(
    runs: Sequence[LiveRun], metrics: Collection[str] | None, content: str | None, kind: str
) -> IO[bytes]:
    """Return a file, to be read from its beginning.

    Args:
        runs: one after the other in the table.
        metrics: its columns; all by default.
        content: `steps`, `epochs` or `statistics`; by default steps where any run has one of the
            metrics by step.
        kind: `csv` or `parquet`.

    Raises:
        ExportError: when there is no such content or kind.
        GraphscopeError: when a run is gone, or pyarrow is not installed.
    """
    chosen = _content(content, runs, metrics)
    tables = [_read(run, metrics, chosen) for run in runs]
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it is returned
    if kind == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
        write_csv(tables, text, chosen)
        text.flush()
        text.detach()
    elif kind == "parquet":
        write_parquet(tables, file, chosen)  # type: ignore[arg-type]
    else:
        raise ExportError(f"Runs cannot be exported as {kind!r}.", "There are: csv, parquet.")
    file.seek(0)
    return file


def _content(
    content: str | None, runs: Sequence[LiveRun], metrics: Collection[str] | None
) -> Content:
    match content:
        case "steps" | "epochs" | "statistics":
            return content
        case None:
            names = {name for run in runs for name in run.row.step_metrics}
            return (
                "steps" if names and (metrics is None or names.intersection(metrics)) else "epochs"
            )
    known = "steps, epochs, statistics"
    raise ExportError(f"A table of {content!r} cannot be made.", f"There are: {known}.")


def _read(run: LiveRun, metrics: Collection[str] | None, content: Content) -> Run:
    store, place = run.source.store, run.row.key
    outline = store.outline(place)
    if content == "steps":
        return replace(outline, steps=store.series(place, metrics))
    if content == "epochs":
        return replace(outline, epochs=_some(outline.epochs, metrics))
    return replace(outline, statistics=store.statistics(place))


def _some(series: Mapping[str, Series], names: Collection[str] | None) -> dict[str, Series]:
    return {name: each for name, each in series.items() if names is None or name in names}
