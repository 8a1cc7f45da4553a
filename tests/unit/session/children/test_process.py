"""Children that are started: where they find modules, and that nothing of them stays."""

from __future__ import annotations

import os
import sys
import sysconfig
from pathlib import Path

import pytest

from graphscope.session.children.process import ChildEndedError, Job, ask, find_module_folders
from tests.support.processes import await_end

CHILD = """
import os, subprocess, sys
from pathlib import Path


def main(task, parent):
    if task["does"] == "echo":
        parent.tell({"report": "one"})
        parent.tell({"report": "two"})
        parent.tell({"answer": "data", "stdin": sys.stdin.read()}, repr(task).encode())
    elif task["does"] == "print":
        print("to standard error")
        os.write(1, b"and so does this\\n")
        parent.tell({"answer": "data"})
    elif task["does"] == "leave one behind":
        parent.follow()
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        Path(task["place"]).write_text(str(left.pid))
        if task["answers"]:
            parent.tell({"answer": "data"})
        else:
            left.wait()
"""


def make_job(folder: Path, seconds: float = 60.0, **task: object) -> Job:
    (folder / "child_of_a_test.py").write_text(CHILD, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return Job(
        "child_of_a_test", task, environment, isolated=False, seconds=seconds, most=1_000_000
    )


def test_a_child_reports_and_answers(tmp_path: Path) -> None:
    reports: list[str] = []
    answer = ask(make_job(tmp_path, does="echo", text="\ud800 ü"), reports.append)
    assert reports == ["one", "two"]
    assert answer.header["stdin"] == ""
    assert answer.payload.decode() == repr({"does": "echo", "text": "\ud800 ü"})


def test_what_a_child_prints_is_no_answer(tmp_path: Path) -> None:
    assert ask(make_job(tmp_path, does="print"), print).header == {"answer": "data"}


def test_a_module_that_there_is_not() -> None:
    job = Job("no_such_module", {}, dict(os.environ), isolated=False, seconds=60.0, most=10)
    with pytest.raises(ChildEndedError, match=r"status 1 \(ModuleNotFoundError: No module named"):
        ask(job, print)


def test_a_program_that_cannot_be_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ChildEndedError, match="ended with status 1") as raised:
        ask(make_job(tmp_path, does="echo"), print)
    assert (raised.value.signal, raised.value.is_late) == (None, False)


@pytest.mark.skipif(sys.platform != "linux", reason="waits as Linux can")
@pytest.mark.parametrize("answers", [True, False])
def test_what_a_child_started_ends_with_it(tmp_path: Path, answers: bool) -> None:
    place = tmp_path / "left"
    job = make_job(tmp_path, 5.0, does="leave one behind", place=str(place), answers=answers)
    if answers:
        ask(job, print)
    else:
        with pytest.raises(ChildEndedError) as raised:
            ask(job, print)
        assert raised.value.is_late
    await_end(int(place.read_text(encoding="ascii")))


def test_modules_are_found_where_they_are_here_but_not_in_the_working_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library = sysconfig.get_path("stdlib")
    (tmp_path / "link").symlink_to(tmp_path)
    working, other = str(tmp_path), "/opt/modules"
    monkeypatch.chdir(tmp_path)
    first = ["", ".", "relative", working, str(tmp_path / "link"), other]
    monkeypatch.setattr(sys, "path", [*first, library, "/site", working, "/site"])
    # Behind the library, an editable install may name it.
    assert find_module_folders() == [other, library, "/site", working]


def test_modules_are_found_where_the_working_folder_is_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert sysconfig.get_path("stdlib") in find_module_folders()
