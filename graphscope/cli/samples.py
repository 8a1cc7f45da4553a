"""`graphscope samples`: the models that ship with graphscope."""

from __future__ import annotations

import click

from graphscope.cli.options import debug_option
from graphscope.session.samples import SAMPLE_PREFIX, list_samples


@click.command("samples", short_help="List the sample models.")
@debug_option()
def command() -> None:
    """List the sample models, for use as TARGET."""
    samples = list_samples()
    width = max((len(sample.name) for sample in samples), default=0) + len(SAMPLE_PREFIX)
    for sample in samples:
        click.echo(f"{SAMPLE_PREFIX + sample.name:<{width}}  {sample.description}")
