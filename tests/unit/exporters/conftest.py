"""Graphs and files for the tests of exporters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from graphscope import plugins
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph
from tests.support.graphs import graph

Export = Callable[..., bytes]


@pytest.fixture
def model() -> Graph:
    """A model of two blocks, with a mask and a constant."""
    return graph(
        """
        x[B,8] -> encoder/attention/query:Dense(kernel[8,4])[B,4] -> encoder/attention/scores=MatMul
        x -> encoder/attention/key:Dense(kernel[8,4])[B,4] -> encoder/attention/scores
        mask=Input[B]bool -mask> encoder/attention/scores
        encoder/attention/scores -> encoder/norm/mean=Mean -> encoder/norm/sub=Sub
        encoder/attention/scores -> encoder/norm/sub
        two=Const -> encoder/norm/sub
        encoder/norm/sub -> head/dense:Dense(kernel[4,2])[B,2] -> head/softmax=Softmax[B,2]
        """,
        name="tiny",
        producer="keras 3.15.1",
        backend="tensorflow",
    )


@pytest.fixture
def export(tmp_path: Path) -> Export:
    """Export a graph the way the command line does, and return what is in the file."""

    def write(graph: Graph, suffix: str, **choices: object) -> bytes:
        path = tmp_path / f"picture.{suffix}"
        plugins.find("exporters", suffix)(graph, path, ExportOptions(**choices))  # type: ignore[arg-type]
        return path.read_bytes()

    return write
