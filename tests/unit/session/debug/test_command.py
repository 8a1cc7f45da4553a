"""`graphscope debug` on programs without a framework, in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text))
    return path


def debug(folder: Path, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "graphscope", "debug", *words]
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **options
    )


def test_a_healthy_program_is_left_alone(folder: Path) -> None:
    write(folder, "helper.py", "NAME = 'helper'\n")
    write(
        folder,
        "main.py",
        """
        import os, sys, helper
        print(__name__, __file__, sys.argv, sys.path[0], helper.NAME, os.getcwd())
        print(input(), file=sys.stderr)
        """,
    )
    words = ["--epochs", "3", "-v", "data.csv"]
    ran = debug(folder, "main.py", *words, input="typed\n")
    plain = subprocess.run(
        [sys.executable, "main.py", *words],
        cwd=folder, capture_output=True, text=True, input="typed\n", check=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (0, plain.stdout)
    assert (
        ran.stderr == plain.stderr + "graphscope: the program ran to its end; nothing was found.\n"
    )


def test_a_failure_outside_our_subject_prints_what_python_prints(folder: Path) -> None:
    write(folder, "main.py", "def read():\n    open('missing.csv')\n\nread()\n")
    ran = debug(folder, "main.py", "--json", "out.json")
    plain = subprocess.run(
        [sys.executable, "main.py"], cwd=folder, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (3, plain.stderr)
    told = json.loads((folder / "out.json").read_text())
    assert told["failure"]["exception"] == "FileNotFoundError"
    assert told["failure"]["frames"][0]["line"] == 2
    assert told["diagnoses"] == []


def test_a_syntax_error_is_pythons_to_tell(folder: Path) -> None:
    write(folder, "main.py", "x = (\n")
    ran = debug(folder, "main.py")
    assert ran.returncode == 3
    assert ran.stderr.splitlines()[0].startswith("  File ")
    assert "SyntaxError: '(' was never closed" in ran.stderr
    assert "graphscope" not in ran.stderr


def test_the_programs_own_hook_is_asked(folder: Path) -> None:
    write(folder, "main.py", "import sys\nsys.excepthook = lambda *a: print('mine')\nopen('no')\n")
    ran = debug(folder, "main.py")
    assert (ran.returncode, ran.stdout) == (3, "mine\n")


@pytest.mark.parametrize(
    ("code", "status", "said"), [("0", 0, ""), ("", 0, ""), ("5", 5, ""), ("'no'", 1, "no\n")]
)
def test_exits_pass(folder: Path, code: str, status: int, said: str) -> None:
    write(folder, "main.py", f"import sys\nsys.exit({code})\n")
    ran = debug(folder, "main.py")
    assert ran.returncode == status
    assert (
        ran.stderr.replace("graphscope: the program ran to its end; nothing was found.\n", "")
        == said
    )


def test_an_exception_behind_an_exit_is_diagnosed(folder: Path) -> None:
    write(
        folder,
        "main.py",
        """
        import sys
        try:
            sizes = [1, 2][2]
        except IndexError as error:
            print("training failed:", error)
            sys.exit(1)
        """,
    )
    ran = debug(folder, "main.py", "--json", "out.json")
    assert ran.returncode == 1
    told = json.loads((folder / "out.json").read_text())
    assert told["failure"]["exception"] == "IndexError"
    assert told["diagnoses"][0]["lines"] == [4]


def test_an_unknown_failure_gets_an_honest_diagnosis(folder: Path) -> None:
    write(folder, "sizes.py", "def last(values):\n    return '%d' % str(values)\n")
    write(folder, "main.py", "import sizes\nprint(sizes.last([1, 2]))\n")
    ran = debug(folder, "main.py", "--json", "out.json")
    told = json.loads((folder / "out.json").read_text())
    (diagnosis,) = told["diagnoses"]
    assert ran.returncode == 1
    assert diagnosis["places"] == [{"file": "sizes.py", "line": 2}, {"file": "main.py", "line": 2}]
    assert diagnosis["lines"] == [2]
    assert diagnosis["confidence"] < 0.5
    assert diagnosis["message"].startswith("Not sure: TypeError")
    assert "Traceback" not in ran.stderr
    assert "Traceback" in debug(folder, "main.py", "--traceback").stderr


def test_what_a_program_raises_itself_is_its_own_affair(folder: Path) -> None:
    write(folder, "main.py", "raise ValueError('choose a data set first')\n")
    ran = debug(folder, "main.py")
    assert ran.returncode == 3
    assert ran.stderr.rstrip().endswith("ValueError: choose a data set first")


def test_a_healthy_report_is_written_too(folder: Path) -> None:
    write(folder, "main.py", "import os\nos.chdir('/')\n")
    assert debug(folder, "main.py", "--json=out.json").returncode == 0
    told = json.loads((folder / "out.json").read_text())
    assert (told["failure"], told["diagnoses"]) == (None, [])


def test_a_module_is_run_as_python_runs_it(folder: Path) -> None:
    write(folder, "pack/__init__.py", "")
    write(folder, "pack/sizes.py", "SIZES = [1]\n")
    write(
        folder,
        "pack/train.py",
        "import sys\nfrom .sizes import SIZES\nprint(__package__, sys.argv[1:])\nSIZES[1]\n",
    )
    ran = debug(folder, "--json", "out.json", "-m", "pack.train", "--fast")
    told = json.loads((folder / "out.json").read_text())
    assert (ran.returncode, ran.stdout) == (1, "pack ['--fast']\n")
    assert told["diagnoses"][0]["places"] == [{"file": "pack/train.py", "line": 4}]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["missing.py"], "There is no file 'missing.py'."),
        (["-m", "no_such.module"], "There is no module 'no_such.module'."),
        ([], "Missing argument 'SCRIPT'."),
        (["--nonsense", "main.py"], "No such option"),
        (["--apply", "0", "main.py"], "0 is not in the range"),
    ],
)
def test_wrong_command_lines_have_status_two(folder: Path, words: list[str], said: str) -> None:
    write(folder, "main.py", "")
    ran = debug(folder, *words)
    assert ran.returncode == 2
    assert said in ran.stderr


def test_what_stands_behind_two_dashes_is_the_scripts(folder: Path) -> None:
    write(folder, "main.py", "import sys\nprint(sys.argv[1:])\n")
    ran = debug(folder, "main.py", "--help", "-x", "--", "--json", "mine")
    assert ran.stdout == "['--help', '-x', '--json', 'mine']\n"
    assert not (folder / "mine").exists()


def test_ctrl_c_ends_with_130(folder: Path) -> None:
    write(folder, "main.py", "import time\nprint('running', flush=True)\ntime.sleep(60)\n")
    command = [sys.executable, "-m", "graphscope", "debug", "main.py"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "running\n"
    os.killpg(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert said.rstrip().endswith("KeyboardInterrupt")


def test_no_process_is_left_when_the_command_is_killed(folder: Path) -> None:
    write(folder, "main.py", "import time\nprint('running', flush=True)\ntime.sleep(60)\n")
    marker = str(folder / "main.py")
    command = [sys.executable, "-m", "graphscope", "debug", marker]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    assert len(running(marker)) == 2
    process.kill()
    process.communicate(timeout=20)
    until = time.monotonic() + 10
    while running(marker) and time.monotonic() < until:
        time.sleep(0.05)
    assert running(marker) == []


def running(marker: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = os.fsdecode((entry / "cmdline").read_bytes()).split("\0")
            except OSError:
                continue
            if marker in words:
                found.append(int(entry.name))
    return found
