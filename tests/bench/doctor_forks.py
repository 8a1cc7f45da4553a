"""Functions run in children of a process that has already imported the frameworks.

Importing Keras, TensorFlow and scikit-learn takes ten seconds; a fork of a process that has done
so, and has run nothing yet, takes none.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

_IMPORTED = (
    "tensorflow",
    "keras.applications",
    "sklearn.datasets",
    "sklearn.model_selection",
    "sklearn.preprocessing",
)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")


def warm() -> None:
    """Import what the programs of the collections import; run no operation."""
    for name in _IMPORTED:
        importlib.import_module(name)


def in_fork(
    work: Callable[[], Any], folder: Path, *, cwd: Path, name: str, seconds: float
) -> dict[str, Any]:
    """Run a function in a child and return what it returns, through JSON.

    Args:
        work: what to do.
        folder: where the child's output (`NAME.log`) and answer are kept.
        cwd: the child's working directory.
        name: of this run.
        seconds: of CPU and, four times as many, of the wall, after which the child is ended.

    Returns:
        `{"value": ..., "seconds": wall time}`, or `{"crash": why, "seconds": ...}`.
    """
    answer, log = folder / f"{name}.answer", folder / f"{name}.log"
    sys.stdout.flush()
    sys.stderr.flush()
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        _be_the_child(work, answer, log, cwd, seconds)
    try:
        ended = _wait(child, started + 4 * seconds)
    finally:  # also when the bench is stopped from the keyboard
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # the child, and what it left behind
    took = time.perf_counter() - started
    if not ended:
        return {"crash": f"ended after {took:.0f} s", "seconds": took}
    if not answer.exists():
        return {"crash": f"no answer; see {log}", "seconds": took}
    return {**json.loads(answer.read_text()), "seconds": took}


def _be_the_child(
    work: Callable[[], Any], answer: Path, log: Path, cwd: Path, seconds: float
) -> None:
    status = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for stream, number in ((nothing, 0), (out, 1), (out, 2)):
            os.dup2(stream, number)
        sys.stdin = os.fdopen(0, closefd=False)
        sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
        sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
        os.chdir(cwd)
        answer.write_text(json.dumps({"value": work()}))
        status = 0
    except BaseException as error:  # noqa: BLE001 - the child's end is told to its parent
        traceback.print_exc()
        answer.write_text(json.dumps({"crash": f"{type(error).__name__}: {error}"}))
    finally:
        os._exit(status)


def _wait(child: int, deadline: float) -> bool:
    """Wait for a child; end it at the deadline and return whether it had ended by itself."""
    while time.perf_counter() < deadline:
        pid, _ = os.waitpid(child, os.WNOHANG)
        if pid:
            return True
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False
