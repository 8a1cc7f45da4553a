"""Tests that need PyTorch: they run in a process of their own."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/tracing_torch/" in item.path.as_posix():
            item.add_marker(pytest.mark.torch)


@pytest.fixture(autouse=True)
def fresh_names() -> None:
    """Give every test the layer names of a fresh process."""
    import keras

    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(0)
