"""The command line does with every file of the collection what it must.

By day a part of the collection, at night all of it: GRAPHSCOPE_HOSTILE=all.
"""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.hostile.collection import make_collection
from tests.hostile.commands import Manner, judge_row
from tests.hostile.rows import Collection, Row, load_manifest

_IS_ALL = os.environ.get("GRAPHSCOPE_HOSTILE") == "all"
_OF_A_KIND = 4
"""Rows of each kind that are tried by day."""
_MANNER = Manner(is_busy=True, exports=_IS_ALL)
"""Machines that run tests do other things as well."""
_AT_ONCE = 1 if _IS_ALL else os.cpu_count() or 1
"""Commands at a time: of each its own processor time and memory are judged. The largest files, at
night, want the memory of the machine for themselves."""


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    folder = tmp_path_factory.mktemp("hostile")
    return make_collection(folder, is_big=_IS_ALL, with_keras=_IS_ALL)


def _choose(collection: Collection) -> list[Row]:
    """Return some rows of each kind, spread evenly, or all."""
    kinds: dict[str, list[Row]] = {}
    for row in collection:
        kinds.setdefault(row.kind, []).append(row)
    if _IS_ALL:
        return list(collection)
    return [row for rows in kinds.values() for row in rows[:: -(-len(rows) // _OF_A_KIND)]]


def test_every_file_ends_as_it_must_and_nothing_in_it_runs(collection: Collection) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        verdicts = pool.map(lambda row: judge_row(row, collection, _MANNER), _choose(collection))
    faults = [f"{each.row.id}: {fault}" for each in verdicts for fault in each.faults]
    assert not faults, "\n".join(faults)


def test_ids_and_paths_are_told_apart_and_come_back_from_the_manifest(
    collection: Collection,
) -> None:
    for field in ("id", "path"):
        counts = Counter(getattr(row, field) for row in collection)
        assert [value for value, count in counts.items() if count > 1] == []
    folder = Path(os.fsdecode(collection.rows[0].path)).parents[1]
    assert load_manifest(folder / "manifest.json") == collection


def test_no_row_asks_for_what_its_kind_cannot_give(collection: Collection) -> None:
    kinds = {row.kind for row in collection}
    assert len(kinds) >= 20
    assert all(row.must in ("error", "open", "either") for row in collection)
