"""How soon the live page's server tells of a step, and how fast it answers with many long runs.

Run: python -m tests.bench.live_bench [--runs N] [--steps N]

The pushes are measured while one of the runs is written, from before the step's record is written
until a waiting poll has its answer. Answers are measured over a socket, guard and JSON included.
"""

# ruff: noqa: T201 - it is printed for whoever runs the bench

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from graphscope.app.live.page import LivePage
from graphscope.app.live.sources import Source
from tests.browser.live_runs import FakeTraining
from tests.unit.app.live.visitor import Visitor, run_of

PUSHES = 40
ANSWERS = 7
LONG = 600.0
"""Seconds that are waited for work that is measured."""


def main() -> None:
    """Print times in milliseconds, and their ratios to reading the logs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--steps", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "runs"
        running = write(root, given.runs, given.steps)
        began = time.perf_counter()
        with LivePage([Source(root, Path(folder) / "index.sqlite")]) as page:
            visitor = Visitor(page)
            visitor.state()
            shown = time.perf_counter() - began
            visitor.wait_for(lambda state: not state["reading"], LONG)
            read = time.perf_counter() - began
            print(f"{given.runs} runs of {given.steps:,} steps")
            print(f"  first answer            {shown * 1e3:8.0f} ms")
            print(f"  all logs read           {read * 1e3:8.0f} ms, index made")
            print("while the health rules look at all runs:")
            measure(visitor, running, read)
            print("after that:")
            visitor.wait_for(lambda state: all(run["examined"] for run in state["runs"]), LONG)
            measure(visitor, running, read)
            push(visitor, running)


def write(root: Path, runs: int, steps: int) -> FakeTraining:
    """Write runs of which all but one, which is returned, are over, and alike."""
    over = FakeTraining(root / "exp01", seed=1, epoch=1000).write_steps(steps)
    over.end()
    for number in range(2, runs):
        folder = root / f"exp{number:02}"
        folder.mkdir()
        shutil.copy(over.log.path, folder)
    return FakeTraining(root / "exp00", epoch=1000).write_steps(steps)


def measure(visitor: Visitor, running: FakeTraining, read: float) -> None:
    """Print how long answers take: new ones, and the same again after a step of one run."""
    smoothing = iter(range(1, 1000))

    def anew() -> None:
        look = {"metrics": "loss,val_loss", "points": 1500, "smoothing": next(smoothing) / 2000}
        visitor.ask("/live/curves.json", **look)

    def again() -> None:
        running.write_step()
        time.sleep(0.3)
        began = time.perf_counter()
        visitor.ask("/live/curves.json", metrics="loss,val_loss", points=1500, smoothing=0.6)
        after_step.append(time.perf_counter() - began)

    after_step: list[float] = []
    anew()
    other = median(anew)
    again()
    median(again)
    steps = statistics.median(after_step[1:])
    state = median(lambda: visitor.ask("/live/state.json"))
    print(f"  curves, other smoothing {other * 1e3:8.0f} ms, {read / other:.0f}x less than reading")
    print(f"  curves, after a step    {steps * 1e3:8.0f} ms, {read / steps:.0f}x less than reading")
    print(f"  state                   {state * 1e3:8.0f} ms")


def median(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    times = []
    for _ in range(ANSWERS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def push(visitor: Visitor, training: FakeTraining) -> None:
    """Print how long it takes from a step to the answer of a poll that waits for it."""
    name = training.log.path.parent.name
    delays = []
    for _ in range(PUSHES):
        version = visitor.state()["version"]
        step = training.step + 1
        begun: list[float] = []

        def write_later(begun: list[float] = begun) -> None:
            time.sleep(0.137)
            begun.append(time.perf_counter())
            training.write_step()

        writer = threading.Thread(target=write_later)
        writer.start()
        while run_of(state := visitor.state(since=version, wait=5), name)["step"] < step:
            version = state["version"]
        delays.append(time.perf_counter() - begun[0])
        writer.join()
    delays.sort()
    print(f"a step is told after {statistics.median(delays) * 1e3:.0f} ms in the middle,")
    print(f"  {delays[-2] * 1e3:.0f} ms in 95 of 100 times, {delays[-1] * 1e3:.0f} ms at most")


if __name__ == "__main__":
    main()
