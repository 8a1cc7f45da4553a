"""Folders for temporary files that do not outlive the process."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from pathlib import Path


class TemporaryFolder:
    """A folder that only this user reads, removed by `remove`, and at the latest with its owner.

    It goes when the object is collected and when the process ends by itself; a process that forked
    off and ends leaves it alone.

    Args:
        prefix: what its name begins with.

    Attributes:
        path: the folder.
    """

    def __init__(self, prefix: str) -> None:
        self.path = Path(tempfile.mkdtemp(prefix=prefix))
        self._remove = weakref.finalize(self, _remove, self.path, os.getpid())

    def remove(self) -> None:
        """Delete the folder with all that is in it; doing so twice is fine."""
        self._remove()


def _remove(path: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(path, ignore_errors=True)
