"""The inspector: a web server for one graph that starts, waits and stops.

Importing this module costs nothing; Dash and the server are imported when an inspector starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from graphscope.app.address import LOOPBACK, check_origin
from graphscope.app.guard import Guard
from graphscope.app.headers import make_headers
from graphscope.app.origin import UNKNOWN, Origin
from graphscope.app.serving import PageServer
from graphscope.graph import Graph

if TYPE_CHECKING:
    from graphscope.app.debugging import Findings
    from graphscope.app.painted.painting import Painting


class Inspector(PageServer):
    """A running page that shows a graph, safe to leave open on a shared machine.

    The link in `url` works once; the browser then holds a cookie. Use an inspector as a context
    manager, or call `start` and `stop`:

        with Inspector(graph) as inspector:
            print(inspector.url)
            inspector.wait()

    Args:
        graph: the graph to show.
        host: the address to listen at; the default is reachable from this machine only.
        port: the port, or None for a free one.
        batch: the batch size that costs are estimated for.
        embedders: origins that may show the page in a frame (`http://localhost:8888`).
        findings: what the doctor found, when that is to be shown (see
            `graphscope.app.debugging`).
        painting: a run of the model, when that is to be shown on the graph (see
            `graphscope.app.painted`).
        origin: where the graph comes from; by default it is a stranger's, of which no source is
            shown.

    Raises:
        ServerError: when the address cannot be served.
    """

    def __init__(  # noqa: PLR0913 - what stands around a graph, keyword-only
        self,
        graph: Graph,
        *,
        host: str = LOOPBACK,
        port: int | None = None,
        batch: int = 1,
        embedders: Iterable[str] = (),
        findings: Findings | None = None,
        painting: Painting | None = None,
        origin: Origin = UNKNOWN,
    ) -> None:
        self.graph = graph
        self._painting = painting
        self._origin = origin
        self._batch = batch
        self._findings = findings
        self._embedders = [check_origin(origin) for origin in embedders]
        super().__init__(host=host, port=port)

    def _make_application(self) -> Guard:
        from graphscope.app.services import Services
        from graphscope.app.site import make_app

        services = Services(
            self.graph,
            batch=self._batch,
            findings=self._findings,
            painting=self._painting,
            origin=self._origin,
        )
        _ = services.drawing  # made now, so that the first page does not wait for it
        app = make_app(services)
        headers = make_headers(script_hashes=app.csp_hashes(), embedders=self._embedders)
        return Guard(app.server, address=self.address, keys=self._keys, headers=lambda: headers)

    def _repr_html_(self) -> str:
        """Show the page in a notebook cell; each showing has a link of its own."""
        title = f"graphscope: {self.graph.name}"
        return (
            f'<iframe src="{escape(self.new_url())}" title="{escape(title)}" width="100%" '
            'height="640" style="border: 1px solid #8884; border-radius: 8px"></iframe>'
        )

    def __repr__(self) -> str:
        # Without the token of its link: what a terminal shows is copied into reports and logs.
        state = "serving" if self._server and self._server.is_serving() else "not serving"
        return f"<Inspector of {self.graph.name!r} at {self.address.origin}, {state}>"
