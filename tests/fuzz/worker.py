"""Tries mutations one after the other: `python -m tests.fuzz.worker TARGET FIRST LAST`.

Prints the number of each mutation before it is tried, so that the parent knows which one ended
this process, and a line of JSON for each that something foreign left the reader with.
"""

from __future__ import annotations

import json
import resource
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Iterator

from graphscope.errors import GraphscopeError
from tests.fuzz.seeds import Seeds
from tests.fuzz.targets import TARGETS, try_one

SECONDS = 10
_MEMORY = 3 << 30


def main(name: str, first: int, last: int) -> None:
    """Try the mutations of a target from one number to another."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    warnings.simplefilter("ignore")  # as in the child that reads for users
    seeds = Seeds()
    for number in range(first, last):
        print(number, flush=True)  # noqa: T201
        data = TARGETS[name].make(seeds, number)
        for fault in _find_faults(name, data):
            print(json.dumps(fault), flush=True)  # noqa: T201


def _find_faults(name: str, data: bytes) -> Iterator[dict[str, str]]:
    signal.alarm(SECONDS * 3)  # ends this process
    begin = time.perf_counter()
    try:
        try_one(name, data)
    except GraphscopeError as error:
        if len(str(error)) > 500:
            yield {"fault": "a long message", "where": str(error)[:200]}
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        yield {"fault": f"{type(error).__name__}: {str(error)[:150]}", "where": _find_place(error)}
    finally:
        signal.alarm(0)
    taken = time.perf_counter() - begin
    if taken > SECONDS:
        yield {"fault": "slow", "where": f"{taken:.0f} s"}


def _find_place(error: BaseException) -> str:
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "graphscope" in frame.filename
    ]
    last = frames[-1] if frames else traceback.extract_tb(error.__traceback__)[-1]
    return f"{last.filename.partition('graphscope/')[2] or last.filename}:{last.lineno} {last.name}"


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
