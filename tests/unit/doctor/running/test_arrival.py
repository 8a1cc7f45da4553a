"""Noticing the moment at which a program has imported a package."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphscope.doctor.running.arrival import when_imported
from graphscope.doctor.watching.sites import position_of

NAME = "package_that_arrives"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    (tmp_path / f"{NAME}.py").write_text("ready = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = list(sys.meta_path)
    yield NAME
    sys.modules.pop(NAME, None)
    assert sys.meta_path == before


def test_tells_once_when_the_package_is_there(package: str) -> None:
    seen: list[bool] = []
    with when_imported(package, lambda: seen.append(sys.modules[package].ready)):
        assert not seen
        importlib.import_module(package)
        importlib.reload(sys.modules[package])
    assert seen == [True]


def test_waits_on_when_somebody_only_asks_for_the_package(package: str) -> None:
    seen: list[str] = []
    with when_imported(package, lambda: seen.append(package)):
        assert importlib.util.find_spec(package) is not None
        assert importlib.util.find_spec(package) is not None
        assert not seen
        importlib.import_module(package)
    assert seen == [package]


def test_equal_code_of_two_files_lies_in_two_places() -> None:
    text = "def f():\n    return 1\n"
    one, two = (compile(text, f"/p/{name}.py", "exec") for name in ("one", "two"))
    assert one == two, "Python compares code objects without their files"
    assert position_of(one, 0).file != position_of(two, 0).file
