"""Serving the live page until the user, or a training, ends it."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from graphscope.app.address import Place
from graphscope.cli.serving import tell_reach
from graphscope.cli.text import printable

if TYPE_CHECKING:
    from graphscope.app.live.page import LivePage
    from graphscope.app.live.sources import Source

_GRACE = 600.0
"""Seconds without a visitor after which a page ends whose training is over."""


def serve_live(
    sources: list[Source],
    *,
    place: Place,
    opens_browser: bool,
    while_process: int | None = None,
) -> None:
    """Serve the page of some runs, print its address, and return when it has ended.

    Args:
        sources: where the runs come from.
        place: where to serve.
        opens_browser: whether the address is opened as well.
        while_process: number of the process whose end ends the page, a while later.

    Raises:
        ServerError: when the address cannot be served.
    """
    from graphscope.app.live.page import LivePage
    from graphscope.showing import visit

    page = LivePage(sources, host=place.host, port=place.port)
    with page, suppress(KeyboardInterrupt):  # Ctrl-C is how the command ends
        click.echo(page.url)
        if (note := page.watcher.sources[0].note()) is not None:
            click.echo(printable(note), err=True)
        tell_reach(place)
        click.echo("Open this address in a browser. Ctrl-C stops.", err=True)
        if opens_browser:
            visit(page.new_url())
        if while_process is None:
            page.wait()
        else:
            _wait_for(page, while_process)
    click.echo("Stopped.", err=True)


def _wait_for(page: LivePage, process: int) -> None:
    """Return when a process is gone and, for a while, nobody has looked at the page."""
    import psutil

    while psutil.pid_exists(process) or page.idle() < _GRACE:
        time.sleep(1.0)
