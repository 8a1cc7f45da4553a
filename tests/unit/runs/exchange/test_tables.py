"""Runs as CSV and Parquet."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import pytest

from graphscope.errors import ExportError, GraphscopeError
from graphscope.runs import Run
from graphscope.runs.exchange import write_csv, write_parquet
from tests.unit.runs.exchange.parts import series, some_run

STEPS = """\
run,step,time,loss,time/wait,late
exp,1,101.0,0.5,0.25,
exp,2,102.0,nan,0.25,
exp,3,103.0,inf,0.25,-inf
"""


def text(*runs: Run, content: str = "steps") -> str:
    stream = io.StringIO()
    write_csv(runs, stream, content)  # type: ignore[arg-type]
    return stream.getvalue()


def test_metrics_are_columns_and_what_was_not_logged_is_empty() -> None:
    assert text(some_run()) == STEPS


def test_epochs_have_a_table_of_their_own() -> None:
    assert text(some_run(), content="epochs") == (
        "run,epoch,time,loss,val_loss\nexp,0,100.0,0.5,0.75\nexp,1,101.0,0.25,1.5\n"
    )


def test_statistics_are_long() -> None:
    assert text(some_run(), content="statistics") == (
        "run,layer,statistic,step,time,value\n"
        "exp,net/dense,gradient_norm,1,101.0,2.0\n"
        "exp,net/dense,gradient_norm,3,103.0,4.0\n"
        "exp,@input,max,1,101.0,8.0\n"
    )


def test_several_runs_are_one_below_the_other() -> None:
    other = Run("b", "nowhere", steps={"accuracy": series("accuracy", [0.5], [7])})
    names, *rows = STEPS.splitlines()
    assert text(some_run(), other).splitlines() == [
        f"{names},accuracy",
        *(f"{row}," for row in rows),
        "b,7,107.0,,,,0.5",
    ]


@pytest.mark.parametrize("content", ["steps", "epochs", "statistics"])
def test_nothing_is_a_line_of_names(content: str) -> None:
    for runs in ((), (Run("empty", "nowhere"),)):
        (names,) = csv.reader(io.StringIO(text(*runs, content=content)))
        assert names[0] == "run"


def test_a_step_that_came_twice_has_two_rows() -> None:
    run = Run("a", "nowhere", steps={"x": series("x", [1.0, 2.0, 3.0], [1, 1, 2]),
                                     "y": series("y", [4.0, 5.0], [1, 2])})  # fmt: skip
    assert text(run) == "run,step,time,x,y\na,1,101.0,1.0,4.0\na,1,101.0,2.0,\na,2,102.0,3.0,5.0\n"


def test_steps_may_be_as_large_as_times_in_nanoseconds() -> None:
    run = Run("a", "nowhere", steps={"x": series("x", [1.0, 2.0], [1, 1_790_000_000_000_000_000])})
    assert text(run).splitlines()[2].split(",")[1] == "1790000000000000000"


def test_metrics_named_like_columns_are_told_apart() -> None:
    run = Run("a", "nowhere", steps={name: series(name, [1.0]) for name in ("step", "time", "run")})
    assert text(run).splitlines()[0] == "run,step,time,step_,time_,run_"


def test_no_text_is_a_formula() -> None:
    names = ['=HYPERLINK("http://x")', "@SUM(1)", "a,b", "@input"]
    run = Run("-1+1", "nowhere", steps={name: series(name, [1.0]) for name in names})
    header, row = csv.reader(io.StringIO(text(run)))
    assert header[3:] == ['\'=HYPERLINK("http://x")', "'@SUM(1)", "a,b", "@input"]
    assert row[0] == "'-1+1"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("@input/1+cmd|' /C calc'!A0", "'@input/1+cmd|' /C calc'!A0"),
        ("@input/x/mean", "@input/x/mean"),
        ("＝1+1", "'＝1+1"),
        ("a\r=1+1", "a =1+1"),
        ("\r\n=1+1", " '=1+1"),
        ("\t=1+1", "'\t'=1+1"),
        ("  =1+1", "  '=1+1"),
        ("\u00a0@SUM(1)", "\u00a0'@SUM(1)"),
        ('"=1+1', "\"'=1+1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\t+1", "a\t'+1"),
        ("a, | -1", "a, | '-1"),
        ('a;";=1+1', "a;\";'=1+1"),
        ("train-loss = x + y", "train-loss = x + y"),
    ],
)
def test_no_part_of_a_text_is_a_formula(name: str, written: str) -> None:
    run = Run("a", "nowhere", steps={name: series(name, [1.0])})
    header, _ = csv.reader(io.StringIO(text(run)))
    assert header[3] == written


def test_a_table_of_anything_else_is_refused() -> None:
    with pytest.raises(ExportError, match=r"'weights' cannot be made\. There are: steps, epochs"):
        text(some_run(), content="weights")


def test_parquet_tells_null_from_nan(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    write_parquet([some_run()], tmp_path / "runs.parquet")
    table = parquet.read_table(tmp_path / "runs.parquet")
    assert table.column_names == ["run", "step", "time", "loss", "time/wait", "late"]
    assert table["run"].to_pylist() == ["exp"] * 3
    assert table["step"].to_pylist() == [1, 2, 3]
    assert repr(table["loss"].to_pylist()) == "[0.5, nan, inf]"
    assert table["late"].to_pylist() == [None, None, float("-inf")]


def test_parquet_goes_to_a_stream_too() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    stream = io.BytesIO()
    write_parquet([some_run("a"), some_run("b")], stream, "statistics")
    table = parquet.read_table(io.BytesIO(stream.getvalue()))
    assert table["run"].to_pylist() == ["a"] * 3 + ["b"] * 3
    assert table["value"].to_pylist() == [2.0, 4.0, 8.0] * 2


def test_a_missing_pyarrow_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(GraphscopeError) as caught:
        write_parquet([some_run()], tmp_path / "x.parquet")
    assert str(caught.value) == (
        "Parquet files need pyarrow, which is not installed. "
        "pip install 'keras-graphscope[parquet]'"
    )
