"""Live pages of folders that tests write runs into."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from graphscope.app.live.page import LivePage
from graphscope.app.live.sources import Source
from tests.unit.app.live.visitor import Visitor

Open = Callable[..., Visitor]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Open]:
    """Serve a folder and come in: `visitor = visit(root)`."""
    with ExitStack() as pages:

        def open_page(folder: Path, *more: Source) -> Visitor:
            page = LivePage([Source(folder, tmp_path / "index.sqlite"), *more])
            return Visitor(pages.enter_context(page))

        yield open_page
