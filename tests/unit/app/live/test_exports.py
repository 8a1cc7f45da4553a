"""Runs taken away as files, and compared."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from graphscope.app.live import imported
from graphscope.app.live.imported import tensorboard_runs
from graphscope.app.live.logs import make_sources
from graphscope.app.live.watcher import Watcher
from graphscope.runs import Columns, Start, Step
from graphscope.runs.exchange import to_records, write_events
from graphscope.runs.log import LogWriter, make_writer_id, read_run
from graphscope.session.run_logs import find_log
from tests.browser.live_runs import FakeTraining
from tests.unit.app.live.visitor import Visitor, run_of

Open = Callable[..., Visitor]


def test_a_table_holds_what_was_asked_for(root: Path, visit: Open) -> None:
    FakeTraining(root / "exp1").write_steps(30)
    FakeTraining(root / "exp2").write_steps(200)
    visitor = visit(root)
    answer = visitor.ask("/live/export.csv", metrics="loss")
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.data.decode())))
    assert rows[0] == ["run", "step", "time", "loss"]
    assert len(rows) == 231
    rows = list(
        csv.reader(io.StringIO(visitor.ask("/live/export.csv", metrics="val_loss").data.decode()))
    )
    assert [row[:2] for row in rows] == [["run", "epoch"], ["exp2", "0"], ["exp2", "1"]]
    assert visitor.ask("/live/export.csv", content="nothing").status == 422
    assert visitor.ask("/live/export.exe").status == 404


def test_a_parquet_file_is_one(root: Path, visit: Open) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    FakeTraining(root / "exp1").write_steps(30)
    data = visit(root).ask("/live/export.parquet", metrics="loss").data
    table = parquet.read_table(io.BytesIO(data))
    assert table.column_names == ["run", "step", "time", "loss"]
    assert table.num_rows == 30


def test_no_name_becomes_a_formula(root: Path, visit: Open) -> None:
    folder = root / "=cmd|' /C calc'!A0"
    writer = make_writer_id()
    log = LogWriter(folder, writer)
    log.write(Start(folder.name, writer, 1.0))
    log.write(Columns(0, ("=1+1", "+x,y", "@SUM(A1)")))
    log.write(Step(1, 2.0, 0, (1.0, 2.0, 3.0)))
    log.close()
    text = visit(root).ask("/live/export.csv").data.decode()
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))], cells


def test_a_name_with_a_comma_is_asked_for_by_itself(root: Path, visit: Open) -> None:
    writer = make_writer_id()
    log = LogWriter(root / "a", writer)
    log.write(Start("a", writer, 1.0))
    log.write(Columns(0, ("x,y", "loss")))
    log.write(Step(1, 2.0, 0, (1.0, 2.0)))
    log.close()
    visitor = visit(root)
    found = visitor.json("/live/curves.json?metrics=x%2Cy&metrics=loss")["curves"]
    assert [each["metric"] for each in found] == ["x,y", "loss"]


def test_two_runs_are_compared(root: Path, visit: Open) -> None:
    FakeTraining(root / "a").write_steps(3)
    FakeTraining(root / "b", learning_rate=0.1, momentum=0.9).write_steps(3)
    visitor = visit(root)
    a, b = (run_of(visitor.state(), name)["key"] for name in "ab")
    found = visitor.json("/live/compare.json", before=a, after=b)
    assert (found["before"], found["after"]) == ("a", "b")
    assert [(each["path"], each["kind"], each["after"]) for each in found["config"]] == [
        ("optimizer.learning_rate", "changed", 0.1),
        ("optimizer.momentum", "added", 0.9),
    ]


def test_runs_of_tensorboard_are_shown_and_grow(root: Path, tmp_path: Path, visit: Open) -> None:
    pytest.importorskip("tensorboard")
    FakeTraining(tmp_path / "source" / "exp1").write_steps(100).end()
    run = read_run(tmp_path / "source" / "exp1")
    write_events(to_records(run), root / "other")
    broken = root / "broken"
    broken.mkdir()
    (broken / "events.out.tfevents.1.x").write_bytes(struct.pack("<Q", 5) + b"nothing like it")
    visitor = visit(root, tensorboard_runs(root))
    state = visitor.wait_for(lambda state: run_of(state, "other"))
    assert run_of(state, "other")["step"] == 100
    assert run_of(state, "other")["status"] == "finished"
    assert "loss" in run_of(state, "other")["metrics"]
    assert not list(root.rglob("*.jsonl")), "nothing is written into the user's folder"


def test_files_of_metrics_are_shown_under_their_own_names(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    (logs / "in").mkdir(parents=True)
    (logs / "odd.jsonl").mkdir()  # A folder may be called as a log is.
    for name in ("a.jsonl", "a.ndjson", "in/b.jsonl"):
        (logs / name).write_text('{"step": 1, "loss": 0.5}\nbroken\n{"step": 2, "loss": 0.25}\n')
    log = find_log(str(logs))
    assert log is not None
    watcher = Watcher(make_sources(log))
    watcher._look()
    told = watcher.tell()
    assert told["root"] == str(logs)
    assert [run["name"] for run in told["runs"]] == ["a", "a_", "in/b"]
    assert [run["metrics"]["loss"]["best"] for run in told["runs"]] == [0.25] * 3
    assert "Lines that are no JSON objects are left out: 1." in " ".join(told["notes"])
    watcher.stop()


def test_a_file_of_metrics_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imported, "_LEAST", 0.0)
    monkeypatch.setattr(imported, "_SHARE", 0.0)
    file = tmp_path / "log.jsonl"
    file.write_text('{"step": 1, "loss": 0.5}\n{"step": 2, "lo')
    log = find_log(str(file))
    assert log is not None
    watcher = Watcher(make_sources(log))
    for more, step in (('ss": 0.25}\n', 2), ('{"step": 3, "loss": 0.125}\n', 3)):
        watcher._look()
        with file.open("a") as stream:
            stream.write(more)
        watcher._look()
        (run,) = watcher.tell()["runs"]
        assert run["step"] == step
    file.unlink()
    watcher._look()
    assert watcher.tell()["runs"] == []
    watcher.stop()
