"""Runs on storage that knows no appending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from graphscope.errors import GraphscopeError
from graphscope.runs import Columns, Step
from graphscope.runs.folders import as_folder, is_remote
from graphscope.runs.log import RunTail, SegmentedLog, find_runs, open_log, read_run


@pytest.fixture
def bucket() -> Iterator[Path]:
    folder = as_folder("memory://bucket/runs")
    yield folder
    folder.fs.store.clear()  # type: ignore[attr-defined]


def _steps(log: SegmentedLog, steps: range) -> None:
    for step in steps:
        log.write(Step(step, 1.0, 0, (0.5,)))


def test_segments_are_sealed_and_read_in_their_order(bucket: Path) -> None:
    log = SegmentedLog(bucket / "exp", "rank0-a-1-1", seconds=3600)
    log.write(Columns(0, ("loss",)))
    tail = RunTail(bucket / "exp")
    assert tail.poll() == []
    seen = []
    for first in range(1, 121, 10):
        _steps(log, range(first, first + 10))
        assert log.seal()
        seen += [record.step for _, record in tail.poll() if isinstance(record, Step)]
    log.close()
    assert seen == list(range(1, 121))
    assert [str(each) for each in find_runs(bucket)] == [str(bucket / "exp")]
    run = read_run(bucket / "exp")
    assert (run.name, run.last_step) == ("exp", 120)
    assert len(list((bucket / "exp").glob("*.jsonl"))) == 12
    assert not log._spool.path.parent.exists()


def test_storage_that_is_away_is_told_once_and_tried_again(
    bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    log = SegmentedLog(bucket / "exp", "w", seconds=3600, tell=told.append)
    log.write(Columns(0, ("loss",)))
    _steps(log, range(1, 5))
    _break(monkeypatch)
    assert not log.seal()
    assert not log.seal()
    assert len(told) == 1
    assert "cannot be written" in told[0]
    monkeypatch.undo()
    log.close()
    assert read_run(bucket / "exp").last_step == 4


def test_what_was_never_sent_is_kept_and_named(
    bucket: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SegmentedLog(bucket / "exp", "w", seconds=3600)
    log.write(Columns(0, ("loss",)))
    _break(monkeypatch)
    with pytest.raises(OSError, match="could not be written") as error:
        log.close()
    kept = Path(str(error.value).rpartition("it is in ")[2].rstrip("."))
    assert kept.read_bytes().startswith(b'{"k":"columns"')


def test_the_log_suits_the_folder(bucket: Path, tmp_path: Path) -> None:
    assert is_remote(bucket)
    assert not is_remote(tmp_path)
    log = open_log(bucket / "exp", "w", tell=pytest.fail)
    assert isinstance(log, SegmentedLog)
    log.close()


def test_a_url_that_nothing_can_reach_names_what_to_install() -> None:
    with pytest.raises(GraphscopeError, match="gs:// cannot be reached") as error:
        as_folder("gs://bucket/runs")
    assert error.value.remedy == "pip install gcsfs"
    with pytest.raises(GraphscopeError, match="nonsense:// cannot be reached"):
        as_folder("nonsense://bucket/runs")


def _break(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise ConnectionError("no route")

    monkeypatch.setattr(UPath, "write_bytes", refuse)
