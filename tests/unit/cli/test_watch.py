"""`graphscope watch` from outside, and the page that a training opens."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from graphscope import watching
from graphscope.cli import cli
from tests.browser.live_runs import FakeTraining


@contextmanager
def watching_page(
    *arguments: str, folder: Path, command: str = "watch"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; yield its process and the printed address."""
    program = [sys.executable, "-m", "graphscope", command, "--no-browser", *arguments]
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / "cache")}
    with subprocess.Popen(
        program,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def ask(url: str) -> int:
    """Return the status of an answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=20)
    connection.request("GET", f"{parts.path}?{parts.query}")
    return connection.getresponse().status


@pytest.mark.skipif(os.name != "posix", reason="another system has another Ctrl-C")
def test_it_serves_until_ctrl_c_also_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with watching_page(folder=tmp_path) as (process, url):
        assert ask(url) == 303
        assert process.stderr is not None
        assert process.stderr.readline().startswith("The folder runs does not exist yet")
        assert "Ctrl-C" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert process.stderr.read() == "Stopped.\n"
    assert not (tmp_path / "runs").exists()


def test_help_says_what_is_done_with_tensorboards_files() -> None:
    text = " ".join(CliRunner().invoke(cli, ["watch", "--help"]).output.split())
    assert "callbacks=[graphscope.Monitor" in text
    assert "nothing is written to DIR" in text
    assert "--while-process" not in text


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("model.keras", "graphscope show model.keras."),
        ("notes.txt", "Name a folder, or a file of metrics."),
    ],
)
def test_a_file_is_no_folder_of_runs(
    name: str, remedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).write_text("x")
    result = CliRunner().invoke(cli, ["watch", name, "--no-browser"])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"graphscope: {name} is a file, not a folder of runs. ")
    assert result.stderr.strip().endswith(remedy)


def test_a_file_of_metrics_is_watched(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text('{"step": 1, "loss": 0.5}\n')
    with watching_page("log.jsonl", folder=tmp_path) as (process, url):
        assert ask(url) == 303
        assert process.stderr is not None
        assert "Ctrl-C" in process.stderr.readline()


def test_a_file_without_metrics_is_told_before_a_page_is_served(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("x\n")
    result = CliRunner().invoke(cli, ["watch", str(tmp_path / "log.jsonl"), "--no-browser"])
    assert result.exit_code == 1
    assert "holds no metrics. Lines that are no JSON objects are left out: 1." in result.stderr


def test_a_place_that_holds_no_index_is_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["watch", str(tmp_path), "--store", "mysql://x/y"])
    assert result.exit_code == 1
    assert "No index of runs can be kept at a mysql:// URL." in result.stderr


def test_a_training_opens_one_page_for_all_its_runs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(watching, "_pages", {})
    FakeTraining(tmp_path / "runs" / "exp1").write_steps(5)
    told: list[str] = []
    for _ in range(2):
        watching.open_live_page(tmp_path / "runs", told.append)
    (page,) = watching._pages.values()
    try:
        shown = ""
        until = time.monotonic() + 60
        while "?token=" not in shown and time.monotonic() < until and page.poll() is None:
            time.sleep(0.05)
            shown += capfd.readouterr().err
        url = shown.partition("shown at ")[2].split()[0]
        assert ask(url) == 303
        assert told == []
    finally:
        page.kill()
        page.wait()


def test_a_page_that_cannot_be_served_is_told_and_harms_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "_pages", {})
    file = tmp_path / "runs"
    file.write_text("no folder")
    told: list[str] = []
    watching.open_live_page(file, told.append)
    until = time.monotonic() + 60
    while not told and time.monotonic() < until:
        time.sleep(0.05)
    assert "is a file, not a folder of runs" in told[0]


def test_a_run_is_shown_with_its_neighbours_unless_their_folder_holds_much_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert watching.folder_of_runs(Path("runs/exp1")) == tmp_path / "runs"
    assert watching.folder_of_runs(Path("exp1")) == Path("exp1")
    assert watching.folder_of_runs(Path("../exp1")) == Path("../exp1")
    home = Path.home() / "exp1"
    assert watching.folder_of_runs(home) == home
