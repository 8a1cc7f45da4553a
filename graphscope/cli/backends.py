"""`graphscope backends`: what each layer of a model is on TensorFlow, JAX and PyTorch."""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import click

from graphscope.cli.options import TARGET_HELP, InputShape, batch_option, debug_option
from graphscope.cli.progress import progress

if TYPE_CHECKING:
    from graphscope.analysis.alignment import AlignedCall, Alignment
    from graphscope.session.backends import OnBackends

_EPILOG = f"""{TARGET_HELP}

\b
Examples:
  graphscope backends sample:mnist_cnn
  graphscope backends net.py:make_model --backends jax,torch --depth 2
  graphscope backends sample:tiny_gpt --json | jq .total"""


@click.command(
    "backends",
    short_help="Compare the operations of a model on TensorFlow, JAX and PyTorch.",
    epilog=_EPILOG,
)
@click.argument("target")
@click.option(
    "--backends",
    "names",
    default="",
    metavar="A,B",
    help="The backends, as in jax,torch; by default all that are installed.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=1),
    metavar="N",
    help="List layers down to this many levels; by default as many as fit on a page.",
)
@click.option(
    "--input-shape",
    "input_shapes",
    type=InputShape(),
    multiple=True,
    metavar="[NAME=]SIZES[:DTYPE]",
    help="An input of a model that does not know its own, as for `graphscope info`.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@batch_option
@debug_option()
def command(
    target: str,
    names: str,
    depth: int | None,
    input_shapes: tuple[Any, ...],
    as_json: bool,
    batch: int,
) -> None:
    """Trace a model on several backends and print the operations of each layer side by side.

    The layers and the tensors between them are the same on all of them; what a layer is made of
    is not. Each backend works in a process of its own.
    """
    from graphscope.cli.backend_table import align_page, print_alignment
    from graphscope.session import OpenOptions
    from graphscope.session.backends import open_on_backends, sort_backends

    wanted = sort_backends([name.strip() for name in names.split(",") if name.strip()])
    with progress() as report, redirect_stdout(sys.stderr):
        opened = open_on_backends(target, wanted, OpenOptions(inputs=input_shapes), report)
        report("comparing")
        alignment = align_page(opened.graphs, depth=depth, batch=batch, whole=as_json)
    if as_json:
        click.echo(json.dumps(_as_dict(alignment, opened), indent=2, ensure_ascii=False))
    else:
        print_alignment(alignment, opened)


def _as_dict(alignment: Alignment, opened: OnBackends) -> dict[str, Any]:
    return {
        "backends": list(alignment.backends),
        "same_data_flow": alignment.same_data_flow,
        "not_installed": opened.missing,
        "failures": opened.failures,
        "total": {
            backend: {"operations": whole.count, "types": whole.operations, "flops": whole.flops}
            for backend in alignment.backends
            for whole in (alignment.total(backend),)
        },
        "calls": [_describe(call) for call in alignment.calls],
    }


def _describe(call: AlignedCall) -> dict[str, Any]:
    return {
        "id": call.id,
        "name": call.name,
        "type": call.type,
        "level": call.level,
        "work": {
            backend: {
                "operations": work.operations,
                "flops": work.flops,
                "outputs": [str(spec) for spec in work.outputs],
            }
            for backend, work in call.work.items()
        },
        "differences": list(call.differences),
    }
