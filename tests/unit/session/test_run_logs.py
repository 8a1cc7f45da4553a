"""Which targets are logs without a graph, and what runs are in them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from graphscope.errors import GraphscopeError, ReadError, TargetError
from graphscope.runs.exchange import ForeignRun
from graphscope.session.open import open_target
from graphscope.session.run_logs import find_log, read_log
from graphscope.session.runs import find_run
from tests.browser.live_runs import FakeTraining
from tests.support.protobuf import field, frame, write_frames

ROW = '{"step": 1, "loss": 0.5}\n'
SCALAR = frame(field(1, 1.0) + field(2, 1) + field(5, field(1, field(1, "loss") + b"\x15\0\0\0?")))
GRAPH = frame(field(4, field(1, field(1, "x") + field(2, "Placeholder"))))


def write(path: Path, text: str = ROW) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_file_of_rows_is_a_log(tmp_path: Path) -> None:
    for name in ("log.jsonl", "LOG.JSONL", "log.ndjson", "-x\n.jsonl"):
        path = write(tmp_path / name)
        log = find_log(str(path))
        assert log is not None
        assert log.foreign == (ForeignRun(path, "rows"),)
        (run,) = read_log(log)
        assert run.steps["loss"].values.tolist() == [0.5]


def test_a_file_of_our_records_is_the_run_it_belongs_to(tmp_path: Path) -> None:
    FakeTraining(tmp_path / "exp").write_steps(5)
    write(tmp_path / "exp" / "other.jsonl")
    (path,) = (tmp_path / "exp").glob("rank*.jsonl")
    log = find_log(str(path))
    assert log is not None
    assert (log.root, log.own) == (tmp_path / "exp", (tmp_path / "exp",))
    (run,) = read_log(log)
    assert len(run.steps["loss"]) == 5
    assert run.notes == ()


def test_event_files_are_a_log_unless_they_hold_a_graph(tmp_path: Path) -> None:
    scalars = write_frames(tmp_path / "a" / "train", SCALAR)
    for target in (scalars, tmp_path / "a", tmp_path):
        log = find_log(str(target))
        assert log is not None
        (run,) = read_log(log)
        assert run.steps["loss"].values.tolist() == [0.5]
    with_graph = write_frames(tmp_path / "b", SCALAR, GRAPH)
    assert find_log(str(with_graph)) is None
    assert find_log(str(tmp_path / "b")) is None
    renamed = scalars.rename(tmp_path / "renamed.tfevents")
    assert find_log(str(renamed)) is not None


def test_a_folder_of_runs_has_all_of_them(tmp_path: Path) -> None:
    FakeTraining(tmp_path / "ours").write_steps(3)
    write_frames(tmp_path / "board", SCALAR)
    write(tmp_path / "plain" / "log.jsonl")
    write(tmp_path / "data" / "texts.jsonl", '{"text": "no log", "label": 3}\n')
    write(tmp_path / ".hidden" / "log.jsonl")
    log = find_log(str(tmp_path))
    assert log is not None
    assert log.own == (tmp_path / "ours",)
    assert [each.place.name for each in log.foreign] == ["board", "log.jsonl"]
    assert [run.name for run in read_log(log)] == ["ours", "board", "log.jsonl"]


def test_a_run_with_its_graph_is_none(tmp_path: Path) -> None:
    FakeTraining(tmp_path / "exp").write_steps(3)
    assert find_log(str(tmp_path / "exp")) is not None
    write(tmp_path / "exp" / "graph.json", "{}")
    assert find_log(str(tmp_path / "exp")) is None


@pytest.mark.parametrize(
    "target",
    ["sample:mnist_cnn", "net.py:make_model", "model.keras", "missing.jsonl", "a\0b", "x" * 5000,
     "https://example.org/log.jsonl", "~nobody-here/x"],
)  # fmt: skip
def test_other_targets_are_none(
    target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "model.keras", "PK")
    assert find_log(target) is None


def test_folders_of_other_things_are_none(tmp_path: Path) -> None:
    assert find_log(str(tmp_path)) is None
    write(tmp_path / "saved_model.pb", "x")
    write(tmp_path / "log.jsonl")
    assert find_log(str(tmp_path)) is None


def test_a_log_is_no_model_to_export_or_to_check(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl")
    with pytest.raises(TargetError, match=r"is a log of a training and holds no graph\. `graphs"):
        open_target(str(path))


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "log.jsonl")
    os.mkfifo(tmp_path / "events.out.tfevents.1.host")
    assert find_log(str(tmp_path / "log.jsonl")) is None
    assert find_log(str(tmp_path)) is None


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "there" / "log.jsonl")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "loop").symlink_to(tmp_path)
    assert find_log(str(tmp_path / "here")) is None


def test_one_bad_run_of_several_is_told_and_alone_it_is_an_error(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl")
    write(tmp_path / "b.jsonl", '{"step": 1}\n')
    log = find_log(str(tmp_path))
    assert log is not None
    good, bad = read_log(log)
    assert (good.notes, len(bad.steps)) == ((), 0)
    assert "holds no metrics" in bad.notes[0]
    alone = find_log(str(tmp_path / "b.jsonl"))
    assert alone is not None
    with pytest.raises(ReadError, match="holds no metrics"):
        read_log(alone)


def test_what_may_not_be_read_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "log.jsonl")

    def refuse(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(GraphscopeError, match=r"log\.jsonl' cannot be read: Permission denied"):
        find_log(str(path))


@pytest.mark.parametrize(
    "record",
    [
        {"k": "epoch", "e": "x", "s": None, "t": "y", "m": {"a": "nan"}},
        {"k": "columns", "c": [], "names": 5},
        {"k": "s", "s": 1, "t": 1, "c": [1], "v": [1]},
        {"k": "start", "v": 9, "run": 1, "writer": [], "t": "x", "rank": {}, "config": 3},
        {"k": "event", "s": 1, "t": None, "kind": 1, "text": 2, "level": 3, "details": 4},
        {"k": "stats", "s": 1, "t": 1, "layers": []},
        {"k": "end", "s": 1, "t": 1, "status": "odd", "text": ""},
    ],
)
def test_records_that_make_no_sense_are_told_and_not_taken(record: object, tmp_path: Path) -> None:
    write(tmp_path / "log.jsonl", '{"k": "columns", "c": 0, "names": ["loss"]}\n'
          + json.dumps(record) + '\n{"k": "s", "c": 0, "s": 1, "t": 2, "v": [0.5]}\n')  # fmt: skip
    log = find_log(str(tmp_path / "log.jsonl"))
    assert log is not None
    (run,) = read_log(log)
    assert run.steps["loss"].values.tolist() == [0.5]
    assert len(run.notes) == 1
    assert run.notes[0].startswith("log.jsonl: a line was skipped (")


def test_steps_that_do_not_fit_their_names_are_told(tmp_path: Path) -> None:
    lines = [
        {"k": "columns", "c": 0, "names": ["loss", "acc"]},
        {"k": "s", "c": 0, "s": 1, "t": 2, "v": [0.5, 1]},
        {"k": "s", "c": 0, "s": 2, "t": 2, "v": [0.5]},
        {"k": "end", "s": 2, "t": 2, "status": "finished", "text": ""},
        {"k": "s", "c": 0, "s": 3, "t": 2, "v": [0.5, 1, 2]},
    ]
    for separators in ((", ", ": "), (",", ":")):  # The second form is that of our own writer.
        text = "".join(json.dumps(line, separators=separators) + "\n" for line in lines)
        log = find_log(str(write(tmp_path / "log.jsonl", text)))
        assert log is not None
        (run,) = read_log(log)
        assert run.steps["acc"].steps.tolist() == [1]
        assert run.notes == ("Steps that do not fit the names of their numbers are left out: 2.",)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "file:///runs/a%20b.keras",
            "is the address of a file of this machine. Name it: /runs/a b",
        ),
        ("hf://keras/bert_base_en", "is the address of a model in a hub, and graphscope opens"),
        ("kaggle://keras/bert", "load it in Python and pass it to graphscope.show."),
        ("s3://bucket/net.keras", "is the address of a model, and graphscope opens files. Down"),
        ("gs://bucket/net.onnx", "Download the file and give its path."),
        ("memory://bucket/nothing", "There is no run at 'memory://bucket/nothing'."),
        ("unknown://x/runs", "unknown:// cannot be reached"),
    ],
)
def test_addresses_of_no_run_are_refused_in_words(url: str, expected: str) -> None:
    for find in (find_log, find_run, open_target):
        with pytest.raises(GraphscopeError) as caught:
            find(url)
        assert expected in str(caught.value)


def test_errors_of_a_storage_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Unreachable:
        def __truediv__(self, _name: str) -> Unreachable:
            return self

        def is_file(self) -> bool:
            raise RuntimeError("no route to host")

    monkeypatch.setattr("graphscope.runs.folders.as_folder", lambda _url: Unreachable())
    with pytest.raises(GraphscopeError) as caught:
        find_run("s3://bucket/runs/exp")
    assert str(caught.value) == (
        "'s3://bucket/runs/exp' cannot be reached (no route to host). Check the address and the "
        "network."
    )
