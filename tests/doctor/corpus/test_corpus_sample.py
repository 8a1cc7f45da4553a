"""A sample of the collections, examined as a whole: the nightly run examines all of them.

One process imports the frameworks once and forks for each run; the tests read its scores.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.doctor_corpus import Specimen, load_collections
from tests.bench.doctor_scoring import Score

pytestmark = pytest.mark.tensorflow

REPOSITORY = Path(__file__).parents[3]
TAKEN = {"shape": 6, "training": 3, "programs": 3}
"""How many of each collection."""


def sample() -> list[str]:
    """Every k-th of each collection's faulty programs: always the same, from first to last."""
    return [each.id for name, count in TAKEN.items() for each in spread(faulty(name), count)]


def faulty(name: str) -> list[Specimen]:
    pathology_is_for_later = ("healthy", "pathology") if name == "training" else ("healthy",)
    return [each for each in load_collections([name]) if each.kind not in pathology_is_for_later]


def spread(specimens: list[Specimen], count: int) -> list[Specimen]:
    step = len(specimens) // count
    return specimens[step // 2 :: step][:count]


@pytest.fixture(scope="session")
def scores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Score]:
    # Processes that share the tests have folders side by side; the first one there does the work.
    together = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if together else base) / "doctor"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "scores.json").exists():
            score_sample(folder)
    rows = json.loads((folder / "scores.json").read_text())
    return {row["id"]: Score(**row) for row in rows}


def score_sample(folder: Path) -> None:
    command = [sys.executable, "-m", "tests.bench.doctor", *TAKEN, "--only", ",".join(sample())]
    subprocess.run(
        [*command, "--jobs", str(os.cpu_count() or 1), "--results", str(folder)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )


def test_sample_covers_every_collection() -> None:
    assert len(sample()) == sum(TAKEN.values())


@pytest.mark.parametrize("case", sample())
def test_fault_is_found_where_it_is(case: str, scores: dict[str, Score]) -> None:
    score = scores[case]
    assert score.detected, score.crash
    assert score.acceptable, score.rules


@pytest.mark.parametrize("case", sample())
def test_one_of_three_fixes_cures(case: str, scores: dict[str, Score]) -> None:
    assert any(scores[case].fixes), scores[case].rules
