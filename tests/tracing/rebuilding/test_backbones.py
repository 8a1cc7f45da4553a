"""Every backbone of keras_hub that is small enough is rebuilt from its file as it was."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import keras
import pytest

from graphscope.tracers import record_creation
from graphscope.tracers.tensorflow import trace
from tests.support.sampling import by_day
from tests.tracing.rebuilding.locked import digest
from tests.tracing.zoo import image_backbones, text_backbones

ALL = text_backbones.MODELS | image_backbones.MODELS
PARTS = {"hub_stable_diffusion_3"}
"""Parts of larger models, whose layers were numbered after those of the other parts."""

NAMES = by_day(ALL, "GRAPHSCOPE_COVERAGE")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, str]:
    """Files of all backbones, with what their live graphs are like."""
    folder = tmp_path_factory.mktemp("backbones")
    files = {}
    for name in NAMES:
        keras.backend.clear_session()
        path = folder / f"{name}.keras"
        with warnings.catch_warnings(), record_creation():
            warnings.simplefilter("ignore")  # Masks that are dropped; arrays of old ways.
            model, _ = ALL[name]()
            model.save(path)
            files[path] = digest(trace(model))
    return files


def test_rebuilt_under_the_lock_it_is_the_live_model(saved: dict[Path, str]) -> None:
    command = [sys.executable, "-m", "tests.tracing.rebuilding.locked", *map(str, saved)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    *rows, last = (json.loads(line) for line in done.stdout.splitlines())
    assert last == {"refused": []}
    found: dict[str, Any] = {Path(row.pop("file")).stem: row for row in rows}
    assert list(found) == [path.stem for path in saved]
    assert [name for name, row in found.items() if not row["same_weights"]] == []
    other = [path.stem for path, live in saved.items() if found[path.stem]["digest"] != live]
    assert set(other) <= PARTS
