"""The tour of the documentation, followed word by word."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

import pytest

from tests.tour.page import Changed, Command, Written, find_missing, read_page

pytestmark = pytest.mark.tensorflow

PAGE = Path(__file__).parents[2] / "docs" / "tour.md"
SERVES = ("graphscope show ", "graphscope watch ")

ENVIRONMENT = {
    **os.environ,
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONPATH": str(Path(__file__).parents[2]),
    "COLUMNS": "80",
}


def test_the_tour(tmp_path: Path) -> None:
    for step in read_page(PAGE):
        match step:
            case Written():
                (tmp_path / step.name).write_text(step.text)
            case Changed():
                path = tmp_path / step.name
                path.write_text(step.apply(path.read_text()))
            case Command() if step.words.startswith(SERVES):
                _visit(step, tmp_path)
            case Command():
                _run(step, tmp_path)
    assert "<svg" in (tmp_path / "digits.svg").read_text()
    assert {each.name for each in (tmp_path / "runs").iterdir()} >= {"first", "second"}


def _run(command: Command, folder: Path) -> None:
    done = subprocess.run(
        _words(command), cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr if "debug" in command.words else done.stderr + done.stdout
    missing = find_missing(command, output)
    assert missing is None, f"{command.words} does not say {missing!r} but:\n{output}"
    is_sick = "The model overfits" in output and "debug" in command.words
    assert done.returncode == int(is_sick), output


def _visit(command: Command, folder: Path) -> None:
    """Start a server, open its page as a browser would, and stop it as a user would."""
    words = [*_words(command), "--no-browser"]
    with subprocess.Popen(
        words,
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=\S+", url), url
            jar = urllib.request.HTTPCookieProcessor(CookieJar())
            with urllib.request.build_opener(jar).open(url) as answer:
                assert "graphscope" in answer.read().decode()
        finally:
            server.send_signal(signal.SIGINT)
            server.communicate()
    assert server.returncode == 0


def _words(command: Command) -> list[str]:
    name, *rest = command.words.split()
    return [sys.executable, *(["-m", "graphscope"] if name == "graphscope" else []), *rest]
