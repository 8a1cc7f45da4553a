"""Showing a training in the browser while it runs: the live page, in a process of its own.

The page must not take time from the training, nor end with an error of it: another process serves
it, which is started and left alone. It ends when the training's process is gone and nobody has
looked at the page for ten minutes; on Ctrl-C the training ends and the page stays.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

from graphscope.runs.folders import is_remote

_pages: dict[str, subprocess.Popen[str]] = {}
"""By folder: a program that trains several times, in one process, opens one page for all of it."""


def open_live_page(folder: Path, tell: Callable[[str], None]) -> None:
    """Serve the runs of a folder from another process, and open the browser; returns at once.

    The address is printed to stderr. A folder that is shown already is not shown again.

    Args:
        folder: of runs, a path or a URL.
        tell: told when the page cannot be served.

    Raises:
        OSError: when no process can be started.
    """
    place = str(folder if is_remote(folder) else folder.absolute())
    known = _pages.get(place)
    if known is not None and known.poll() is None:
        return
    # `-P`: modules beside the training script must not stand for those of the page.
    command = [sys.executable, "-P", "-m", "graphscope", "watch", place]
    command += ["--while-process", str(os.getpid())]
    complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
    page = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
        start_new_session=os.name == "posix",  # Ctrl-C is for the training alone.
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    _pages[place] = page
    threading.Thread(target=_announce, args=(page, complaints, tell), daemon=True).start()


def folder_of_runs(run: Path) -> Path:
    """Return the folder to show a run in: the one it lies in, with the other runs there.

    Where that holds much else (the working directory, the home directory, that of temporary
    files), it is the run's own folder.
    """
    if is_remote(run):
        return run.parent
    parent = run.resolve().parent
    others = [each.resolve() for each in (Path.cwd(), Path.home(), Path(tempfile.gettempdir()))]
    return run if any(each.is_relative_to(parent) for each in others) else parent


def _announce(
    page: subprocess.Popen[str], complaints: IO[str], tell: Callable[[str], None]
) -> None:
    """Print the page's address once it is served; say why it is not."""
    assert page.stdout is not None, "it was asked for"
    with complaints, page.stdout:
        address = page.stdout.readline().strip()
        if address:
            print(f"graphscope: the training is shown at {address}", file=sys.stderr, flush=True)  # noqa: T201 - the answer
            return
        page.wait()
        complaints.seek(0)
        lines = complaints.read().strip().splitlines()
    reason = lines[-1].removeprefix("graphscope: ") if lines else f"exit status {page.returncode}"
    tell(f"The live page cannot be shown ({reason}).")
