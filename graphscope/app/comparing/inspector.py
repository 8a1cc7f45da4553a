"""A server for the comparison of two graphs. Importing this module costs nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from html import escape
from typing import TYPE_CHECKING

from graphscope.app.address import LOOPBACK, check_origin
from graphscope.app.guard import Guard
from graphscope.app.headers import make_headers
from graphscope.app.serving import PageServer
from graphscope.graph import Graph

if TYPE_CHECKING:
    from graphscope.analysis.diff import Topic


class ComparingInspector(PageServer):
    """A running page that compares two graphs; to be used like an `Inspector`.

    Args:
        before: the earlier graph.
        after: the later graph.
        host: the address to listen at; the default is reachable from this machine only.
        port: the port, or None for a free one.
        batch: the batch size that costs are estimated for.
        embedders: origins that may show the page in a frame (`http://localhost:8888`).
        labels: what the page calls the graphs; their names by default.
        ignore: topics that do not count as differences.

    Raises:
        ServerError: when the address cannot be served.
    """

    def __init__(  # noqa: PLR0913 - what stands around two graphs, keyword-only
        self,
        before: Graph,
        after: Graph,
        *,
        host: str = LOOPBACK,
        port: int | None = None,
        batch: int = 1,
        embedders: Iterable[str] = (),
        labels: tuple[str, str] | None = None,
        ignore: Collection[Topic] = (),
    ) -> None:
        self.before, self.after = before, after
        self._batch = batch
        self._labels = labels
        self._ignore = ignore
        self._embedders = [check_origin(origin) for origin in embedders]
        super().__init__(host=host, port=port)

    def _make_application(self) -> Guard:
        from graphscope.app.comparing.site import make_compare_app
        from graphscope.app.services import Services

        sides = [Services(graph, batch=self._batch) for graph in (self.before, self.after)]
        headers = make_headers(embedders=self._embedders)
        app = make_compare_app(*sides, labels=self._labels, ignore=self._ignore)
        return Guard(app, address=self.address, keys=self._keys, headers=lambda: headers)

    def _repr_html_(self) -> str:
        """Show the page in a notebook cell; each showing has a link of its own."""
        from graphscope.exporters.drawing import make_safe

        title = make_safe(f"graphscope: {self.before.name} and {self.after.name}")
        return (
            f'<iframe src="{escape(self.new_url())}" title="{escape(title)}" width="100%" '
            'height="640" style="border: 1px solid #8884; border-radius: 8px"></iframe>'
        )


def name_sides(graphs: tuple[Graph, Graph], targets: tuple[str, str]) -> tuple[str, str]:
    """Return what to call two graphs: their names, or where these are equal what was asked for.

    >>> from types import SimpleNamespace as Named
    >>> name_sides((Named(name="net"), Named(name="net")), ("old.keras", "new.keras"))
    ('old.keras', 'new.keras')
    """
    names = (graphs[0].name, graphs[1].name)
    if names[0] == names[1] and all(targets) and targets[0] != targets[1]:
        return targets
    return names
