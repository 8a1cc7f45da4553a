"""The folder that a collection is made in, and the ways to put a file into it."""

from __future__ import annotations

import os
import random
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from tests.hostile.collection import models
from tests.hostile.rows import CANARY, CANARY_NUMBER, Must, Row
from tests.support.archives import write_archive

Entry = tuple[str | zipfile.ZipInfo, bytes | str]


class Maker:
    """Makes files below a folder, and keeps a row for each.

    Attributes:
        files: where the files are.
        secret: a folder with files that nobody may read.
        is_big: whether files that need seconds to be made are wanted.
        rows: of what was made.
        random: gives the same numbers in each collection.
    """

    def __init__(self, folder: Path, *, is_big: bool) -> None:
        self.files, self.secret = folder / "files", folder / "secret"
        self._markers = folder / "markers"
        for each in (self.files, self.secret, self._markers):
            each.mkdir(parents=True)
        self.is_big = is_big
        self.rows: list[Row] = []
        self.random = random.Random(7)
        (self.secret / "canary.txt").write_text((CANARY + "\n") * 64)
        with h5py.File(self.secret / "canary.h5", "w") as file:
            file["k"] = np.full((4, 3), CANARY_NUMBER, "float32")
            file["model_weights/k"] = np.full((4, 3), CANARY_NUMBER, "float32")

    def section(self, kind: str, form: str = "keras") -> Section:
        """Return what takes files of one kind."""
        return Section(self, kind, form)

    def marker(self, id_: str) -> str:
        """Return a path that code in the file of a row tries to make."""
        return str(self._markers / f"{id_}.marker")

    def noise(self, size: int) -> bytes:
        """Return random bytes, the same in each collection."""
        return self.random.randbytes(size)

    def flip(self, data: bytes, count: int, among: int | None = None) -> bytes:
        """Return data with some bytes changed, of all or of the first ones."""
        changed = bytearray(data)
        for _ in range(count):
            changed[self.random.randrange(min(len(data), among or len(data)))] = (
                self.random.randrange(256)
            )
        return bytes(changed)


class Section:
    """Takes the files of one kind and format."""

    def __init__(self, maker: Maker, kind: str, form: str) -> None:
        self.maker, self._kind, self._format = maker, kind, form

    def add(
        self,
        id_: str,
        path: Path,
        must: Must = "error",
        note: str = "",
        *,
        marker: str | None = None,
        seconds: float = 10,
    ) -> None:
        """Keep a row of a file that was made."""
        self.maker.rows.append(
            Row(
                id_,
                os.fsencode(path),
                self._kind,
                self._format,
                must,
                note,
                marker=marker,
                seconds=seconds,
            )
        )

    def write(
        self,
        id_: str,
        data: bytes | str,
        must: Must = "error",
        note: str = "",
        *,
        suffix: str | None = None,
        marker: str | None = None,
    ) -> Path:
        """Make a file of these bytes, named after the row."""
        path = self.maker.files / f"{id_}.{suffix or self._format}"
        path.write_bytes(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data)
        self.add(id_, path, must, note, marker=marker)
        return path

    def archive(
        self,
        id_: str,
        document: Any,
        must: Must = "error",
        note: str = "",
        *,
        marker: str | None = None,
        **parts: Any,
    ) -> Path:
        """Make a `.keras` file of a config; `parts` are those of `write_archive`."""
        path = write_archive(self.maker.files / f"{id_}.keras", document, **parts)
        self.add(id_, path, must, note, marker=marker)
        return path

    def entries(
        self,
        id_: str,
        entries: Iterable[Entry],
        must: Must = "error",
        note: str = "",
        *,
        marker: str | None = None,
        compression: int = zipfile.ZIP_STORED,
    ) -> Path:
        """Make a `.keras` file of entries in this order."""
        path = self.maker.files / f"{id_}.keras"
        with zipfile.ZipFile(path, "w", compression) as archive:
            for name, data in entries:
                with warnings.catch_warnings(action="ignore", category=UserWarning):
                    archive.writestr(name, data)  # twice the same name, too
        self.add(id_, path, must, note, marker=marker)
        return path

    def model(self, id_: str, must: Must, note: str, *extra: Entry, **more: Any) -> Path:
        """Make a sound `.keras` file with further entries."""
        return self.entries(id_, [*models.ENTRIES, *extra], must, note, **more)
