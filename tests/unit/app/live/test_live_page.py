"""The live page over a real socket, while runs are written, die, break and vanish."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscope.app.live.polls import WAITING
from graphscope.runs.log import make_writer_id
from tests.browser.live_runs import FakeTraining
from tests.unit.app.live.visitor import Visitor, run_of
from tests.unit.app.painted.trainings import write_run

Open = Callable[..., Visitor]


def test_nobody_comes_in_without_the_link(root: Path, visit: Open) -> None:
    visitor = visit(root)
    for path in ("/", "/live/state.json", "/live/plotly.js", "/runs/r123456789abc/"):
        assert visitor.ask(path, cookie="").status == 401, path
    assert b"<html" in visitor.ask("/").data
    assert visitor.ask("/live/plotly.js").status == 200
    assert visitor.ask("/somewhere").status == 404


def test_it_tells_of_all_runs(root: Path, visit: Open) -> None:
    FakeTraining(root / "exp1").write_steps(250)
    FakeTraining(root / "deep" / "exp2", learning_rate=0.01).write_steps(100).end()
    state = visit(root).wait_for(lambda state: not state["reading"])
    assert state["differing"] == ["optimizer.learning_rate"]
    assert [run["name"] for run in state["runs"]] == ["deep/exp2", "exp1"]
    first = run_of(state, "exp1")
    assert (first["status"], first["step"], first["epochs"]) == ("running", 250, 2)
    assert (first["planned_epochs"], first["overhead"]) == (10, 0.011)
    assert first["speed"] == pytest.approx(6400, rel=0.2)
    assert first["metrics"]["val_loss"]["per"] == "epoch"
    assert first["metrics"]["val_loss"]["best_at"] in (1, 2)
    assert first["config"]["optimizer.learning_rate"] == 0.001
    assert first["environment"]["backend"] == "jax"
    assert run_of(state, "deep/exp2")["status"] == "finished"
    groups = {each["name"]: (each["group"], each["direction"]) for each in state["metrics"]}
    assert groups["val_loss"] == ("validation", "min")
    assert groups["accuracy"] == ("train", "max")
    assert groups["time/wait"] == ("time", None)
    assert groups["learning_rate"] == ("rate", None)
    assert groups["memory/process"] == ("memory", None)


def test_a_step_is_told_at_once_to_all_who_wait(root: Path, visit: Open) -> None:
    training = FakeTraining(root / "exp1").write_steps(20)
    visitor = visit(root)
    state = visitor.wait_for(lambda state: run_of(state, "exp1")["examined"])
    told: list[Any] = []

    def wait() -> None:
        told.append(visitor.state(since=state["version"], wait=20))

    waiting = [threading.Thread(target=wait) for _ in range(WAITING)]
    for each in waiting:
        each.start()
    # All places to wait are taken, and still others are answered.
    assert visitor.curves(metrics="loss")["exp1", "loss"]["total"] == 20
    training.write_step()
    for each in waiting:
        each.join(timeout=10)
    assert [run_of(each, "exp1")["step"] for each in told] == [21] * WAITING
    assert visitor.curves(metrics="loss")["exp1", "loss"]["steps"][-1] == 21


def test_without_news_a_poll_ends_with_nothing(root: Path, visit: Open) -> None:
    FakeTraining(root / "exp1").write_steps(20).end()
    visitor = visit(root)
    state = visitor.wait_for(lambda state: run_of(state, "exp1")["examined"])
    began = time.monotonic()
    assert visitor.ask("/live/state.json", since=state["version"], wait=0.5).status == 204
    assert 0.4 < time.monotonic() - began < 5


def test_a_folder_that_does_not_exist_is_waited_for(root: Path, visit: Open) -> None:
    visitor = visit(root)
    state = visitor.state()
    assert state["runs"] == []
    assert "does not exist yet" in state["notes"][0]
    FakeTraining(root / "exp1").write_steps(5)
    state = visitor.wait_for(lambda state: state["runs"])
    assert state["notes"] == []
    assert state["runs"][0]["name"] == "exp1"


def test_an_empty_folder_is_no_fault(root: Path, visit: Open) -> None:
    root.mkdir()
    state = visit(root).state()
    assert (state["runs"], state["notes"], state["metrics"]) == ([], [], [])


def test_the_run_of_a_killed_process_is_killed(root: Path, visit: Open) -> None:
    program = (
        "import sys, time; from pathlib import Path\n"
        "from tests.browser.live_runs import FakeTraining\n"
        "FakeTraining(Path(sys.argv[1])).write_steps(20); print('written', flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(root / "exp1")], stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            visitor = visit(root)
            assert run_of(visitor.state(), "exp1")["status"] == "running"
        finally:
            process.kill()
    state = visitor.wait_for(lambda state: run_of(state, "exp1")["status"] == "killed")
    assert "did not close its log" in run_of(state, "exp1")["status_text"]


def test_a_run_that_is_deleted_vanishes(root: Path, visit: Open) -> None:
    FakeTraining(root / "exp1").write_steps(50)
    FakeTraining(root / "exp2").write_steps(50)
    visitor = visit(root)
    state = visitor.wait_for(lambda state: len(state["runs"]) == 2)
    key = run_of(state, "exp1")["key"]
    shutil.rmtree(root / "exp1")
    state = visitor.wait_for(lambda state: len(state["runs"]) == 1)
    assert state["runs"][0]["name"] == "exp2"
    assert visitor.json("/live/curves.json", runs=key, metrics="loss")["curves"] == []
    assert visitor.ask("/live/compare.json", before=key, after=key).status == 404
    assert visitor.ask(f"/runs/{key}/").status == 404
    shutil.rmtree(root)
    state = visitor.wait_for(lambda state: not state["runs"])
    assert "does not exist" in state["notes"][0]


def test_a_log_that_is_written_anew_is_read_anew(root: Path, visit: Open) -> None:
    writer = make_writer_id()
    FakeTraining(root / "exp1", writer=writer).write_steps(50).log.close()
    visitor = visit(root)
    assert visitor.curves(metrics="loss")["exp1", "loss"]["total"] == 50
    shutil.rmtree(root / "exp1")
    FakeTraining(root / "exp1", writer=writer, seed=9).write_steps(30)
    visitor.wait_for(lambda state: state["runs"] and state["runs"][0]["step"] == 30)
    assert visitor.curves(metrics="loss")["exp1", "loss"]["total"] == 30


def test_broken_logs_become_notes(root: Path, visit: Open) -> None:
    training = FakeTraining(root / "exp1").write_steps(10)
    with training.log.path.open("ab") as file:
        file.write(b'{"k":"s","c":0,"s":\n\xff\xfe not a record\n{"k": 7}\n')
    training.write_step()
    (root / "exp2").mkdir()
    (root / "exp2" / "rank0-x-1-1.jsonl").write_bytes(b"\0" * 1000 + b"\n")
    state = visit(root).wait_for(lambda state: len(state["runs"]) == 2)
    assert run_of(state, "exp1")["step"] == 11
    assert any("skipped" in note for note in run_of(state, "exp1")["notes"])
    assert any("skipped" in note for note in run_of(state, "exp2")["notes"])


def test_hostile_names_stay_text(root: Path, visit: Open) -> None:
    name = "<img src=x onerror=alert(1)>"
    FakeTraining(root / name, **{"</script>": "\ud800", "deep": float("nan")}).write_steps(5)
    visitor = visit(root)
    run = visitor.state()["runs"][0]
    assert run["name"] == name
    assert run["key"].isalnum()
    assert run["config"]["optimizer.deep"] == "nan"  # As the log has it.
    answer = visitor.ask("/live/state.json")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    page = visitor.ask(f"/runs/{run['key']}/")
    assert page.status == 404
    assert b"<img" not in page.data
    for path in ("/runs/../etc/", "/runs/%2e%2e/", "/assets/../../pyproject.toml"):
        assert visitor.ask(path).status == 404


def test_numbers_that_are_none_are_told(root: Path, visit: Open) -> None:
    training = FakeTraining(root / "exp1").write_steps(5)
    training.write_step(loss=float("nan"))
    training.write_step(loss=float("-inf"))
    training.write_steps(3)
    training.write_step(loss=float("inf"))
    visitor = visit(root)
    assert run_of(visitor.state(), "exp1")["metrics"]["loss"]["last"] == "Infinity"
    curve = visitor.curves(metrics="loss", smoothing=0.6)["exp1", "loss"]
    assert [curve["y"][index] for index in (5, 6, 10)] == [None] * 3
    assert [curve["smooth"][index] for index in (5, 6, 10)] == [None] * 3
    assert [(each["step"], each["value"], each["points"]) for each in curve["nonfinite"]] == [
        (6, "NaN", 2),
        (11, "Infinity", 1),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "x=bad",
        "points=1",
        "points=999999999",
        "smoothing=1",
        "smoothing=x",
        "first=nan",
        "last=inf",
    ],
)
def test_questions_without_sense_are_refused(root: Path, visit: Open, query: str) -> None:
    answer = visit(root).ask(f"/live/curves.json?{query}")
    assert answer.status == 400
    assert b'"error":' in answer.data


def test_the_inspector_of_a_run_is_mounted(root: Path, visit: Open) -> None:
    write_run(root / "exp1").close()
    write_run(root / "exp2").close()
    visitor = visit(root)
    state = visitor.wait_for(lambda state: len(state["runs"]) == 2)
    first, second = (run["key"] for run in state["runs"])
    assert run_of(state, "exp1")["graph"] == f"runs/{first}/"
    assert visitor.ask(f"/runs/{first}").headers["Location"] == f"/runs/{first}/"
    page = visitor.ask(f"/runs/{first}/")
    assert f'src="/runs/{first}/assets/bundle/main.mjs"'.encode() in page.data
    assert "'sha256-" in page.headers["Content-Security-Policy"]
    assert visitor.ask(f"/runs/{first}/run.json").status == 200
    assert visitor.ask(f"/runs/{first}/graph.json").status == 200
    compared = visitor.ask(f"/runs/{first}/", compare=second)
    assert compared.headers["Location"] == f"/runs/{first}..{second}/"
    assert visitor.ask(f"/runs/{first}..{second}/run.json").status == 200
    assert visitor.ask(f"/runs/{first}..r000/").status == 404
    assert visitor.ask(f"/runs/{first}/", compare="//evil.example").headers["Location"] is None
