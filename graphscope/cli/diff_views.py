"""`graphscope diff` as a picture and as a page."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from graphscope.cli.endings import ended_by_signals

if TYPE_CHECKING:
    from graphscope.analysis.diff import GraphDiff
    from graphscope.graph import Graph

_F = TypeVar("_F", bound=Callable[..., Any])

_PICTURES = (".svg", ".png", ".pdf")


def view_options(command: _F) -> _F:
    """Add the options of the picture and of the page."""
    options = (
        click.option("--theme", type=click.Choice(["light", "dark"]), default="light",
                     help="Of the picture."),
        click.option("--direction", type=click.Choice(["down", "right"]), default="down",
                     help="The way data flows in the picture."),
        click.option("--style", type=click.Choice(["screen", "paper"]), default="screen",
                     help="paper: a picture for print, in greys with tight margins."),
        click.option("--width", type=click.FloatRange(10, 5_000), metavar="MM",
                     help="Width of the picture; by default natural size, or what fits on A4."),
        click.option("--port", type=click.IntRange(1, 65535), metavar="N",
                     help="The port to serve at, with --show; a free one by default."),
        click.option("--no-browser", is_flag=True,
                     help="With --show: print the address, open no browser."),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def is_picture(output: str | None) -> bool:
    """Whether a file is to hold a picture."""
    return output is not None and output.lower().endswith(_PICTURES)


def draw(graphs: tuple[Graph, Graph], found: GraphDiff, output: str, **choices: Any) -> None:
    """Write both graphs as one picture."""
    from graphscope.exporters.options import ExportOptions
    from graphscope.session.comparison import draw_diff

    names = ("theme", "direction", "style", "width", "batch")
    options = ExportOptions(**{name: choices[name] for name in names})
    draw_diff(graphs, found, Path(output), options)


def serve(graphs: tuple[Graph, Graph], targets: tuple[str, str], **choices: Any) -> None:
    """Show the comparison in the browser until Ctrl-C."""
    from graphscope.app.comparing import ComparingInspector, name_sides
    from graphscope.showing import visit

    inspector = ComparingInspector(
        *graphs,
        port=choices["port"],
        batch=choices["batch"],
        ignore=choices["ignore"],
        labels=name_sides(graphs, targets),
    )
    # Ctrl-C is how the command ends.
    with ended_by_signals(), inspector, suppress(KeyboardInterrupt):
        click.echo(inspector.url)
        click.echo("Open this address in a browser. Ctrl-C stops.", err=True)
        if not choices["no_browser"]:
            visit(inspector.new_url())
        inspector.wait()
    click.echo("Stopped.", err=True)
