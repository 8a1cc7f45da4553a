"""Event files written and read, whole and damaged; TensorFlow is never imported."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from graphscope.errors import GraphscopeError, ReadError
from graphscope.runs import Columns, Histogram, Step
from graphscope.runs.exchange import (
    EventFiles,
    find_event_runs,
    import_run,
    read_event_run,
    to_records,
    write_events,
)
from graphscope.runs.exchange.event_values import read_tensor
from graphscope.runs.log import find_runs, read_run
from tests.support.protobuf import field, frame, write_frames
from tests.unit.runs.exchange.parts import event, numbers, some_run, tensor


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_events(to_records(some_run()), tmp_path / "exp")
    read = read_event_run(tmp_path / "exp")
    assert numbers(read) == numbers(some_run())
    assert read.notes == ()
    assert read.steps["loss"].times.tolist() == [101.0, 102.0, 103.0]


def test_files_lie_as_those_of_keras(tmp_path: Path) -> None:
    write_events(to_records(some_run()), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["train", "validation"]
    assert all("tfevents" in path.name for path in tmp_path.glob("*/*"))


def test_what_was_flushed_is_read_while_it_is_written(tmp_path: Path) -> None:
    files = EventFiles(tmp_path)
    files.write(Columns(0, ("loss",)))
    for step in range(1, 4):
        files.write(Step(step, float(step), 0, (0.5,)))
    files.flush()
    assert read_event_run(tmp_path).steps["loss"].steps.tolist() == [1, 2, 3]
    files.close()
    files.close()


def test_a_value_beyond_float32_is_infinite(tmp_path: Path) -> None:
    write_events([Columns(0, ("a", "b")), Step(1, 1.0, 0, (1e39, -1e300))], tmp_path)
    read = read_event_run(tmp_path)
    assert [read.steps[name].values.tolist() for name in "ab"] == [[np.inf], [-np.inf]]


def test_an_imported_run_is_a_run(tmp_path: Path) -> None:
    write_events(to_records(some_run()), tmp_path / "events" / "exp")
    events = read_event_run(tmp_path / "events" / "exp")
    import_run(events, tmp_path / "runs" / "exp")
    assert find_runs(tmp_path / "runs") == [tmp_path / "runs" / "exp"]
    run = read_run(tmp_path / "runs" / "exp")
    assert numbers(run) == numbers(some_run())
    assert run.end is not None
    assert run.start is not None
    assert run.start.environment == {"imported_from": str(tmp_path / "events" / "exp")}
    with pytest.raises(GraphscopeError, match=r"holds a run already\. Name another folder"):
        import_run(events, tmp_path / "runs" / "exp")


def test_scalars_come_as_numbers_and_as_tensors(tmp_path: Path) -> None:
    scalars = {"plugin_data": {"plugin_name": "scalars"}}
    write_frames(
        tmp_path,
        frame(event(1, tag="batch_loss", metadata=scalars, tensor=tensor(np.float32(0.5)))),
        frame(event(2, tag="batch_loss", tensor=tensor(np.float64(0.25)))),
        frame(event(3, tag="batch_loss", simple_value=0.125)),
        frame(event(0, tag="epoch_loss", metadata=scalars, tensor=tensor(np.float16(2)))),
        frame(event(0, tag="picture", tensor=tensor(np.zeros((2, 2))))),
        frame(event(0, tag="words", metadata={"plugin_data": {"plugin_name": "text"}},
                    tensor=tensor(b"hello"))),
    )  # fmt: skip
    run = read_event_run(tmp_path)
    assert {name: each.values.tolist() for name, each in run.steps.items()} == {
        "loss": [0.5, 0.25, 0.125]
    }
    assert run.epochs["loss"].values.tolist() == [2.0]


def test_a_number_is_read_alike_by_its_known_beginning(tmp_path: Path) -> None:
    """A plain number is recognised by the bytes before it, whatever else looks like them."""
    tag = field(1, "loss")
    values = [
        tag + b"\x15" + struct.pack("<f", 0.5),
        tag + b"\x15" + struct.pack("<f", 0.25),
        tag + b"\x12\x03\x15\x00\x00",  # a field of bytes where a number belongs
        tag + b"\x15" + struct.pack("<f", 0.125) + field(7, "hint"),
        tag + field(7, "\x15abcd"),
        b"\x15" + struct.pack("<f", 2.0) + tag,
        b"\x0a\x00\x10\x01",
        b"",
    ]
    frames = [frame(field(2, n) + field(5, field(1, value))) for n, value in enumerate(values)]
    write_frames(tmp_path, *frames)
    run = read_event_run(tmp_path)
    loss = run.steps["loss"]
    assert loss.steps.tolist() == [0, 1, 3, 5]
    assert loss.values.tolist() == [0.5, 0.25, 0.125, 2.0]


def test_histograms_come_as_buckets_and_as_tensors(tmp_path: Path) -> None:
    spread = {"plugin_data": {"plugin_name": "histograms"}}
    lowest = -1.7976931348623157e308
    buckets = {"min": -0.5, "max": 2.0, "num": 6, "bucket_limit": [lowest, 0.0, 1.0, 1e300],
               "bucket": [0, 1, 2, 3]}  # fmt: skip
    write_frames(
        tmp_path,
        frame(event(1, tag="dense/kernel/histogram", histo=buckets)),
        frame(event(2, tag="dense/kernel/histogram", metadata=spread,
                    tensor=tensor([[0.0, 1.0, 4.0], [1.0, 3.0, 2.0]]))),
        frame(event(3, tag="dense/kernel/histogram", tensor=tensor(np.zeros((0, 3))))),
        frame(event(3, tag="alone", histo={"min": 0, "max": 1, "bucket_limit": [1],
                                           "bucket": [9]})),
    )  # fmt: skip
    run = read_event_run(tmp_path)
    assert run.histograms == {
        "dense": {
            "kernel": [
                (1, Histogram((-0.5, 0.0, 1.0, 2.0), (1, 2, 3))),
                (2, Histogram((0.0, 1.0, 3.0), (4, 2))),
            ]
        },
        "alone": {"weight": [(3, Histogram((0.0, 1.0), (9,)))]},
    }


@pytest.mark.parametrize("count", [-1.0, np.nan, np.inf, 1e300])
def test_a_histogram_that_counts_nonsense_is_left_out(tmp_path: Path, count: float) -> None:
    histo = {"min": 0, "max": 1, "bucket_limit": [1], "bucket": [count]}
    write_frames(tmp_path, frame(event(3, tag="alone", histo=histo)))
    assert read_event_run(tmp_path).histograms == {}


def test_folders_of_one_run_are_one(tmp_path: Path) -> None:
    for folder in ("a/train", "a/validation", "b", "deep/c"):
        write_frames(tmp_path / folder, frame(event(1, tag="loss", simple_value=1)))
    assert find_event_runs(tmp_path) == [tmp_path / "a", tmp_path / "b", tmp_path / "deep" / "c"]
    assert sorted(read_event_run(tmp_path / "a").steps) == ["loss", "val_loss"]
    assert find_event_runs(tmp_path / "a" / "train") == [tmp_path / "a" / "train"]


GOOD = [event(step, tag="loss", simple_value=step) for step in range(1, 5)]


def test_a_torn_tail_is_left_out(tmp_path: Path) -> None:
    whole = b"".join(map(frame, GOOD))
    for cut in range(1, len(frame(GOOD[-1]))):
        path = write_frames(tmp_path, whole[:-cut])
        run = read_event_run(tmp_path)
        assert run.steps["loss"].steps.tolist() == [1, 2, 3]
        assert run.notes == (
            f"{path.name}: the last record is not whole; the file may still be written.",
        )


def test_a_damaged_record_is_left_out_and_the_next_ones_are_read(tmp_path: Path) -> None:
    frames = [bytearray(frame(data)) for data in GOOD]
    frames[1][20] ^= 0x40
    path = write_frames(tmp_path, *map(bytes, frames))
    run = read_event_run(tmp_path)
    assert run.steps["loss"].steps.tolist() == [1, 3, 4]
    assert run.notes == (f"{path.name}: damaged records are left out: 1.",)


@pytest.mark.parametrize("byte", [0, 3, 7, 9])
def test_after_a_damaged_length_the_next_record_is_found(tmp_path: Path, byte: int) -> None:
    frames = [bytearray(frame(data)) for data in GOOD]
    frames[2][byte] ^= 0x01
    path = write_frames(tmp_path, *map(bytes, frames))
    run = read_event_run(tmp_path)
    assert run.steps["loss"].steps.tolist() == [1, 2, 4]
    size = len(frames[2])
    assert run.notes == (
        f"{path.name}: a length is damaged at one place; {size} bytes are left out.",
    )


def test_what_is_no_event_is_told(tmp_path: Path) -> None:
    path = write_frames(tmp_path, frame(b"\xff\xff\xff"), frame(GOOD[0]))
    run = read_event_run(tmp_path)
    assert run.steps["loss"].steps.tolist() == [1]
    assert run.notes == (f"{path.name}: records that are no events are left out: 1.",)


def test_a_folder_without_event_files_is_told(tmp_path: Path) -> None:
    with pytest.raises(GraphscopeError, match=r"holds no event files of TensorBoard's\. Name a"):
        read_event_run(tmp_path)


@pytest.mark.parametrize(
    ("dtype", "field", "data"),
    [
        (1, "float_val", b"\x2a\x08" + np.array([1, 2], "<f4").tobytes()),
        (2, "double_val", b"\x32\x10" + np.array([1, 2], "<f8").tobytes()),
        (3, "int_val", b"\x3a\x02\x01\x02"),
        (3, "int_val, one by one", b"\x38\x01\x38\x02"),
        (9, "int64_val", b"\x52\x02\x01\x02"),
        (14, "half_val of bfloat16", b"\x6a\x05\x80\x7f\x80\x80\x01"),
        (19, "half_val", b"\x6a\x05\x80\x78\x80\x80\x01"),
        (1, "tensor_content", b"\x22\x08" + np.array([1, 2], "<f4").tobytes()),
    ],
)
def test_numbers_of_a_tensor_are_read_whatever_field_holds_them(
    dtype: int, field: str, data: bytes
) -> None:
    whole = bytes([8, dtype]) + b"\x12\x04\x12\x02\x08\x02" + data
    found = read_tensor(memoryview(whole))
    assert found is not None
    assert found.tolist() == [1, 2], field


def test_a_tensor_that_claims_to_be_huge_is_not_made() -> None:
    size = b"\x12\x08\x12\x06\x08\xff\xff\xff\xff\x0f"
    assert read_tensor(memoryview(b"\x08\x01" + size + b"\x2a\x04\x00\x00\x80\x3f")) is None


def test_tensorflow_is_neither_needed_nor_imported(tmp_path: Path) -> None:
    program = f"""
import sys
from pathlib import Path
from graphscope.runs import Columns, Epoch, Step
from graphscope.runs.exchange import read_event_run, write_events
folder = Path({str(tmp_path)!r})
steps = [Columns(0, ("loss",)), Step(1, 1.0, 0, (0.5,))]
write_events([*steps, Epoch(0, 1, 1.0, {{"a": 1.0}})], folder)
assert read_event_run(folder).steps["loss"].values.tolist() == [0.5]
print(*{{name.partition(".")[0] for name in sys.modules}})
"""
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"tensorflow", "keras", "jax", "torch"} & set(done.stdout.split())


def test_importing_the_package_loads_no_optional_library() -> None:
    program = "import graphscope.runs.exchange, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"tensorboard", "pyarrow"} & set(done.stdout.split())


def test_a_missing_tensorboard_is_one_sentence_and_keeps_nobody_from_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_events(to_records(some_run()), tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "tensorboard"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    with pytest.raises(GraphscopeError) as caught:
        EventFiles(tmp_path)
    assert str(caught.value) == (
        "TensorBoard's event files need tensorboard, which is not installed. "
        "pip install 'keras-graphscope[tensorboard]'"
    )
    assert numbers(read_event_run(tmp_path)) == numbers(some_run())


def test_files_without_any_event_are_an_error(tmp_path: Path) -> None:
    path = write_frames(tmp_path, b"\x28" + b"\0" * 60)
    with pytest.raises(
        ReadError, match=r"holds no event\. .*a length is damaged; what comes after"
    ):
        read_event_run(path)
    path.write_bytes(b"")
    with pytest.raises(ReadError, match=r"holds no event\. It is empty, damaged, or was not"):
        read_event_run(path)
