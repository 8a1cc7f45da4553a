"""Tests of every kind share this package: `from tests.support.graphs import graph`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

# The tests of a commit must give the same answer twice; the nightly ones go looking.
settings.register_profile("default", deadline=None, derandomize=True)
settings.register_profile("nightly", deadline=None, max_examples=2_000)


def pytest_collection_finish() -> None:
    """Have the garbage collector look no more at what was imported, which stays to the end.

    With a framework that is half a million objects, and `keras.backend.clear_session`, which most
    tests of live models begin with, walks over all of them: a quarter of a second each time.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="module")
def _forget_programs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Forget the modules of programs in temporary folders, which tests of many files call `net`."""
    yield
    temporary = str(tmp_path_factory.getbasetemp().parent)
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(temporary):
            del sys.modules[name]


@pytest.fixture(autouse=True)
def _keep_no_state(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give what graphscope remembers (recent files, keys of ports) a folder of the tests' own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
