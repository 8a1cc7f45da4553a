"""What the live page shows of logs that a target names."""

from __future__ import annotations

from pathlib import Path

from graphscope.app.live.imported import ImportedSource
from graphscope.app.live.sources import Source
from graphscope.runs.exchange import ForeignRun, find_logs
from graphscope.session.run_logs import RunLog


def make_sources(log: RunLog, store: str | Path | None = None) -> list[Source]:
    """Return where the page's runs come from, also those that appear later in a folder.

    Args:
        log: what the target names.
        store: where the index of runs of ours is kept, see `Source`.

    Raises:
        GraphscopeError: when no index can be kept.
    """
    sources: list[Source] = [Source(log.root, store)] if log.own else []
    if log.foreign:
        sources.append(ImportedSource(log.root, lambda: _find(log)))
    return sources


def _find(log: RunLog) -> tuple[ForeignRun, ...]:
    return find_logs(log.root).foreign if log.root.is_dir() else log.foreign
