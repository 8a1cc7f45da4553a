"""Limits that a process sets itself; each in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems ignore some")


def run(program: str) -> subprocess.CompletedProcess[str]:
    imports = "from graphscope.session.children.limits import *; import os, tempfile, time"
    command = [sys.executable, "-c", f"{imports}\n{program}"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_allocation() -> None:
    done = run("limit_allocation(200 << 20); bytearray(100 << 20); bytearray(300 << 20)")
    assert "MemoryError" in done.stderr


def test_a_mapped_file_is_no_allocation() -> None:
    done = run(
        "import mmap; file = tempfile.TemporaryFile(); file.truncate(1 << 30); "
        "limit_allocation(100 << 20); print(len(mmap.mmap(file.fileno(), 0, prot=1)))"
    )
    assert done.stdout == f"{1 << 30}\n"


def test_the_clock() -> None:
    assert run("limit_clock(0.2); time.sleep(60)").returncode == -14


def test_the_processor() -> None:
    done = run("limit_processor(0.5)\nwhile True: pass")
    assert done.returncode in (-24, -9)


def test_files() -> None:
    done = run(
        "limit_files(opened=16, written=100)\n"
        "file = tempfile.TemporaryFile(buffering=0)\n"
        "print(file.write(bytes(100)))\n"
        "try: file.write(b'1')\n"
        "except OSError as error: print(error.strerror)\n"
        "try: print(len([os.open('/', 0) for _ in range(100)]))\n"
        "except OSError as error: print(error.strerror)"
    )
    assert done.stdout.splitlines() == ["100", "File too large", "Too many open files"]


def test_a_limit_that_is_lower_already_stays() -> None:
    done = run(
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32)); "
        "limit_files(opened=64, written=10); print(resource.getrlimit(7))"
    )
    assert done.stdout == "(32, 32)\n"
