"""The inspector: a web server for one graph that starts, waits and stops.

Importing this module costs nothing; Dash and the server are imported when an inspector starts.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from graphscope.app.address import LOOPBACK, check_origin
from graphscope.app.guard import UPLOAD_LIMIT, Guard
from graphscope.app.headers import make_headers
from graphscope.app.kept_secret import keep_secret
from graphscope.app.keys import KeyRing
from graphscope.app.live.polls import THREADS
from graphscope.app.origin import UNKNOWN, Origin
from graphscope.app.serving import PageServer
from graphscope.graph import Graph

if TYPE_CHECKING:
    from graphscope.app.debugging import Findings
    from graphscope.app.painted.painting import Painting
    from graphscope.app.workspace.models import Workspace
    from graphscope.app.workspace.reading import Reader
    from graphscope.app.workspace.watching import ModelWatcher, Prepare
    from graphscope.session import OpenOptions


def _as_it_is(graph: Graph) -> Graph:
    return graph


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
        title: of the model's tab; by default the name of the graph.

    Raises:
        ServerError: when the address cannot be served.
    """

    threads = THREADS
    """Pages that wait for news must not keep others waiting."""
    body_limit = UPLOAD_LIMIT

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
        title: str = "",
    ) -> None:
        self.graph = graph
        self._title = title
        self._watchers: list[ModelWatcher] = []
        self._reader: Reader | None = None
        self._painting = painting
        self._origin = origin
        self._batch = batch
        self._findings = findings
        self._embedders = [check_origin(origin) for origin in embedders]
        super().__init__(host=host, port=port)
        if port:
            self._keys = KeyRing(keep_secret(port))
            self.url = self.new_url()

    @cached_property
    def workspace(self) -> Workspace:
        """The models of this server; the first one is the inspector's own."""
        from graphscope.app.services import Services
        from graphscope.app.workspace.models import Workspace

        services = Services(
            self.graph,
            batch=self._batch,
            findings=self._findings,
            painting=self._painting,
            origin=self._origin,
        )
        return Workspace(services, title=self._title)

    def add(
        self,
        graph: Graph,
        *,
        title: str = "",
        origin: Origin = UNKNOWN,
        findings: Findings | None = None,
    ) -> str:
        """Open one more model in a tab of its own, also while the page is served.

        Returns:
            The model's key: it is shown below `/m/KEY/`.

        Raises:
            GraphscopeError: when too many models are open.
        """
        from graphscope.app.services import Services

        services = Services(graph, batch=self._batch, origin=origin, findings=findings)
        return self.workspace.add(services, title=title).key

    def watch(
        self,
        target: str,
        options: OpenOptions,
        *,
        files: Iterable[str],
        key: str = "",
        prepare: Prepare = _as_it_is,
    ) -> None:
        """Show a model anew whenever the files that it came from change.

        Args:
            target: what is opened, as on the command line.
            options: how.
            files: that it came from.
            key: of the model; by default the first.
            prepare: is applied to each new graph.
        """
        from graphscope.app.workspace.watching import ModelWatcher

        watcher = ModelWatcher(
            self.workspace,
            key or self.workspace.first.key,
            target,
            options,
            files=files,
            prepare=prepare,
            batch=self._batch,
        )
        self._watchers.append(watcher)
        watcher.start()

    def stop(self) -> None:
        """Stop serving and watching, free the port, and remove what was uploaded."""
        for watcher in self._watchers:
            watcher.stop()
        if self._reader is not None:
            self.workspace.end()  # or the server would wait for those who wait for news
        super().stop()
        if self._reader is not None:
            self._reader.end()

    def _make_application(self) -> Guard:
        from graphscope.app.workspace.mounted import Mounted
        from graphscope.app.workspace.reading import Reader
        from graphscope.app.workspace.recent import RecentFiles
        from graphscope.app.workspace.routes import UPLOAD_PATH, make_routes

        # The drawing is made now, so that the first page does not wait for it.
        self._reader = Reader(batch=self._batch)
        mounted = Mounted(self.workspace, make_routes(self.workspace, self._reader, RecentFiles()))
        return Guard(
            mounted,
            address=self.address,
            keys=self._keys,
            headers=lambda: make_headers(
                script_hashes=mounted.script_hashes, embedders=self._embedders
            ),
            body_limits={UPLOAD_PATH: UPLOAD_LIMIT},
        )

    def _repr_html_(self) -> str:
        """Show the page in a notebook cell; each showing has a link of its own."""
        from graphscope.exporters.drawing import make_safe

        title = make_safe(f"graphscope: {self.graph.name}")
        return (
            f'<iframe src="{escape(self.new_url())}" title="{escape(title)}" width="100%" '
            'height="640" style="border: 1px solid #8884; border-radius: 8px"></iframe>'
        )

    def __repr__(self) -> str:
        # Without the token of its link: what a terminal shows is copied into reports and logs.
        state = "serving" if self._server and self._server.is_serving() else "not serving"
        return f"<Inspector of {self.graph.name!r} at {self.address.origin}, {state}>"
