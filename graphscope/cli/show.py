"""`graphscope show`: the inspector in the browser."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import click

from graphscope.cli.options import batch_option, epilog, target_options
from graphscope.cli.progress import open_graph, progress


@click.command(
    "show",
    short_help="Open a model in the browser.",
    epilog=epilog(
        "graphscope show sample:tiny_gpt",
        "graphscope show model.keras --port 8050 --no-browser",
        "graphscope show net.py:Net --input-shape 28,28,1",
    ),
)
@batch_option
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help="The port to serve at; a free one by default.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@target_options
def command(target: str, batch: int, port: int | None, no_browser: bool, **choices: Any) -> None:
    """Open a model in the browser and serve the page until Ctrl-C.

    The page is served to this machine only. The printed address works once; the browser that
    opens it keeps a cookie.
    """
    from graphscope.app import Inspector
    from graphscope.showing import visit

    if port is not None:
        _check_port(port)
    with progress() as report:
        graph = open_graph(target, report, **choices)
        report("drawing the graph")
        inspector = Inspector(graph, port=port, batch=batch).start()
    with inspector, suppress(KeyboardInterrupt):  # Ctrl-C is how the command ends
        click.echo(inspector.url)
        click.echo("Open this address in a browser. Ctrl-C stops.", err=True)
        if not no_browser:
            visit(inspector.new_url())
        inspector.wait()
    click.echo("Stopped.", err=True)


def _check_port(port: int) -> None:
    """Complain about a port that is in use before a model is traced for minutes."""
    from graphscope.app.address import LOOPBACK, bind

    listener, _ = bind(LOOPBACK, port)
    listener.close()
