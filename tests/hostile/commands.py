"""The commands that every file of a collection is given to."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from tests.hostile.judging import judge
from tests.hostile.pictures import find_faults
from tests.hostile.processes import Outcome, run
from tests.hostile.rows import Collection, Must, Row
from tests.hostile.table import Verdict

_GRAPHSCOPE = (sys.executable, "-m", "graphscope")
_FORMATS = ("svg", "html")
_LOGS = ("jsonl", "tfevents", "db")


_MOST = 10
"""Times the seconds of a row after which a command is ended: how late one is, is worth knowing."""


@dataclass(frozen=True)
class Manner:
    """How commands are tried and judged; see `judging.judge`."""

    patience: float = 1
    is_busy: bool = False
    exports: bool = False
    """Whether what opens is exported, too."""


def judge_row(row: Row, collection: Collection, manner: Manner) -> Verdict:
    """Give a file to `graphscope info`, and to `graphscope export` if it opens.

    A run log opens and holds no graph: `export` may refuse it, in good words.
    """
    outcome = run((*_GRAPHSCOPE, "info", row.path), seconds=row.seconds * _MOST)
    outcomes: dict[str, Outcome] = {"info": outcome}
    faults = _judge(row, collection, outcome, manner)
    if manner.exports:
        faults += _export(row, collection, outcomes, manner)
    return Verdict(row, outcomes, tuple(faults))


def _export(
    row: Row, collection: Collection, outcomes: dict[str, Outcome], manner: Manner
) -> list[str]:
    faults: list[str] = []
    opened = outcomes["info"].code == 0
    expected = replace(row, must=_expect_of_export(row, opened=opened))
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        for suffix in _FORMATS if opened else _FORMATS[:1]:
            target = Path(folder, f"picture.{suffix}")
            command = (*_GRAPHSCOPE, "export", row.path, "-o", str(target))
            outcome = outcomes[suffix] = run(command, seconds=row.seconds * _MOST)
            faults += [
                f"{suffix}: {fault}" for fault in _judge(expected, collection, outcome, manner)
            ]
            if outcome.code == 0:
                faults += [f"{suffix}: {fault}" for fault in find_faults(target, collection)]
    return faults


def _judge(row: Row, collection: Collection, outcome: Outcome, manner: Manner) -> list[str]:
    return judge(row, collection, outcome, patience=manner.patience, is_busy=manner.is_busy)


def _expect_of_export(row: Row, *, opened: bool) -> Must:
    if row.must == "error" or not opened:
        return "error"
    return "either" if row.format in _LOGS else "open"
