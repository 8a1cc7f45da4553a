"""The inspector of a run, by itself or as a part of another server."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphscope.app.address import LOOPBACK
from graphscope.app.painted.painting import Painting
from graphscope.app.painted.watched import WatchedRun
from graphscope.app.server import Inspector
from graphscope.graph import Graph
from graphscope.runs import Run
from graphscope.runs.folders import as_folder
from graphscope.session.runs import read_run_graph


@dataclass(frozen=True, slots=True)
class Painted:
    """A run on its graph, to be mounted below a prefix of another server.

    Attributes:
        application: a WSGI application; `PATH_INFO` is what follows the prefix, beginning with
            `/`. The page itself must be asked for with the slash at its end.
        script_hashes: CSP sources that the page's inline scripts need; the same for every run.
    """

    application: Callable[..., Iterable[bytes]]
    script_hashes: tuple[str, ...]


def inspect_run(
    folder: str | Path,
    *,
    before: Run | None = None,
    host: str = LOOPBACK,
    port: int | None = None,
    batch: int = 1,
    embedders: Iterable[str] = (),
) -> Inspector:
    """Return the inspector of a run, ready to start; it goes on while the run is written.

    Args:
        folder: of the run, with its `graph.json`; a path or URL.
        before: an earlier run; layers that are not as in it are marked.
        host: the address to listen at.
        port: the port to serve at; None for a free one.
        batch: the batch size that costs are estimated for.
        embedders: origins that may show the page in a frame.

    Raises:
        GraphscopeError: when no graph is kept with the run, or it cannot be read.
        ServerError: when the address cannot be served.
    """
    graph, painting = _open(folder, before, None)
    return Inspector(
        graph, host=host, port=port, batch=batch, embedders=embedders, painting=painting
    )


def make_painted(
    folder: str | Path, *, prefix: str, name: str | None = None, before: Run | None = None
) -> Painted:
    """Return the page of a run for another server, which guards it.

    Args:
        folder: of the run, with its `graph.json`; a path or URL.
        prefix: where it will be mounted: `/run/exp1/graph/`, with both slashes.
        name: of the run; the folder's own name by default.
        before: an earlier run; layers that are not as in it are marked.

    Raises:
        GraphscopeError: when no graph is kept with the run, or it cannot be read.
    """
    from graphscope.app.services import Services
    from graphscope.app.site import make_app

    graph, painting = _open(folder, before, name)
    services = Services(graph, painting=painting)
    _ = services.drawing
    app = make_app(services, prefix=prefix)
    return Painted(app.server, tuple(app.csp_hashes()))


def _open(folder: str | Path, before: Run | None, name: str | None) -> tuple[Graph, Painting]:
    place: Any = as_folder(folder)
    graph = read_run_graph(place)
    return graph, Painting(WatchedRun(place, name=name), graph, before=before)
