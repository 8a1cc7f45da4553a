"""A whole page inside a notebook cell, for browsers that do not reach this machine."""

from __future__ import annotations

import os
from functools import cached_property
from html import escape
from pathlib import Path

from graphscope.app.offline.page import make_offline_page
from graphscope.exporters.drawing import make_safe
from graphscope.exporters.files import write_text
from graphscope.exporters.node_data import find_first_name
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph

HEIGHT = 640
"""Of the frame in CSS px: outline, graph and details fit beside each other in a wide cell."""

# Without `allow-same-origin` the page is a stranger to the notebook around it.
_SANDBOX = "allow-scripts allow-downloads allow-popups"


class InlinePage:
    """A graph as a page without a server; a notebook shows it in the cell and keeps it there.

        page = graphscope.show(model, offline=True)
        page.save("model.html")

    Args:
        graph: the graph to show.
        batch: the batch size that costs are estimated for.
    """

    def __init__(self, graph: Graph, *, batch: int = 1) -> None:
        self.graph = graph
        overlay = find_first_name(graph) or "type"
        self._options = ExportOptions(batch=batch, overlay=overlay)

    @cached_property
    def html(self) -> str:
        """The page as HTML text, about 1 MB."""
        return make_offline_page(self.graph, self._options)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file that opens in any browser.

        Raises:
            ExportError: when the file cannot be written.
        """
        write_text(Path(path), self.html)

    def _repr_html_(self) -> str:
        """Show the page in a notebook cell."""
        title = escape(make_safe(f"graphscope: {self.graph.name}"))
        # In an attribute only these two have a meaning; escaping more would double the size.
        page = self.html.replace("&", "&amp;").replace('"', "&quot;")
        return (
            f'<iframe srcdoc="{page}" sandbox="{_SANDBOX}" title="{title}" width="100%" '
            f'height="{HEIGHT}" style="border: 1px solid #8884; border-radius: 8px"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<InlinePage of {self.graph!r}; a notebook shows it, save() writes it>"
