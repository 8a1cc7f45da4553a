"""`graphscope info`: a model in numbers, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import click

from graphscope.cli.finding import find_nodes, print_found
from graphscope.cli.formulas import list_formulas
from graphscope.cli.logs import told_of_log
from graphscope.cli.memory import Amount, list_memory, memory_options, take_memory
from graphscope.cli.options import (
    batch_option,
    epilog,
    require_sizes,
    size_option,
    target_options,
)
from graphscope.cli.progress import open_graph, progress
from graphscope.cli.structure import list_structure, take_structure


@click.command(
    "info",
    short_help="Print layers, parameters, FLOPs, memory and checks.",
    epilog=epilog(
        "graphscope info model.keras",
        "graphscope info sample:tiny_gpt --depth 1",
        "graphscope info net.py:make_model --json | jq .parameters",
        "graphscope info model.keras --fits 24GB --optimizer sgd",
        "graphscope info model.keras --find 'op:matmul params>1M'",
        "graphscope info logs/metrics.jsonl",
    ),
)
@batch_option
@size_option
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="List layers down to this many levels; by default as many as fit on a page.",
)
@memory_options
@click.option(
    "--structure",
    "with_structure",
    is_flag=True,
    help="Tell repeats, receptive fields, bottlenecks, gates and what has no effect, too.",
)
@click.option(
    "--find",
    "query",
    metavar="QUERY",
    help="Print the nodes that the page's search finds, such as 'layer:Dense trainable:false'.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with all numbers.")
@target_options
def command(
    target: str,
    batch: int,
    sizes: tuple[tuple[str, int], ...],
    depth: int | None,
    limit: Amount | None,
    optimizer: str | None,
    as_json: bool,
    **choices: Any,
) -> None:
    """Print what a model consists of: totals, a table of its layers, and notes.

    The table folds repeated blocks: `×12` stands for twelve equal ones in a row. Of logs that hold
    no graph it prints the runs: their metrics from first to last, and what was damaged.
    """
    from graphscope.analysis import take_inventory
    from graphscope.analysis.formulas import derive_formulas
    from graphscope.graph.code import code_of, to_rows
    from graphscope.graph.collecting import pause_collecting
    from graphscope.graph.output_names import output_names

    wants_structure, query = choices.pop("with_structure"), choices.pop("query")
    of_graphs = {"--find": query, "--structure": wants_structure, "--fits": limit,
                 "--optimizer": optimizer, "--size": sizes, "--depth": depth}  # fmt: skip
    if told_of_log(target, as_json=as_json, options=of_graphs):
        return
    with progress() as report:
        graph = open_graph(target, report, **choices)
        if query is not None:
            report("searching")
            print_found(find_nodes(graph, query, batch=batch), as_json=as_json)
            return
        require_sizes(graph, sizes)
        report("counting")
        with pause_collecting():
            inventory = take_inventory(graph, batch, dict(sizes))
            memory = take_memory(graph, batch, dict(sizes), optimizer=optimizer, limit=limit)
            formulas = derive_formulas(graph, memory.plans)
            told = (*inventory.notes, *memory.plans.notes(), *formulas.notes)
            inventory = replace(inventory, notes=told)
            structure = take_structure(graph, batch, dict(sizes)) if wants_structure else None
    if as_json:
        found = inventory.as_dict() | {"memory": memory.as_dict(), "formulas": formulas.as_dict()}
        if structure is not None:
            found["structure"] = structure.as_dict()
        if any(names := output_names(graph)):
            found["output_names"] = names
        if code := to_rows(code_of(graph)):
            found["code"] = code
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
        return
    from graphscope.cli.summary import print_summary

    lines = [*list_memory(memory), *list_formulas(formulas), *list_structure(structure)]
    with pause_collecting():
        print_summary(graph, inventory, depth=depth, memory=lines)
