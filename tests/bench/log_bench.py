"""What the run log costs: appending, size, reading.

Run: python -m tests.bench.log_bench
"""

# ruff: noqa: T201 - it is printed for whoever runs the bench

from __future__ import annotations

import os
import random
import tempfile
import time
from pathlib import Path

from graphscope.runs import Columns, Step
from graphscope.runs.codec import encode
from graphscope.runs.log import LogWriter, read_run

STEPS = 1_000_000
SCALARS = 10
APPENDED = 50_000
"""Steps that are appended one by one; the rest of the run is copies of them."""


def main() -> None:
    """Print how long an append takes beside a bare `os.write`, and what a million steps cost."""
    chance = random.Random(0)
    steps = [
        Step(step, 1.79e9 + step * 0.005, 0, tuple(chance.random() for _ in range(SCALARS)))
        for step in range(1, APPENDED + 1)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = LogWriter(folder, "writer")
        log.write(Columns(0, tuple(f"metric_{index}" for index in range(SCALARS))))
        appending = sorted(_seconds(log.write, step) for step in steps)
        lines = [encode(step) for step in steps]
        bare = os.open(folder / "bare", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        writing = sorted(_seconds(lambda line: os.write(bare, line), line) for line in lines)
        block = b"".join(lines)
        for _ in range(STEPS // APPENDED - 1):
            log.append(block)
        log.close()
        size = log.path.stat().st_size
        started = time.perf_counter()
        run = read_run(folder)
        seconds = time.perf_counter() - started
        assert len(run.steps["metric_0"]) == STEPS
    p50, p99 = appending[APPENDED // 2], appending[APPENDED * 99 // 100]
    ratio = p50 / writing[APPENDED // 2]
    print(f"append: p50 {p50 * 1e6:.1f} us, p99 {p99 * 1e6:.1f} us; {ratio:.1f} x a bare write")
    print(f"{STEPS:,} steps x {SCALARS} scalars: {size / 1e6:.0f} MB, read in {seconds:.2f} s")


def _seconds(function: object, argument: object) -> float:
    assert callable(function)
    started = time.perf_counter()
    function(argument)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
