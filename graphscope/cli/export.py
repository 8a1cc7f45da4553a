"""`graphscope export`: a figure or a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from graphscope.cli.options import batch_option, epilog, target_options
from graphscope.cli.overlay_options import overlay_option, time_option
from graphscope.cli.progress import open_graph, progress
from graphscope.cli.training_options import train_options

PICTURE = ("direction", "style", "width", "legend", "caption", "fonts", "engine")
"""Options that the picture takes as they are."""


@click.command(
    "export",
    short_help="Write a model to a picture or document.",
    epilog=epilog(
        "graphscope export model.keras -o model.svg",
        "graphscope export sample:unet -o unet.pdf --overlay flops --direction right",
        "graphscope export net.py:make_model -o block.png --open encoder --theme dark",
        "graphscope export model.keras -o figure.pdf --style paper --width 85",
        "graphscope export model.keras -o scores.svg --overlay scores.json",
    ),
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="The file to write; its suffix chooses the format: .svg, .png, .pdf, .html "
    "(the interactive page in one file), .tex, .dot, .mmd, .me.json or .json.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=0),
    metavar="N",
    help="Open all scopes down to this many levels; 0 shows the outermost level alone.",
)
@click.option(
    "--open",
    "open_scopes",
    multiple=True,
    metavar="SCOPE",
    help="Open this scope, and those around it, besides. Repeat it for several.",
)
@overlay_option
@time_option
@click.option(
    "--theme",
    type=click.Choice(["light", "dark"]),
    default="light",
    show_default=True,
    help="Whether the picture is for a light or a dark page.",
)
@click.option(
    "--direction",
    type=click.Choice(["down", "right"]),
    default="down",
    show_default=True,
    help="The way data flows in the picture.",
)
@click.option(
    "--style",
    type=click.Choice(["screen", "paper"]),
    default="screen",
    show_default=True,
    help="paper: for print, with greys and patterns for colours and tight margins.",
)
@click.option(
    "--width",
    type=click.FloatRange(10, 5_000),
    metavar="MM",
    help="Width of the picture; by default natural size, or what fits on A4.",
)
@click.option("--legend/--no-legend", default=True, help="What colours and patterns mean.")
@click.option("--caption/--no-caption", default=True, help="Name and totals of the model.")
@click.option(
    "--fonts/--no-fonts",
    default=None,
    help="Put the fonts into the SVG file; by default those of --style paper.",
)
@click.option(
    "--engine",
    type=click.Choice(["graphscope", "dot"]),
    default="graphscope",
    show_default=True,
    help="dot: let Graphviz lay out svg, png and pdf.",
)
@batch_option
@train_options
@target_options
def command(target: str, output: Path, **choices: Any) -> None:
    """Write a model to a file: a figure (svg, png, pdf, tex), the page (html), a text (dot, mmd)
    or data (json).
    """
    from graphscope.session import export
    from graphscope.session.pictures import check_destination

    check_destination(output)
    with progress() as report:
        graph = open_graph(target, report, **choices)
        report(f"writing {output.name}")
        export(
            graph,
            output,
            depth=choices["depth"],
            open=choices["open_scopes"],
            overlay=choices["overlays"].name,
            overlays=choices["overlays"].files,
            theme=choices["theme"],
            batch=choices["batch"],
            **{name: choices[name] for name in PICTURE},
        )
    click.echo(f"Wrote {output}.", err=True)
