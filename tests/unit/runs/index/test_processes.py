"""Eight processes write and index at once while another one reads: nothing lost, nothing twice."""

from __future__ import annotations

from collections import Counter
from multiprocessing import get_context
from multiprocessing.context import SpawnProcess
from pathlib import Path

import numpy as np

from graphscope.runs import Columns, End, Event, Start, Step
from graphscope.runs.index import open_store
from graphscope.runs.index.store import Store
from graphscope.runs.log import LogWriter, read_run
from tests.unit.runs.index.parts import contents, statistics

WRITERS = 8
STEPS = 1_500
EACH = 100
"""Steps between two updates."""


def _train(place: str, root: Path, rank: int) -> None:
    """Write a run of one's own and, as one of its ranks, a common one; index all of them often."""
    store = open_store(place, root=root)
    logs = []
    for name, shown in ((f"own-{rank}", 0), ("common", rank)):
        writer = f"rank{shown}-elsewhere-{rank}-1"
        logs.append(LogWriter(root / name, writer))
        logs[-1].write(Start(name, writer, float(rank), shown))
        logs[-1].write(Columns(0, (f"loss_{rank}", "loss")))
    for step in range(1, STEPS + 1):
        for log in logs:
            log.write(Step(step, float(step), 0, (1 / step, float(rank))))
            if step % 50 == 0:
                log.write(statistics(step))
        if step % EACH == 0:
            store.update(root)
    for log in logs:
        log.write(Event(STEPS, 1.0, "warning", f"rank {rank} is done"))
        log.write(End(STEPS, float(STEPS), "finished"))
    store.update(root)
    store.close()


def test_nothing_is_lost_and_nothing_comes_twice(place: str, tmp_path: Path) -> None:
    root = tmp_path / "runs"
    root.mkdir()
    context = get_context("spawn")
    processes = [
        context.Process(target=_train, args=(place, root, rank)) for rank in range(WRITERS)
    ]
    for process in processes:
        process.start()
    store = open_store(place, root=root)
    looks = _watch(store, processes)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    assert looks > 1

    rows = store.runs()
    assert [row.name for row in rows] == ["common", *(f"own-{rank}" for rank in range(WRITERS))]
    assert {row.status for row in rows} == {"finished"}
    assert rows[0].writers == WRITERS
    for row in rows:
        assert contents(store.read(row.key)) == contents(read_run(root / row.name))
    common = store.series("common")
    assert Counter(common["loss"].values.tolist()) == {float(r): STEPS for r in range(WRITERS)}
    for rank in range(WRITERS):
        assert common[f"loss_{rank}"].steps.tolist() == list(range(1, STEPS + 1))
    assert Counter(event.text for event in store.events("common")) == {
        f"rank {rank} is done": 1 for rank in range(WRITERS)
    }
    # Whoever comes last finds nothing to do: all of it was indexed by those who wrote it.
    assert store.update(root).bytes == 0
    store.close()


def _watch(store: Store, processes: list[SpawnProcess]) -> int:
    """Read until all have ended; what is seen is always whole and never less than before."""
    seen: Counter[str] = Counter()
    looks = 0
    while any(process.is_alive() for process in processes):
        for row in store.runs():
            for name, series in store.series(row.key).items():
                if name != "loss" or row.name != "common":
                    assert series.steps.tolist() == list(range(1, len(series) + 1))
                assert len(series) >= seen[f"{row.name} {name}"]
                seen[f"{row.name} {name}"] = len(series)
                assert np.isfinite(series.values).all()
            looks += bool(seen)
    for process in processes:
        process.join()
    return looks
