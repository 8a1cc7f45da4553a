"""The commands that every file of a collection is given to."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from tests.hostile.judging import judge
from tests.hostile.pictures import find_faults
from tests.hostile.processes import Outcome, run
from tests.hostile.rows import Collection, Must, Row
from tests.hostile.table import Verdict

_GRAPHSCOPE = (sys.executable, "-m", "graphscope")
_FORMATS = ("svg", "html")
_LOGS = ("jsonl", "tfevents", "db")


def judge_row(row: Row, collection: Collection, *, patience: float, exports: bool) -> Verdict:
    """Give a file to `graphscope info`, and to `graphscope export` if it opens.

    A run log opens and holds no graph: `export` may refuse it, in good words.
    """
    seconds = row.seconds * patience * 2  # late is late; how late, is worth knowing
    outcomes: dict[str, Outcome] = {"info": run((*_GRAPHSCOPE, "info", row.path), seconds=seconds)}
    faults = judge(row, collection, outcomes["info"], patience=patience)
    if exports:
        faults += _export(row, collection, outcomes, patience=patience)
    return Verdict(row, outcomes, tuple(faults))


def _export(
    row: Row, collection: Collection, outcomes: dict[str, Outcome], *, patience: float
) -> list[str]:
    faults: list[str] = []
    opened = outcomes["info"].code == 0
    expected = replace(row, must=_expect_of_export(row, opened=opened))
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for suffix in _FORMATS if opened else _FORMATS[:1]:
            target = Path(folder, f"picture.{suffix}")
            command = (*_GRAPHSCOPE, "export", row.path, "-o", str(target))
            outcome = outcomes[suffix] = run(command, seconds=row.seconds * patience * 2)
            faults += [
                f"{suffix}: {fault}"
                for fault in judge(expected, collection, outcome, patience=patience)
            ]
            if outcome.code == 0:
                faults += [f"{suffix}: {fault}" for fault in find_faults(target, collection)]
    return faults


def _expect_of_export(row: Row, *, opened: bool) -> Must:
    if row.must == "error" or not opened:
        return "error"
    return "either" if row.format in _LOGS else "open"
