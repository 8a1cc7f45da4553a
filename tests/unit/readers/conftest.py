"""A `read` that takes a config and its weights instead of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from graphscope.graph import Graph
from graphscope.readers.keras.archive_file import read
from tests.support.archives import write_archive

ReadModel = Callable[..., Graph]


@pytest.fixture
def read_model(tmp_path: Path) -> ReadModel:
    def write_and_read(document: Any, **options: Any) -> Graph:
        return read(write_archive(tmp_path / "model.keras", document, **options))

    return write_and_read
