"""Following a run's folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from graphscope.app.painted.watched import WatchedRun
from graphscope.runs.log import LogWriter, read_run
from tests.unit.app.painted.trainings import end, make_records, nan_event, write_run


def test_it_reads_on_and_says_that_there_is_news(tmp_path: Path) -> None:
    records = make_records()
    log = write_run(tmp_path / "exp1", records[:100])
    watched = WatchedRun(tmp_path / "exp1")
    watched.refresh()
    before, samples = watched.version, len(watched.samples.steps)
    watched.refresh()
    assert watched.version == before
    for record in records[100:]:
        log.write(record)
    log.close()
    watched.refresh()
    assert watched.version > before
    assert len(watched.samples.steps) == 80 > samples
    assert watched.generation == 0


def test_its_run_is_the_run_that_reading_the_log_gives(tmp_path: Path) -> None:
    write_run(tmp_path / "exp1", [*make_records(), nan_event(), end()]).close()
    watched = WatchedRun(tmp_path / "exp1")
    watched.refresh()
    run, read = watched.run(), read_run(tmp_path / "exp1")
    assert run.start == read.start
    assert run.events == read.events
    assert run.end == read.end
    assert set(run.statistics) == set(read.statistics)
    for layer, kinds in read.statistics.items():
        assert set(run.statistics[layer]) == set(kinds)
        for name, series in kinds.items():
            found = run.statistics[layer][name]
            assert found.steps.tolist() == series.steps.tolist()
            assert found.times.tolist() == series.times.tolist()
            assert found.values == pytest.approx(series.values, rel=1e-6)
    assert run.histograms["stem"]["gradient"] == read.histograms["stem"]["gradient"]


def test_a_log_that_was_written_anew_is_read_anew(tmp_path: Path) -> None:
    folder = tmp_path / "exp1"
    records = make_records()
    write_run(folder, records).close()
    watched = WatchedRun(folder)
    watched.refresh()
    (folder / "rank0.jsonl").unlink()
    log = LogWriter(folder, "rank0")
    for record in records[:40]:
        log.write(record)
    log.close()
    watched.refresh()
    assert watched.generation == 1
    assert watched.samples.steps[-1] < 50


def test_a_finished_run_is_examined_and_its_first_nan_found(tmp_path: Path) -> None:
    write_run(tmp_path / "exp1", [*make_records(), nan_event(), end()]).close()
    watched = WatchedRun(tmp_path / "exp1")
    watched.refresh()
    assert watched.status == "finished"
    found = next(each for each in watched.diagnoses if each.symptom == "nan-loss")
    assert found.first_step == 240


def test_whoever_looks_at_a_run_loads_no_framework(tmp_path: Path) -> None:
    write_run(tmp_path / "exp1", [*make_records(), nan_event(), end()]).close()
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from graphscope.app.painted.watched import WatchedRun\n"
        "watched = WatchedRun(Path(sys.argv[1]))\n"
        "watched.refresh()\n"
        "assert watched.diagnoses, watched.notes\n"
        "print(sorted({'keras', 'tensorflow', 'jax', 'torch'} & set(sys.modules)))\n"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "exp1")]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"
