"""What the index of runs costs, and what it saves: SQLite, and PostgreSQL beside it.

Run: python -m tests.bench.index_bench [--runs N]
"""

# ruff: noqa: T201 - it is printed for whoever runs the bench

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from graphscope.runs import Columns, Start, Step
from graphscope.runs.codec import encode
from graphscope.runs.index import open_store
from graphscope.runs.index.store import Store
from graphscope.runs.log import LogWriter, read_run
from tests.unit.runs.index.servers import running_server

STEPS = 1_000_000
SCALARS = 10
DRAWN = 50_000
"""Steps whose numbers are drawn; the values of later ones are the same again."""
POINTS = 2_000
LIVE_UPDATES = 200
LIVE_STEPS = 50
"""Steps between two updates of a run that is being trained: 2 Hz at 10 ms a step."""

_CHILD = """
import sys, time
from pathlib import Path
begin = time.perf_counter()
from graphscope.runs.index import open_store
from graphscope.runs.index.store import Store
imported = time.perf_counter()
root = Path(sys.argv[2])
store = open_store(sys.argv[1], root=root)
store.update(root, seconds=float(sys.argv[3]) if sys.argv[3:] else None)
for row in store.runs():
    found = store.series(row.key, points=2000)
done = time.perf_counter()
shown = max(len(each) and int(each.steps[-1]) for each in found.values())
print(imported - begin, done - imported, shown)
"""


def main() -> None:
    """Print sizes and times; ratios where another machine's would be the same."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="runs of 100,000 steps")
    runs = parser.parse_args().runs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        long, many = folder / "long", folder / "many"
        size = write_run(long / "run", STEPS)
        print(f"{STEPS:,} steps x {SCALARS} scalars: a log of {size / 1e6:.0f} MB (goal: 160)")
        reading = _seconds(lambda: read_run(long / "run"))
        print(f"reading the log itself: {reading:.2f} s")
        for index in range(runs):
            write_run(many / f"run{index}", 100_000)
        measure("SQLite", lambda use: str(folder / f"{use}.sqlite"), folder, reading)
        try:
            with running_server() as server:
                measure("PostgreSQL", lambda _use: server.make_database(), folder, reading)
        except pytest.skip.Exception as reason:
            print(f"PostgreSQL: {reason}")


def measure(kind: str, make_place: Callable[[str], str], folder: Path, reading: float) -> None:
    """Print what one kind of database takes for all that is asked of it."""
    print(f"\n{kind}")
    place, long = make_place("long"), folder / "long"
    _, some, shown = open_in_child(make_place("part"), long, "0.5")
    print(f"  first picture, no index, half a second for it: {some:.2f} s, to step {shown:,}")
    imports, cold, _ = open_in_child(place, long)
    _, warm, _ = open_in_child(place, long)
    print(f"  first picture, no index: {cold:.2f} s ({cold / reading:.1f} x reading the log)")
    print(f"  first picture, index there: {warm:.2f} s ({cold / warm:.0f} times faster; goal: 2)")
    print(f"  (and {imports:.2f} s for imports in each case)")
    if not place.startswith("postgresql"):
        share = Path(place).stat().st_size / _size(long)
        print(f"  the index is {share:.2f} times as large as the log")
    store = open_store(place, root=long)
    measure_pictures(store, long)
    store.close()
    measure_many(make_place("many"), folder / "many")
    measure_live(make_place("live"), folder / "live" / kind)


def measure_pictures(store: Store, root: Path) -> None:
    """Print what pictures of a long run take once it is open."""
    nothing = _median(lambda: store.update(root))
    whole = _median(lambda: store.series("run", points=POINTS))
    one = _median(lambda: store.series("run", ["metric_0"], points=POINTS))
    near = _median(
        lambda: store.series("run", points=POINTS, first=STEPS // 2, last=STEPS // 2 + 50_000)
    )
    smooth = _median(lambda: store.series("run", ["metric_0"], points=POINTS, smoothing=0.9))
    print(
        f"  pictures of {POINTS:,} points: all {SCALARS} curves {whole:.0f} ms, one {one:.0f} ms, "
        f"all in a window of 50,000 steps {near:.0f} ms, one smoothed {smooth:.0f} ms; "
        f"an update with nothing new {nothing:.1f} ms"
    )


def measure_many(place: str, root: Path) -> None:
    """Print what twenty overlaid runs take."""
    store = open_store(place, root=root)
    taking = _seconds(lambda: store.update(root))
    rows = store.runs()
    table = _median(store.runs)
    curves = _median(
        lambda: [store.series(row.key, ["metric_0"], points=POINTS) for row in rows], times=5
    )
    print(
        f"  {len(rows)} runs x 100,000 steps: taken up in {taking:.1f} s "
        f"({len(rows) * 0.1 / taking:.2f} million steps/s), table {table:.0f} ms, "
        f"one curve of each {curves:.0f} ms"
    )
    store.close()


def measure_live(place: str, root: Path) -> None:
    """Print what following a run takes while it is trained."""
    log = begin_run(root / "run")
    store = open_store(place, root=root)
    taken: list[float] = []
    for turn in range(LIVE_UPDATES):
        log.append(b"".join(_lines(turn * LIVE_STEPS + 1, LIVE_STEPS)))
        taken.append(_seconds(lambda: store.update(root)) * 1e3)
    log.close()
    taken.sort()
    print(
        f"  an update with {LIVE_STEPS} new steps: p50 {taken[len(taken) // 2]:.1f} ms, "
        f"p99 {taken[len(taken) * 99 // 100]:.1f} ms"
    )
    assert len(store.series("run")["metric_0"]) == LIVE_UPDATES * LIVE_STEPS
    store.close()


def write_run(folder: Path, steps: int) -> int:
    """Write a run; return its bytes."""
    log = begin_run(folder)
    for begin in range(1, steps + 1, DRAWN):
        log.append(b"".join(_lines(begin, min(DRAWN, steps - begin + 1))))
    log.close()
    return log.path.stat().st_size


def begin_run(folder: Path) -> LogWriter:
    """Return a log whose steps may follow."""
    log = LogWriter(folder, "rank0-elsewhere-1-1")
    log.write(Start(folder.name, "rank0-elsewhere-1-1", 1.79e9))
    log.write(Columns(0, tuple(f"metric_{index}" for index in range(SCALARS))))
    return log


_chance = random.Random(0)
_VALUES = [tuple(_chance.random() for _ in range(SCALARS)) for _ in range(DRAWN)]


def _lines(first: int, count: int) -> list[bytes]:
    return [
        encode(Step(step, 1.79e9 + step * 0.005, 0, _VALUES[step % DRAWN]))
        for step in range(first, first + count)
    ]


def open_in_child(place: str, root: Path, *seconds: str) -> tuple[float, float, int]:
    """Return what a fresh process takes for imports and to its first picture, and its last step."""
    command = [sys.executable, "-c", _CHILD, place, str(root), *seconds]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    imports, seconds_taken, shown = done.stdout.split()
    return float(imports), float(seconds_taken), int(shown)


def _size(root: Path) -> int:
    return sum(path.stat().st_size for path in root.rglob("*.jsonl"))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _median(work: Callable[[], object], times: int = 9) -> float:
    """Return milliseconds."""
    return statistics.median(_seconds(work) * 1e3 for _ in range(times))


if __name__ == "__main__":
    main()
