"""Tests that need all backends: each runs in a process of its own, that of the tests in none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeAlias

import pytest

REPOSITORY = Path(__file__).parents[2]
BACKENDS = ("tensorflow", "jax", "torch")

MODELS = (
    "zoo",
    *(f"hub_{name}" for name in ("debertav3", "gpt2", "t5", "vit", "densenet", "vae")),
    *(f"app_{name}" for name in ("densenet121", "xception")),
    *(f"sample:{file.stem}" for file in sorted((REPOSITORY / "sample_models").glob("[!_]*.py"))),
)

Answers: TypeAlias = dict[str, dict[str, Any]]
"""What a backend found, by model; see `worker`."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/backends/" in item.path.as_posix():
            item.add_marker(pytest.mark.torch)


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    """What each backend found about all models; they work at the same time."""
    folder = tmp_path_factory.mktemp("answers")
    running = {backend: start(backend, folder / f"{backend}.json") for backend in BACKENDS}
    found = {}
    for backend, process in running.items():
        _, complaints = process.communicate()
        assert process.returncode == 0, f"{backend}: {complaints[-2000:]}"
        found[backend] = json.loads((folder / f"{backend}.json").read_text(encoding="utf-8"))
    return found


def start(backend: str, file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.backends.worker", str(file), *MODELS],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "KERAS_BACKEND": backend,
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        stderr=subprocess.PIPE,
        text=True,
    )
