"""The index says what the logs say, whatever happens to either."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from graphscope.errors import GraphscopeError
from graphscope.runs import Columns, End, Epoch, Event, Histogram, Start, Statistics, Step
from graphscope.runs.log import find_runs, make_writer_id, read_run
from tests.unit.runs.index.conftest import Open
from tests.unit.runs.index.parts import contents, start, statistics, steps, whole, write


def test_a_run_read_from_the_index_is_the_run_read_from_its_logs(
    opened: Open, tmp_path: Path
) -> None:
    write(tmp_path / "runs" / "exp", whole("exp"))
    store = opened()
    store.update(tmp_path / "runs")
    assert contents(store.read("exp")) == contents(read_run(tmp_path / "runs" / "exp"))


def test_it_stays_the_same_run_however_often_it_is_updated_while_written(
    opened: Open, tmp_path: Path
) -> None:
    records = whole("exp", 3_000)
    log = write(tmp_path / "exp", [])
    store = opened()
    chance = np.random.default_rng(0)
    while records:
        some = int(chance.integers(1, 400))
        for record in records[:some]:
            log.write(record)
        records = records[some:]
        store.update(tmp_path)
    assert contents(store.read("exp")) == contents(read_run(tmp_path / "exp"))
    assert store.update(tmp_path).bytes == 0


def test_several_writers_of_one_run_are_one_run(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss",)), Step(2, 2.0, 0, (0.5,))])
    other = "rank1-elsewhere-2-2"
    records = [start("exp", other, 1), Columns(0, ("x", "loss")), Step(1, 1.0, 0, (7.0, 0.9))]
    write(tmp_path / "exp", records, other)
    store = opened()
    store.update(tmp_path)
    assert contents(store.read("exp")) == contents(read_run(tmp_path / "exp"))
    assert store.series("exp")["loss"].values.tolist() == [0.9, 0.5]
    assert [row.writers for row in store.runs()] == [2]


def test_a_table_of_runs_has_what_is_asked_first(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "a", whole("a"))
    write(tmp_path / "deep" / "b", [start("b")])
    store = opened()
    store.update(tmp_path)
    first, second = store.runs()
    assert (first.name, first.status, first.status_text) == ("a", "finished", "done")
    assert (first.step, first.epochs, first.started, first.duration) == (40, 2, 10.0, 42.0)
    assert first.config == {"optimizer": {"class": "Adam"}}
    assert first.environment == {"keras": "3.15"}
    loss, val_loss = first.metrics["loss"], first.metrics["val_loss"]
    assert (loss.last_at, loss.last, loss.best_at, loss.best) == (1, 0.4, 1, 0.4)
    assert (val_loss.last, val_loss.best_at, val_loss.best) == (0.8, 0, 0.7)
    accuracy = first.metrics["accuracy"]
    assert (accuracy.best_at, accuracy.best) == (40, 40 / 1e6)
    assert (second.name, second.status, second.step) == ("deep/b", "killed", 0)


def test_a_metric_that_is_no_number_is_told_as_such(opened: Open, tmp_path: Path) -> None:
    values = [0.5, float("nan"), float("inf"), float("nan")]
    lines = [Step(at, 1.0, 0, (value,)) for at, value in enumerate(values, 1)]
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss",)), *lines])
    store = opened()
    store.update(tmp_path)
    (row,) = store.runs()
    assert np.isnan(row.metrics["loss"].last)
    assert (row.metrics["loss"].best_at, row.metrics["loss"].best) == (1, 0.5)
    np.testing.assert_array_equal(store.series("exp")["loss"].values, values)


@pytest.mark.parametrize("points", [50, 300, 1_500])
def test_few_points_of_a_long_run_hold_its_extremes(
    opened: Open, tmp_path: Path, points: int
) -> None:
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "other")), *steps(1, 12_345)])
    store = opened()
    store.update(tmp_path)
    loss = store.series("exp", ["loss"], points=points)["loss"]
    assert len(loss) <= points
    assert (loss.steps[0], loss.steps[-1]) == (1, 12_345)
    assert {5_000, 10_000} <= set(loss.steps[loss.values == 9.0].tolist())
    assert loss.values.min() == pytest.approx(1 / 12_345, rel=1e-6)
    assert (np.diff(loss.steps) > 0).all()


def test_a_window_holds_its_steps_and_one_beyond(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "other")), *steps(1, 5_000)])
    store = opened()
    store.update(tmp_path)
    series = store.series("exp", ["loss"], first=1_025, last=2_048)["loss"]
    assert series.steps.tolist() == list(range(1_024, 2_050))
    assert series.times.tolist() == (series.steps + 10.0).tolist()
    assert len(store.series("exp", first=9_999)["loss"]) <= 1
    assert store.series("exp", ["nothing"]) == {}


def test_smoothing_begins_with_the_run_not_with_the_window(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "other")), *steps(1, 3_000)])
    store = opened()
    store.update(tmp_path)
    whole_run = store.series("exp", ["loss"], smoothing=0.99)["loss"]
    part = store.series("exp", ["loss"], first=2_900, smoothing=0.99)["loss"]
    assert part.values.tolist() == whole_run.values[-len(part) :].tolist()


def test_statistics_come_by_layer_and_name(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", [start("exp"), *(statistics(step) for step in range(10, 700, 10))])
    store = opened()
    store.update(tmp_path)
    found = store.statistics("exp", ["net/dense"], ["gradient_norm"], first=100, last=200)
    assert list(found) == ["net/dense"]
    series = found["net/dense"]["gradient_norm"]
    assert (series.name, series.steps.tolist()) == ("gradient_norm", list(range(90, 220, 10)))
    assert np.isinf(store.statistics("exp")["@input"]["max"].values).all()
    assert store.statistics("exp", points=20)["@input"]["max"].steps[-1] == 690
    step, histogram = store.histograms("exp", ["net/dense"])["net/dense"]["weight"][1]
    assert (step, histogram.counts) == (20, (20, 2))


def test_epochs_and_events_come_in_their_order(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", whole("exp"))
    write(tmp_path / "exp", [Event(1, 1.0, "warning", "First.")], "rank1-elsewhere-2-2")
    store = opened()
    store.update(tmp_path)
    assert store.epochs("exp")["val_loss"].values.tolist() == [0.7, 0.8]
    assert [event.text for event in store.events("exp")] == ["First.", "NaN in dense."]


def test_half_a_record_waits_and_a_broken_one_is_told(opened: Open, tmp_path: Path) -> None:
    log = write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "x")), *steps(1, 3)])
    store = opened()
    with log.path.open("ab") as stream:
        stream.write(b'{"k":"s","c":0,"s":4')
        stream.flush()
        store.update(tmp_path)
        assert store.series("exp")["loss"].steps.tolist() == [1, 2, 3]
        stream.write(b',"t":14.0,"v":[0.25,1.0]}\nnonsense\n')
    store.update(tmp_path)
    assert store.series("exp")["loss"].steps.tolist() == [1, 2, 3, 4]
    (row,) = store.runs()
    assert [note.partition(":")[0] for note in row.notes] == [log.path.name]


def test_a_log_that_was_cut_or_replaced_is_read_anew(opened: Open, tmp_path: Path) -> None:
    log = write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "x")), *steps(1, 2_000)])
    store = opened()
    store.update(tmp_path)
    half = log.path.read_bytes()[: log.path.stat().st_size // 2]
    log.path.write_bytes(half)
    assert store.update(tmp_path).rebuilt == 1
    assert contents(store.read("exp")) == contents(read_run(tmp_path / "exp"))

    size = log.path.stat().st_size
    log.path.unlink()
    new = [start("exp"), Columns(0, ("loss", "x")), *steps(5_001, 9_000)]
    assert write(tmp_path / "exp", new).path.stat().st_size > size
    assert store.update(tmp_path).rebuilt == 1
    assert contents(store.read("exp")) == contents(read_run(tmp_path / "exp"))
    (row,) = store.runs()
    assert row.step == 9_000


def test_a_log_that_was_rewritten_at_the_same_length_is_noticed(
    opened: Open, tmp_path: Path
) -> None:
    log = write(tmp_path / "exp", [start("exp"), Columns(0, ("loss",)), Step(1, 2.0, 0, (0.25,))])
    store = opened()
    store.update(tmp_path)
    before = log.path.stat()
    log.path.write_bytes(log.path.read_bytes().replace(b"0.25", b"0.75"))
    os.utime(log.path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    store.update(tmp_path)
    assert store.series("exp")["loss"].values.tolist() == [0.75]


def test_what_is_deleted_goes(opened: Open, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / "runs" / name, whole(name))
    extra = write(tmp_path / "runs" / "b", [start("b")], "rank1-elsewhere-2-2")
    write(tmp_path / "runs-of-others" / "c", whole("c"))
    store = opened()
    store.update(tmp_path / "runs")
    store.update(tmp_path / "runs-of-others")
    shutil.rmtree(tmp_path / "runs" / "a")
    extra.path.unlink()
    assert store.update(tmp_path / "runs").removed == 2
    assert [(row.name, row.writers) for row in store.runs()] == [("b", 1), ("c", 1)]
    assert [row.name for row in store.runs(tmp_path / "runs")] == ["b"]
    with pytest.raises(GraphscopeError, match=r"No run is named 'a'\. There are: b, c\."):
        store.read("a")


def test_names_that_two_roots_share_are_told_apart_by_key(opened: Open, tmp_path: Path) -> None:
    store = opened()
    for root in ("here", "there"):
        write(tmp_path / root / "exp", [start(root)])
        store.update(tmp_path / root)
    with pytest.raises(GraphscopeError, match=r"Several runs are named 'exp'. Use one of file://"):
        store.events("exp")
    assert {store.read(row.key).start.run for row in store.runs()} == {"here", "there"}  # type: ignore[union-attr]


def test_the_root_itself_may_be_the_run(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", whole("exp"))
    store = opened()
    store.update(tmp_path / "exp")
    assert [row.name for row in store.runs()] == ["exp"]
    store.update(tmp_path / "not-there-yet")
    assert [row.name for row in store.runs()] == ["exp"]


def test_time_may_be_short(opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphscope.runs.index.files.PART", 10_000)
    write(tmp_path / "exp", [start("exp"), Columns(0, ("loss", "x")), *steps(1, 2_000)])
    store = opened()
    outcomes = [store.update(tmp_path, seconds=-1)]
    assert not outcomes[-1].is_complete
    outcome = store.update(tmp_path)
    assert outcome.is_complete
    assert outcome.bytes > 50_000
    assert len(store.series("exp")["loss"]) == 2_000


def test_a_line_longer_than_a_part_is_read(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graphscope.runs.index.files.PART", 64)
    write(tmp_path / "exp", whole("exp"))
    store = opened()
    store.update(tmp_path)
    assert contents(store.read("exp")) == contents(read_run(tmp_path / "exp"))


def test_steps_that_do_not_fit_their_columns_are_told(opened: Open, tmp_path: Path) -> None:
    records = [start("exp"), Columns(0, ("a", "b")), Step(1, 1.0, 0, (1.0, 2.0))]
    write(tmp_path / "exp", [*records, Step(2, 2.0, 0, (1.0,)), Step(3, 3.0, 9, (1.0,))])
    store = opened()
    store.update(tmp_path)
    assert store.series("exp")["a"].steps.tolist() == [1]
    assert store.runs()[0].notes == ("Steps 2 to 2 do not fit their columns.",)


def test_what_ends_one_writer_does_not_end_the_others(opened: Open, tmp_path: Path) -> None:
    write(tmp_path / "exp", [start("exp"), End(1, 20.0, "finished")])
    mine = make_writer_id(1)
    write(tmp_path / "exp", [Start("exp", mine, 11.0, 1), Epoch(0, 1, 12.0, {})], mine)
    store = opened()
    store.update(tmp_path)
    assert store.runs()[0].status == "running"


def test_what_others_add_while_folders_are_listed_is_not_taken_for_gone(
    opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, store = opened(), opened()

    def find_and_be_overtaken(root: Path) -> list[Path]:
        monkeypatch.undo()
        found = find_runs(root)
        write(tmp_path / "new", whole("new"))
        assert other.update(root).bytes > 0
        return found

    monkeypatch.setattr("graphscope.runs.index.updating.find_runs", find_and_be_overtaken)
    assert store.update(tmp_path).removed == 0
    assert [row.name for row in store.runs()] == ["new"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"k":"s","c":0,"s":9223372036854775000,"t":1,"v":[0.5]}', "a step has no step or time"),
        ('{"k":"s","c":0,"s":5,"t":"nan","v":[0.5]}', "a step has no step or time"),
        ('{"k":"columns","c":1,"names":[1]}', "columns have no names"),
        ('{"k":"columns","c":9999999999,"names":["a"]}', "columns have no names"),
        ('{"k":"epoch","e":"x","s":1,"t":1,"m":{}}', "an epoch has no number"),
        ('{"k":"epoch","e":1,"s":null,"t":1,"m":{}}', "an epoch has no step or time"),
        ('{"k":"stats","s":9223372036854775809,"t":1,"layers":{}}', "statistics has no step"),
        ('{"k":"event","s":1,"t":1,"kind":{},"text":"","level":"","details":{}}', "an event has"),
        ('{"k":"end","s":1,"t":1,"status":"odd","text":""}', "an end has no status"),
        ('{"k":"end","s":1,"t":1,"status":"failed","text":[]}', "an end has no status"),
        ('{"k":"start","run":"a","writer":"b","t":{},"rank":0,"config":{},"environment":{},'
         '"layers":[],"graph":null}', "a start has no time or rank"),
        ('{"k":"start","run":"a","writer":"b","t":1,"rank":"0","config":{},"environment":{},'
         '"layers":[],"graph":null}', "a start has no time or rank"),
        ('{"k":"start","run":"a","writer":"b","t":1,"rank":0,"config":7,"environment":{},'
         '"layers":[],"graph":null}', "a start has no configuration"),
        ("[1, 2]", "not a record"),
        ("null", "not a record"),
    ],
)  # fmt: skip
def test_a_record_that_is_none_is_told_and_the_others_are_kept(
    opened: Open, tmp_path: Path, line: str, reason: str
) -> None:
    log = write(tmp_path / "exp", [start("exp"), Columns(0, ("loss",)), Step(1, 1.0, 0, (0.5,))])
    log.append(line.encode() + b"\n")
    log.write(Step(2, 2.0, 0, (0.25,)))
    store = opened()
    store.update(tmp_path)
    (row,) = store.runs()
    assert store.series("exp")["loss"].steps.tolist() == [1, 2]
    assert len(row.notes) == 1
    assert reason in row.notes[0]


def test_texts_may_hold_any_character(opened: Open, tmp_path: Path) -> None:
    odd = "a\0b\N{GRINNING FACE}'\"%s:x"
    records = [start("exp"), Columns(0, (odd,)), Step(1, 1.0, 0, (0.5,)),
               Epoch(0, 1, 1.0, {odd: 1.0}), Event(1, 1.0, "warning", odd),
               Statistics(1, 1.0, {odd: {odd: 1.0}}, {odd: {odd: Histogram((0.0, 1.0), (1,))}}),
               End(1, 2.0, "failed", odd)]  # fmt: skip
    write(tmp_path / odd.replace("\0", ""), records)
    store = opened()
    store.update(tmp_path)
    (row,) = store.runs()
    assert row.status_text == odd.replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert store.events(row.name)[0].text == odd
    assert list(store.series(row.key)) == list(store.statistics(row.key)) == [odd]
