"""Holding back what native libraries write while they are loaded."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
"""The file descriptor, which libraries in C++ write to without asking Python."""


@contextmanager
def held_back_stderr() -> Iterator[None]:
    """Keep standard error silent inside the block; if the block fails, print what it said.

    TensorFlow writes some lines before it reads any setting of how much it should write.
    `TF_CPP_MIN_LOG_LEVEL=0` asks for everything, so then nothing is held back.
    """
    if os.environ.get("TF_CPP_MIN_LOG_LEVEL") == "0":
        yield
        return
    with tempfile.TemporaryFile() as held, _redirected(held.fileno()) as original:
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(original, held.read())
            raise


@contextmanager
def _redirected(target: int) -> Iterator[int]:
    """Lead the descriptor elsewhere for the block; yield one that leads where it led before."""
    sys.stderr.flush()
    original = os.dup(_STDERR)
    try:
        os.dup2(target, _STDERR)
        yield original
    finally:
        sys.stderr.flush()
        os.dup2(original, _STDERR)
        os.close(original)
