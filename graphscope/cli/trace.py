"""`graphscope trace`: what a call, or a whole training step, really runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from graphscope.cli.options import batch_option, epilog, target_options
from graphscope.cli.progress import open_graph, progress
from graphscope.cli.training_options import train_options
from graphscope.graph import Graph


@click.command(
    "trace",
    short_help="Trace a call or a training step.",
    epilog=epilog(
        "graphscope trace sample:mnist_cnn --train",
        "graphscope trace net.py:make_model --train -o step.json",
        "graphscope trace net.py:Net --input-shape 28,28,1 --train --loss mse --optimizer sgd",
        "graphscope trace net.py:make_model --train --json | jq .unreached",
    ),
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Also write the graph; the suffix chooses the format: .json, .svg, .png, .pdf or .dot.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all numbers.")
@batch_option
@train_options
@target_options
def command(target: str, output: Path | None, batch: int, as_json: bool, **choices: Any) -> None:
    """Trace what a model runs, and print what it consists of.

    With --train it is one training step as the model's own `train_step` makes it: how many
    operations each phase has, which weights are assigned where, and which weights no gradient
    reaches, with the reason. Nothing is trained: no weight is read, allocated or changed.
    """
    from graphscope.session.pictures import check_destination

    if output is not None:
        check_destination(output)
    with progress() as report:
        graph = open_graph(target, report, **choices)
        if output is not None:
            from graphscope.session import export

            report(f"writing {output.name}")
            export(graph, output, batch=batch)
        report("counting")
        answer = _count(graph, batch)
    if as_json:
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        _print(graph, batch)
    if output is not None:
        click.echo(f"Wrote {output}.", err=True)


def _count(graph: Graph, batch: int) -> dict[str, Any]:
    from graphscope.analysis import take_inventory
    from graphscope.analysis.phases import is_step, summarize_step

    inventory = take_inventory(graph, batch).as_dict()
    return {**inventory, **summarize_step(graph).as_dict()} if is_step(graph) else inventory


def _print(graph: Graph, batch: int) -> None:
    from graphscope.analysis import take_inventory
    from graphscope.analysis.phases import is_step

    if is_step(graph):
        from graphscope.cli.step_summary import print_step

        print_step(graph)
        return
    from graphscope.cli.summary import print_summary

    print_summary(graph, take_inventory(graph, batch))
