"""Where a training is logged: a folder that holds no other one."""

from __future__ import annotations

from pathlib import Path

from graphscope.runs.log.writer import SUFFIX


def find_free_folder(folder: Path, rank: int) -> Path:
    """Return a folder, or the first of `NAME-2`, `NAME-3`, ... that holds no log of this rank.

    The ranks of one training find the same one, as all of them took part in those before it.
    """
    place, number = folder, 1
    while _is_taken(place, rank):
        number += 1
        place = folder.with_name(f"{folder.name}-{number}")
    return place


def _is_taken(folder: Path, rank: int) -> bool:
    try:
        return any(folder.glob(f"rank{rank}-*{SUFFIX}"))
    except Exception:  # noqa: BLE001 - storage that cannot be listed is told of when it is opened
        return False
