"""`graphscope watch`: the live page of all runs of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphscope.app.address import Place
from graphscope.cli.endings import ended_by_signals
from graphscope.cli.options import debug_option
from graphscope.cli.serving import serving_options
from graphscope.errors import GraphscopeError

if TYPE_CHECKING:
    from graphscope.app.live.sources import Source

_EPILOG = """\b
Examples:
  graphscope watch                        the runs below ./runs
  graphscope watch experiments/exp1       one run
  graphscope watch metrics.jsonl          what another program logs, line by line
  graphscope watch s3://bucket/runs       runs on shared storage
  graphscope watch logs --tensorboard     also what other programs logged for TensorBoard
  graphscope watch runs --store postgresql://me@host/graphscope

\b
A run is written by a callback:
  model.fit(..., callbacks=[graphscope.Monitor("runs/exp1")])"""


@click.command("watch", short_help="Follow trainings in the browser.", epilog=_EPILOG)
@click.argument("folder", metavar="[DIR|FILE|URL]", default="runs")
@serving_options
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@click.option(
    "--store",
    metavar="URL",
    help="Where the index of the runs is kept: a file, or postgresql://USER@HOST/DATABASE. "
    "By default a file in your cache; it is made from the logs and may be deleted.",
)
@click.option(
    "--tensorboard",
    is_flag=True,
    help="Also show the runs that event files of TensorBoard's below DIR tell of. They are "
    "imported into a temporary folder, again whenever they grow; nothing is written to DIR.",
)
@click.option("--while-process", type=int, hidden=True)
@debug_option()
def command(
    folder: str,
    place: Place,
    no_browser: bool,
    store: str | None,
    tensorboard: bool,
    while_process: int | None,
) -> None:
    """Show all runs below DIR (by default `runs`) in the browser, while they train, until Ctrl-C.

    Curves of all runs side by side, what differs between them, what is sick about a training, and
    each model's graph with what goes on inside its layers. DIR need not exist yet. Of a FILE of
    metrics (lines of JSON, or an event file of TensorBoard's) its run is shown.

    The page is served to this machine only, unless --host says otherwise. The printed address
    works once; the browser that opens it keeps a cookie.
    """
    from graphscope.cli.live import serve_live

    with ended_by_signals():
        serve_live(
            _make_sources(folder, store, tensorboard=tensorboard),
            place=place,
            opens_browser=not no_browser,
            while_process=while_process,
        )


def _make_sources(folder: str, store: str | None, *, tensorboard: bool) -> list[Source]:
    from graphscope.app.live.sources import Source
    from graphscope.runs.folders import as_folder, is_remote

    root = as_folder(folder)
    if not is_remote(root) and root.is_file():
        return _open_file(root, store)
    sources = [Source(root, store)]
    if tensorboard:
        from graphscope.app.live.imported import tensorboard_runs

        sources.append(tensorboard_runs(root))
    return sources


def _open_file(path: Path, store: str | None) -> list[Source]:
    from graphscope.app.live.logs import make_sources
    from graphscope.session.run_logs import find_log, read_log

    log = find_log(str(path))
    if log is None:
        is_model = path.suffix in (".keras", ".h5", ".json")
        raise GraphscopeError(
            f"{path} is a file, not a folder of runs.",
            f"To look at a model: graphscope show {path}."
            if is_model
            else "Name a folder, or a file of metrics.",
        )
    read_log(log)  # What holds no metrics is told at once, not on an empty page.
    return make_sources(log, store)
