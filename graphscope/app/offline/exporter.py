"""HTML: the inspector as one file."""

from __future__ import annotations

from pathlib import Path

from graphscope.app.offline.page import make_offline_page
from graphscope.exporters.files import write_text
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as a page that opens from the disk and asks nothing of any network.

    Raises:
        ExportError: when `options` name a scope or an overlay that the graph does not have, or
            the file cannot be written.
    """
    write_text(path, make_offline_page(graph, options))
