"""What a collection of files consists of: one row for each file, and what must become of it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Must = Literal["error", "open", "either"]

CANARY = "GS-CANARY-7f3a91"
"""Text of a file beside the collection that no answer may show."""
CANARY_NUMBER = 1337.25
"""Weights of an HDF5 file beside the collection that no answer may show."""
SCRIPT_FLAG = "__gs_pwned"
"""What scripts in names and texts set on `window`, if they run."""


@dataclass(frozen=True)
class Row:
    """One file, and what must become of it.

    Attributes:
        id: unique in its collection.
        path: of the file or folder, as bytes: not every name is text.
        kind: what is wrong with it, in a word or two; `control` where nothing is.
        format: what the file claims to be (`keras`, `h5`, `savedmodel`, ...).
        must: end with an error, open, or either of both.
        note: what is odd about the file.
        marker: a path that exists only if something in the file has run.
        seconds: in which a command must be done with the file.
        megabytes: that all its processes together may take.
    """

    id: str
    path: bytes
    kind: str
    format: str
    must: Must
    note: str = ""
    marker: str | None = None
    seconds: float = 10
    megabytes: float = 1024

    @property
    def name(self) -> str:
        """The name of the file, for people."""
        return os.path.basename(self.path).decode(errors="backslashreplace")  # noqa: PTH119 - bytes


@dataclass(frozen=True)
class Collection:
    """Rows, and what no answer to any of them may show.

    Attributes:
        rows: the files.
        canaries: texts that no answer may hold.
        flag: what scripts set on `window`, if they run.
    """

    rows: tuple[Row, ...]
    canaries: tuple[str, ...] = (CANARY, str(CANARY_NUMBER))
    flag: str = SCRIPT_FLAG

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


def load_manifest(path: Path) -> Collection:
    """Return the collection that a `manifest.json` tells about."""
    document = json.loads(path.read_text())
    rows = tuple(_read_row(entry) for entry in document["rows"])
    canaries = (document["canary"], str(document["canary_float"]))
    return Collection(rows, canaries, document["js_marker"])


def _read_row(entry: dict[str, Any]) -> Row:
    return Row(
        id=entry["id"],
        path=bytes.fromhex(entry["path_hex"]),
        kind=entry["kind"],
        format=entry["format"],
        must=entry["must"],
        note=entry["note"],
        marker=entry["marker"],
        seconds=entry["limits"]["seconds"],
        megabytes=entry["limits"]["rss_mb"],
    )


def save_manifest(rows: Iterable[Row], path: Path) -> None:
    """Write the `manifest.json` of a collection."""
    document = {
        "canary": CANARY,
        "canary_float": CANARY_NUMBER,
        "js_marker": SCRIPT_FLAG,
        "rows": [_write_row(row) for row in rows],
    }
    path.write_text(json.dumps(document, indent=1))


def _write_row(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "path": row.path.decode(errors="backslashreplace"),
        "path_hex": row.path.hex(),
        "kind": row.kind,
        "format": row.format,
        "must": row.must,
        "note": row.note,
        "marker": row.marker,
        "limits": {"seconds": row.seconds, "rss_mb": row.megabytes},
    }
