"""Trainings leave nothing behind that later tests would see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def fresh_names() -> Iterator[None]:
    """Have layers named as in a fresh process, here and in the tests that follow."""
    import keras

    keras.backend.clear_session()
    yield
    keras.backend.clear_session()
