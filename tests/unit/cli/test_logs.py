"""`graphscope info` and `show` of logs that hold no graph."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from graphscope.cli import cli
from tests.browser.live_runs import FakeTraining
from tests.unit.cli.test_watch import ask, watching_page


def info(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["info", *arguments])


def write(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_log_is_told_from_first_to_last_with_its_best(tmp_path: Path) -> None:
    losses = (4.0, 1.0, 2.0)
    path = write(tmp_path / "log.jsonl", *({"step": n, "loss": v} for n, v in enumerate(losses)))
    result = info(str(path))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "log.jsonl  up to step 2, 1 metric",
        "",
        "Metric   Values   First   Last   Best",
        "loss          3       4      2      1   step 1",
    ]


def test_what_was_damaged_and_what_is_no_number_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 1, "loss": 1}, {"step": 2, "loss": float("nan")})
    path.write_text(path.read_text() + "garbage\n")
    result = info(str(path))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-3:] == [
        "Notes",
        "- Lines that are no JSON objects are left out: 1.",
        "- loss: 1 value of 2 is NaN or infinite, the first at step 2.",
    ]


def test_programs_get_one_object(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 1, "loss": float("inf")}, {"step": 2, "acc": 1})
    found = json.loads(info(str(path), "--json").stdout)
    assert found["count"] == 1
    (run,) = found["runs"]
    assert run["steps"] == {
        "loss": {"count": 1, "first": "inf", "last": "inf", "last_at": 1,
                 "best": None, "best_at": None},
        "acc": {"count": 1, "first": 1.0, "last": 1.0, "last_at": 2, "best": 1.0, "best_at": 2},
    }  # fmt: skip


def test_a_run_without_a_graph_and_a_folder_of_runs_are_told(tmp_path: Path) -> None:
    for name in ("a", "b"):
        FakeTraining(tmp_path / "runs" / name).write_steps(4)
    one = info(str(tmp_path / "runs" / "a"))
    assert one.exit_code == 0
    assert one.stdout.startswith("a  up to step 4, ")
    both = info(str(tmp_path / "runs"))
    assert [line.split()[0] for line in both.stdout.splitlines() if "up to step" in line] == [
        "a", "b",
    ]  # fmt: skip


def test_names_of_strangers_do_not_write_to_the_terminal(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 1, "\x1b[2Jloss\ud800": 1})
    result = info(str(path))
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "\\x1b[2Jloss" in result.stdout


def test_many_metrics_are_told_in_part(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 1, **{f"m{n}": n for n in range(100)}})
    result = info(str(path))
    assert result.stdout.splitlines()[-1] == "60 more metrics: --json lists them"


@pytest.mark.parametrize(
    "options", [["--find", "type:Dense"], ["--structure"], ["--fits", "1GB"], ["--depth", "2"]]
)
def test_options_that_need_a_graph_are_refused(options: list[str], tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 1, "loss": 1})
    result = info(str(path), *options)
    assert result.exit_code == 2
    assert f"holds no graph: leave out {options[0]}." in result.stderr


def test_show_serves_the_page_of_the_log(tmp_path: Path) -> None:
    write(tmp_path / "log.jsonl", {"step": 1, "loss": 0.5})
    with watching_page("log.jsonl", folder=tmp_path, command="show") as (process, url):
        assert ask(url) == 303
        assert process.poll() is None


def test_show_takes_no_logs_together_with_models(tmp_path: Path) -> None:
    path = write(tmp_path / "log.jsonl", {"step": 1, "loss": 0.5})
    result = CliRunner().invoke(cli, ["show", str(path), "sample:mnist_cnn", "--no-browser"])
    assert result.exit_code == 2
    assert "Logs of trainings are shown without models" in result.stderr
