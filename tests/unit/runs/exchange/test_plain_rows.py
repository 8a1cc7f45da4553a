"""Metrics that other programs log as lines of JSON."""

from __future__ import annotations

import json
import math
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphscope.errors import ReadError
from graphscope.runs import Run
from graphscope.runs import points as points_module
from graphscope.runs.exchange import plain_rows, read_rows

GOOD = "".join(json.dumps({"step": step, "loss": 1 / step}) + "\n" for step in range(1, 11))


def read(folder: Path, text: str | bytes) -> Run:
    path = folder / "log.jsonl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    os.utime(path, (1_000, 1_000))
    return read_rows(path)


def points(run: Run) -> dict[str, list[tuple[int, float]]]:
    return {
        name: list(zip(each.steps.tolist(), each.values.tolist(), strict=True))
        for name, each in run.steps.items()
    }


def test_each_number_of_a_row_is_one_of_a_metric(tmp_path: Path) -> None:
    run = read(
        tmp_path,
        '{"step": 1, "loss": 0.5, "text": "x", "ok": true, "none": null, "time": 50.5}\n'
        '{"loss": 1, "optimizer": {"lr": 0.1, "deep": {"er": {"still": 1}}}, "step": 2.0}\n',
    )
    assert points(run) == {
        "loss": [(1, 0.5), (2, 1.0)],
        "optimizer/lr": [(2, 0.1)],
        "optimizer/deep/er/still": [(2, 1.0)],
    }
    assert run.steps["loss"].times[0] == 50.5
    assert run.steps["loss"].times[1] == 1_000
    assert (run.name, run.notes) == ("log.jsonl", ())


def test_values_may_be_no_numbers_as_python_and_javascript_write_them(tmp_path: Path) -> None:
    run = read(tmp_path, '{"step": 1, "loss": NaN}\n{"step": 2, "loss": -Infinity}\n')
    first, second = run.steps["loss"].values.tolist()
    assert math.isnan(first)
    assert second == -math.inf
    huge = read(tmp_path, '{"step": 1, "loss": ' + "9" * 400 + "}\n")
    assert huge.steps["loss"].values.tolist() == [math.inf]


def test_rows_without_steps_are_those_of_epochs_or_counted(tmp_path: Path) -> None:
    run = read(tmp_path, '{"epoch": 0, "loss": 2}\n{"epoch": 1, "loss": 1}\n{"loss": 3}\n')
    assert run.epochs["loss"].steps.tolist() == [0, 1]
    assert points(run) == {"loss": [(3, 3.0)]}
    run = read(tmp_path, '{"epoch": 0.5, "global_step": 7, "loss": 2}\n')
    assert points(run) == {"epoch": [(7, 0.5)], "loss": [(7, 2.0)]}


def test_steps_that_go_back_are_sorted_and_equal_ones_stay_in_order(tmp_path: Path) -> None:
    rows = [(1, 0.1), (3, 0.3), (2, 0.2), (3, 0.4), (1, 0.5)]
    run = read(tmp_path, "".join(json.dumps({"step": s, "loss": v}) + "\n" for s, v in rows))
    assert points(run) == {"loss": [(1, 0.1), (1, 0.5), (2, 0.2), (3, 0.3), (3, 0.4)]}


def test_a_torn_last_line_is_told_as_such(tmp_path: Path) -> None:
    run = read(tmp_path, GOOD + '{"step": 11, "lo')
    assert len(run.steps["loss"]) == 10
    assert run.notes == ("The last line is not whole; the file may still be written.",)
    assert len(read(tmp_path, GOOD.rstrip("\n")).steps["loss"]) == 10


def test_damage_in_the_middle_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    data = GOOD.encode() + b"\xff\xfe\x00garbage\n[1]\n7\n" + GOOD.encode() + bytes(64)
    run = read(tmp_path, data)
    assert len(run.steps["loss"]) == 20
    assert run.notes == (
        "Zero bytes, as a loss of power leaves them, are left out: 64.",
        "Lines that are no JSON objects are left out: 3.",
    )


def test_rows_that_cannot_be_placed_or_say_nothing_are_told(tmp_path: Path) -> None:
    run = read(tmp_path, GOOD + '{"step": "one", "loss": 1}\n{"step": null}\n{"step": 3}\n')
    assert run.notes == (
        "Rows whose step is no whole number are left out: 2.",
        "Rows without any number are left out: 1.",
    )
    run = read(tmp_path, GOOD + '{"step": 4611686018427387904, "loss": 1}\n')
    assert run.notes == ("Values of steps beyond all numbers are left out: 1.",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (GOOD.encode("utf-16"), r"is UTF-16 text\. Save it as UTF-8"),
        (bytes(5000), r"holds no metrics\. Zero bytes"),
        (b"[]\n7\n", r"holds no metrics\. Lines that are no JSON objects"),
        (b"[" * 100_000, r"holds no metrics\. .* A row is a line such as"),
        (b"\xff\xd8\xff\xe0" * 100, "holds no metrics"),
    ],
)
def test_a_file_without_metrics_says_why(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=reason):
        read(tmp_path, data)


def test_a_byte_order_mark_is_no_damage(tmp_path: Path) -> None:
    run = read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode())
    assert (len(run.steps["loss"]), run.notes) == (10, ())


_ROWS = st.fixed_dictionaries(
    {},
    optional={
        "step": st.integers(-5, 5) | st.floats() | st.just("x") | st.integers(),
        "epoch": st.integers(0, 3) | st.floats(0, 3),
        "time": st.floats() | st.integers() | st.none(),
        "loss": st.floats() | st.integers() | st.booleans() | st.text(max_size=3),
        "in": st.dictionaries(st.sampled_from("ab"), st.floats(), max_size=2),
    },
)


@given(st.lists(_ROWS, max_size=12))
def test_many_rows_are_read_as_each_of_them_is(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    """Rows that are alike go another way, as columns."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    found: list[object] = []
    for together in (1_000, 1):
        plain_rows._TOGETHER = together
        try:
            run = read(tmp_path_factory.getbasetemp(), text)
        except ReadError as error:
            found.append(str(error))
            continue
        finally:
            plain_rows._TOGETHER = 1_000
        series = {**run.steps, **{f"epoch {name}": each for name, each in run.epochs.items()}}
        found.append(
            {
                name: (each.steps.tolist(), repr(each.values.tolist()), each.times.tolist())
                for name, each in series.items()
            }
            | {"notes": run.notes}
        )
    assert found[0] == found[1]


def test_names_can_be_kept_whatever_they_are(tmp_path: Path) -> None:
    run = read(tmp_path, '{"\\ud800": NaN, "' + "x" * 9000 + '": 1}\n')
    assert list(run.steps) == ["?", "x" * 500]


def test_what_is_too_much_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(points_module, "MOST_SERIES", 3)
    monkeypatch.setattr(points_module, "MOST_POINTS", 5)
    text = "".join(json.dumps({"step": n, f"k{n % 4}": n}) + "\n" for n in range(12))
    run = read(tmp_path, text)
    assert sum(map(len, run.steps.values())) == 5
    assert run.notes == (
        "Values of further metrics than the first 3 are left out: 3.",
        "Values beyond the first 5 are left out.",
    )


@given(st.binary(max_size=400) | st.text(max_size=100).map(str.encode))
def test_of_any_bytes_only_our_error_leaves(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    with suppress(ReadError):
        read(tmp_path_factory.getbasetemp(), GOOD[:30].encode() + data)
