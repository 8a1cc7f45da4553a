"""Work done in forks, some at a time, answered in order."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any


def in_parallel(
    items: Sequence[Any], work: Callable[[Any], dict[str, Any]], jobs: int
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Do the work for each item in a fork, some at a time; yield in the order of the items."""
    waiting, answers = dict(enumerate(items)), {}
    running: dict[int, tuple[int, Path]] = {}
    folder = Path(tempfile.mkdtemp(prefix="doctor-answers-"))
    told = 0
    while told < len(items):
        while waiting and len(running) < jobs:
            number = min(waiting)
            path = folder / f"{number}.json"
            running[_fork(work, waiting.pop(number), path)] = (number, path)
        pid, _ = os.wait()
        number, path = running.pop(pid)
        answers[number] = json.loads(path.read_text()) if path.exists() else {"error": "it died"}
        while told in answers:
            yield items[told], answers.pop(told)
            told += 1


def _fork(work: Callable[[Any], dict[str, Any]], item: Any, path: Path) -> int:
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    try:
        path.write_text(json.dumps(work(item)))
    except BaseException:  # noqa: BLE001 - told by the parent
        path.write_text(json.dumps({"error": traceback.format_exc()}))
    finally:
        os._exit(0)
