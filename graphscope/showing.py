"""`graphscope.show`: the one use case that stands above both the session and the app."""

from __future__ import annotations

import os
import sys
from typing import Any, TypeVar

from graphscope.app import Inspector
from graphscope.app.comparing import ComparingInspector, name_sides
from graphscope.app.offline.inline import InlinePage
from graphscope.app.origins import find_origin
from graphscope.errors import GraphscopeError
from graphscope.frontends import find_remote
from graphscope.session import as_graph
from graphscope.session.node_data import Overlays, add_overlays
from graphscope.session.runs import find_run

_Page = TypeVar("_Page", Inspector, ComparingInspector)

_NOTEBOOKS = ("http://localhost:*", "http://127.0.0.1:*")
"""Origins of notebooks on this machine, which may hold the page in a frame."""


def show(  # noqa: PLR0913 - choices of the page, keyword-only
    x: Any,
    *,
    compare: Any = None,
    port: int | None = None,
    open_browser: bool = True,
    batch: int = 1,
    wait: bool | None = None,
    overlays: Overlays = (),
    offline: bool | None = None,
) -> Inspector | ComparingInspector | InlinePage:
    """Show the graph of `x` in the browser; in a notebook, in the cell.

    Args:
        x: a graph, a Keras model, the path of a file, or a target as on the command line. Of the
            folder of a run the graph is shown with what happened inside each layer.
        compare: a later version of `x`, or another model: the page then tells and draws what
            differs between both.
        port: the port to serve at; None for a free one.
        open_browser: whether to open a browser, outside of notebooks.
        batch: the batch size that costs are estimated for.
        wait: whether to return only after Ctrl-C; by default in scripts, where the page would
            otherwise end with the program, but not in notebooks and interactive sessions.
        overlays: values of nodes to colour the graph by: JSON files, or mappings such as
            `{"name": "Score", "values": {"encoder/dense": 0.5}}`; see
            `graphscope.session.node_data.read_overlay`.
        offline: whether to make a page that needs no server; a notebook holds it in the cell,
            elsewhere it is to be saved. By default in notebooks whose browser does not reach
            this machine (see `docs/notebooks.md`).

    Returns:
        The inspector: `url` is its address, `stop()` ends it. A page without a server is saved
        by `save(path)`.

    Raises:
        GraphscopeError: when `x` has no graph, an overlay cannot be read, or the port cannot be
            served.
    """
    if compare is not None:
        if offline:
            raise GraphscopeError(
                "A comparison has no page without a server.", "Leave out `offline`."
            )
        embedders = _NOTEBOOKS if _in_notebook() else ()
        comparing = _inspect_both(x, compare, port=port, batch=batch, embedders=embedders)
        return _serve(comparing, open_browser=open_browser, wait=wait)
    if offline or (offline is None and _in_notebook() and find_remote() and not _is_run(x)):
        return _make_inline(x, overlays, batch=batch)
    embedders = _NOTEBOOKS if _in_notebook() else ()
    inspector = _inspect(x, overlays, port=port, batch=batch, embedders=embedders)
    return _serve(inspector, open_browser=open_browser, wait=wait)


def _serve(inspector: _Page, *, open_browser: bool, wait: bool | None) -> _Page:
    inspector.start()
    if _in_notebook():
        return inspector
    print(inspector.url, flush=True)  # noqa: T201 - the address is the answer
    if open_browser:
        visit(inspector.new_url())
    if wait or (wait is None and not _is_interactive()):
        inspector.wait()
        inspector.stop()
    return inspector


def _inspect_both(before: Any, after: Any, **options: Any) -> ComparingInspector:
    graphs = as_graph(before), as_graph(after)
    labels = name_sides(graphs, (_describe(before), _describe(after)))
    return ComparingInspector(*graphs, labels=labels, **options)


def _describe(x: Any) -> str:
    return os.fspath(x) if isinstance(x, str | os.PathLike) else ""


def _make_inline(x: Any, overlays: Overlays, *, batch: int) -> InlinePage:
    if _is_run(x):
        raise GraphscopeError(
            f"{os.fspath(x)!r} is a run, which a page without a server cannot follow.",
            "Leave out `offline`, or show the model alone.",
        )
    return InlinePage(add_overlays(as_graph(x), overlays), batch=batch)


def _is_run(x: Any) -> bool:
    return _find_run(x) is not None


def _find_run(x: Any) -> Any:
    return find_run(os.fspath(x)) if isinstance(x, str | os.PathLike) else None


def _inspect(x: Any, overlays: Overlays, **options: Any) -> Inspector:
    folder = _find_run(x)
    if folder is None:
        return Inspector(add_overlays(as_graph(x), overlays), origin=find_origin(x), **options)
    from graphscope.app.painted import inspect_run

    return inspect_run(folder, **options)


def visit(url: str) -> None:
    """Open a browser where one can appear; print nothing and do nothing on other machines."""
    if _has_browser():
        import webbrowser

        webbrowser.open(url)


def _has_browser() -> bool:
    """Whether a browser can appear beside the terminal.

    Without a display Python falls back to browsers that take the terminal over.
    """
    if os.environ.get("BROWSER") or sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _in_notebook() -> bool:
    """Whether the code runs in a Jupyter kernel."""
    return getattr(_ipython(), "kernel", None) is not None


def _ipython() -> Any:
    """Return the running IPython; None, without importing it, when there is none."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _is_interactive() -> bool:
    return hasattr(sys, "ps1") or bool(sys.flags.interactive) or _ipython() is not None
