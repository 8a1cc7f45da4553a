"""`graphscope watch`: the live page of all runs of a folder."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from graphscope.cli.options import debug_option
from graphscope.cli.text import printable
from graphscope.errors import GraphscopeError

if TYPE_CHECKING:
    from graphscope.app.live.page import LivePage
    from graphscope.app.live.sources import Source

_EPILOG = """\b
Examples:
  graphscope watch                        the runs below ./runs
  graphscope watch experiments/exp1       one run
  graphscope watch s3://bucket/runs       runs on shared storage
  graphscope watch logs --tensorboard     also what other programs logged for TensorBoard
  graphscope watch runs --store postgresql://me@host/graphscope

\b
A run is written by a callback:
  model.fit(..., callbacks=[graphscope.Monitor("runs/exp1")])"""

_GRACE = 600.0
"""Seconds without a visitor after which a page ends whose training is over."""


@click.command("watch", short_help="Follow trainings in the browser.", epilog=_EPILOG)
@click.argument("folder", metavar="[DIR|URL]", default="runs")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="The port to serve at; a free one by default.",
)
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
    port: int | None,
    no_browser: bool,
    store: str | None,
    tensorboard: bool,
    while_process: int | None,
) -> None:
    """Show all runs below DIR (by default `runs`) in the browser, while they train, until Ctrl-C.

    Curves of all runs side by side, what differs between them, what is sick about a training, and
    each model's graph with what goes on inside its layers. DIR need not exist yet.

    The page is served to this machine only. The printed address works once; the browser that
    opens it keeps a cookie.
    """
    from graphscope.app.live.page import LivePage
    from graphscope.showing import visit

    page = LivePage(_make_sources(folder, store, tensorboard=tensorboard), port=port)
    with page, suppress(KeyboardInterrupt):  # Ctrl-C is how the command ends
        click.echo(page.url)
        if (note := page.watcher.sources[0].note()) is not None:
            click.echo(printable(note), err=True)
        click.echo("Open this address in a browser. Ctrl-C stops.", err=True)
        if not no_browser:
            visit(page.new_url())
        if while_process is None:
            page.wait()
        else:
            _wait_for(page, while_process)
    click.echo("Stopped.", err=True)


def _make_sources(folder: str, store: str | None, *, tensorboard: bool) -> list[Source]:
    from graphscope.app.live.sources import Source
    from graphscope.runs.folders import as_folder, is_remote

    root = as_folder(folder)
    if not is_remote(root) and root.is_file():
        raise GraphscopeError(
            f"{root} is a file, not a folder of runs.", _other_command(root) or "Name a folder."
        )
    sources = [Source(root, store)]
    if tensorboard:
        from graphscope.app.live.tensorboard import TensorBoardSource

        sources.append(TensorBoardSource(root))
    return sources


def _other_command(path: Path) -> str:
    if path.suffix in (".keras", ".h5", ".json"):
        return f"To look at a model: graphscope show {path}."
    if path.suffix == ".jsonl":
        return f"Name the folder it lies in: graphscope watch {path.parent}"
    return ""


def _wait_for(page: LivePage, process: int) -> None:
    """Return when a process is gone and, for a while, nobody has looked at the page."""
    import psutil

    while psutil.pid_exists(process) or page.idle() < _GRACE:
        time.sleep(1.0)
