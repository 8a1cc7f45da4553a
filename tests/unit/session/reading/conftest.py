"""Readers that misbehave, registered under their names."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from graphscope import plugins
from graphscope.graph import Graph
from graphscope.session.reading.apart import Limits, read_apart

SUPPORT = Path(__file__).parents[3] / "support"
LIMITS = Limits(seconds=60.0, memory=512 << 20)

Read = Callable[..., Graph]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of a stranger, with another one beside it."""
    (tmp_path / "beside").write_text("secret", encoding="utf-8")
    path = tmp_path / "given.bad"
    path.write_text("given", encoding="utf-8")
    return path


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every function of `tests.support.misbehaving` be a reader."""
    monkeypatch.syspath_prepend(str(SUPPORT))

    class Points(dict[str, Any]):
        def __contains__(self, name: object) -> bool:
            return True

        def __getitem__(self, name: str) -> EntryPoint:
            return EntryPoint(name, f"misbehaving:{name}", "graphscope.readers")

    monkeypatch.setattr(plugins, "registered", lambda _group: Points())


@pytest.fixture
def read_as(misbehaving: None, file: Path) -> Read:
    """Read the file with one of them."""

    def read(reader: str, path: Path | None = None, limits: Limits = LIMITS) -> Graph:
        return read_apart(path or file, reader, limits)

    return read
