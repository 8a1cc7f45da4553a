"""A command that does harm, or ends otherwise than it must, is told from one that does not."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.hostile.judging import judge
from tests.hostile.pictures import find_faults_of_svg
from tests.hostile.processes import Outcome, run
from tests.hostile.rows import CANARY, Collection, Must, Row

FINE = Outcome(0, b"a model", b"", seconds=0.1, megabytes=20, is_late=False)
REFUSED = replace(FINE, code=1, out=b"", err=b"graphscope: it is damaged.")


def faults(outcome: Outcome, must: Must = "either", marker: str | None = None) -> list[str]:
    row = Row("a", b"/a.keras", "bad", "keras", must, marker=marker)
    return judge(row, Collection((row,)), outcome, patience=1)


def test_what_is_fine_has_no_faults() -> None:
    assert faults(FINE) == faults(FINE, "open") == faults(REFUSED) == faults(REFUSED, "error") == []


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (replace(FINE, out=CANARY.encode()), "A CANARY IS SHOWN"),
        (replace(FINE, out=b"weight 1337.25"), "A CANARY IS SHOWN"),
        (replace(FINE, left=("file tmp/x",)), "left behind: file tmp/x"),
        (replace(FINE, seconds=11, processor_seconds=2), "took 11.0 s, 2.0 s of it busy"),
        (replace(FINE, megabytes=2000), "took 2,000 MB"),
        (replace(FINE, code=-11), "ended by signal 11"),
        (replace(FINE, out=b"\xff"), "prints what is no UTF-8"),
        (replace(FINE, out=b"\x1b[31m"), "prints control characters [\"'\\\\x1b'\"]"),
        (replace(FINE, out="\u202e".encode()), "prints control characters [\"'\\\\u202e'\"]"),
        (replace(REFUSED, err=b"x"), "not our error: x"),
        (replace(REFUSED, err=b"graphscope: " + b"x" * 600), "message of 612 characters"),
        (
            replace(REFUSED, err=b"graphscope: this is a bug in graphscope (x)"),
            "bug: graphscope: this is a bug in graphscope (x)",
        ),
    ],
)
def test_harm_is_told(outcome: Outcome, told: str) -> None:
    assert faults(outcome) == [told]


def test_on_a_busy_machine_only_the_time_of_the_processor_counts() -> None:
    row = Row("a", b"/a.keras", "bad", "keras", "either")
    slow = replace(FINE, seconds=30, processor_seconds=2)
    busy = replace(FINE, seconds=30, processor_seconds=12)
    assert judge(row, Collection((row,)), slow, patience=1, is_busy=True) == []
    assert judge(row, Collection((row,)), busy, patience=1, is_busy=True) == [
        "took 30.0 s, 12.0 s of it busy"
    ]


def test_the_time_of_children_counts_as_well() -> None:
    loop = "import time\nwhile time.process_time() < 0.5: pass"
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {loop!r}])"
    outcome = run_python(program)
    assert 0.5 <= outcome.processor_seconds <= outcome.seconds + 0.1


def test_an_end_that_must_not_be_is_told() -> None:
    assert faults(FINE, "error") == ["must be an error, but opens"]
    assert faults(REFUSED, "open") == ["must open, but: graphscope: it is damaged."]


def test_a_marker_tells_that_something_ran(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    assert faults(FINE, marker=str(marker)) == []
    marker.touch()
    assert faults(FINE, marker=str(marker)) == ["CODE RAN: its marker is there"]


def run_python(program: str, seconds: float = 20) -> Outcome:
    return run([sys.executable, "-c", program], seconds=seconds)


def test_a_process_that_takes_too_long_is_ended() -> None:
    outcome = run_python("import time; time.sleep(60)", seconds=0.2)
    assert outcome.is_late
    assert outcome.seconds < 30


def test_what_a_command_leaves_behind_is_found_and_ended() -> None:
    outcome = run_python(
        "import subprocess, sys, time, pathlib\n"
        "pathlib.Path('x').touch()\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "time.sleep(0.5)\n"
    )
    kept, process = outcome.left
    assert kept == "file work/x"
    assert process.startswith("process python")


def test_memory_is_that_of_all_processes_together() -> None:
    size = 100 << 20
    half = f"import time; held = b'x' * {size}; time.sleep(1)"
    both = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {half!r}])\n{half}"
    assert run_python(both).megabytes > 200


def test_scripts_and_links_in_a_picture_are_found() -> None:
    sound = (
        b'<svg xmlns="http://www.w3.org/2000/svg"><a href="#x"><text>javascript:1</text></a></svg>'
    )
    assert list(find_faults_of_svg(sound)) == []
    bad = sound.replace(b"<text>", b'<script/><text onclick="1">').replace(b"#x", b"javascript:1")
    assert list(find_faults_of_svg(bad)) == [
        "links to javascript:1",
        "holds <script>",
        "holds an attribute onclick",
    ]
    assert next(iter(find_faults_of_svg(b"<svg>"))).startswith("not well formed")
