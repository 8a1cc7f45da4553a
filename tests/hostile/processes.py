"""A command in a process of its own, watched: time, memory, what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")
_PAUSE = 0.01
_NOTICE = 1.0
_MOST_OUTPUT = 64 << 20


@dataclass(frozen=True)
class Outcome:
    """What became of a command.

    Attributes:
        code: its exit code; negative where a signal ended it.
        out: standard output.
        err: standard error.
        seconds: from its start to its end.
        megabytes: the most that all its processes together had in memory, where that was seen.
        is_late: whether it was ended because it took too long.
        left: files in its home, temporary and working folder, and processes, that it left behind.
        processor_seconds: that it and its children kept a processor busy, whatever else the
            machine did.
    """

    code: int
    out: bytes
    err: bytes
    seconds: float
    megabytes: float
    is_late: bool
    left: tuple[str, ...] = ()
    processor_seconds: float = 0


def run(command: Sequence[str | bytes], *, seconds: float) -> Outcome:
    """Run a command until it ends or time is over."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        for each in ("home", "tmp", "work"):
            (folder / each).mkdir()
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            start = time.perf_counter()
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=folder / "work",
                env=_make_environment(folder),
                start_new_session=True,
            )
            watched = _Family(process.pid)
            busy = _wait(process, watched, start + seconds)
            taken = time.perf_counter() - start
        left = (*_list_left(folder), *watched.end())
        return Outcome(
            process.returncode,
            _read(folder / "out"),
            _read(folder / "err"),
            taken,
            watched.peak / (1 << 20),
            busy is None,
            left,
            busy or 0,
        )


def _make_environment(folder: Path) -> dict[str, str]:
    kept = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "PYTHONUTF8": "1",
    }


def _wait(process: subprocess.Popen[bytes], watched: _Family, until: float) -> float | None:
    """Return the seconds of processor that were used; None when time was over."""
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        if time.perf_counter() > until:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None
        watched.look()
        time.sleep(_PAUSE)


class _Family:
    """A process, its children and theirs: what they take together."""

    def __init__(self, pid: int) -> None:
        self._root = pid
        self._seen: dict[int, str] = {}
        self.peak = 0

    def look(self) -> None:
        """Take note of who is there, and of the memory all take now."""
        total = 0
        waiting = [self._root]
        while waiting:
            pid = waiting.pop()
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
                self._seen[pid] = _birth(pid)
            except (OSError, IndexError):  # it has ended since
                continue
            total += pages * _PAGE
            waiting += map(int, children)
        self.peak = max(self.peak, total)

    def end(self) -> list[str]:
        """End those that still run, and tell who they were."""
        left = []
        self._wait_for_ends()
        for pid, birth in self._seen.items():
            if _runs(pid, birth):
                with suppress(OSError):  # it has ended since
                    left.append(f"process {Path(f'/proc/{pid}/comm').read_text().strip()}")
                    os.kill(pid, signal.SIGKILL)
        return left

    def _wait_for_ends(self) -> None:
        """Give those whose parent has ended the time to notice."""
        until = time.perf_counter() + _NOTICE
        while time.perf_counter() < until and any(
            _runs(pid, birth) for pid, birth in self._seen.items()
        ):
            time.sleep(_PAUSE)


def _runs(pid: int, birth: str) -> bool:
    try:
        return _birth(pid) == birth and not _is_gone(pid)
    except OSError:  # it has ended since
        return False


def _birth(pid: int) -> str:
    # Numbers of processes come again; the time at which one started does not.
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]


def _is_gone(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"


def _list_left(folder: Path) -> list[str]:
    return [
        f"file {path.relative_to(folder)}"
        for each in ("home", "tmp", "work")
        for path in sorted((folder / each).rglob("*"))
    ]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_OUTPUT)
