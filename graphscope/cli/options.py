"""Arguments and options that several commands take."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from graphscope.cli.failures import ask_for_tracebacks
from graphscope.cli.file_options import file_options
from graphscope.errors import GraphscopeError
from graphscope.graph import BATCH, Graph

_SIZE = re.compile(r"([A-Z]\d{0,4})=(\d{1,12})")

F = TypeVar("F", bound=Callable[..., Any])

TARGET_HELP = """\b
TARGET is one of:
  model.keras                     a saved model; the file is read, never run
  net.py:make_model               a model, or a function or class that makes one
  package.module:model            the same in an importable module
  'keras.applications:VGG16(weights=None)'    with literal arguments
  sample:mnist_cnn                a sample; `graphscope samples` lists them
  graph.json                      a graph that was exported before
  runs/exp1                       the folder of a run that graphscope.Monitor wrote
  metrics.jsonl, logs             a log without a graph, for `info` and `show`
A function may also return (model, example_inputs). Python targets are imported and run."""


def epilog(*examples: str) -> str:
    """Return the end of a command's help: the forms of TARGET and some examples."""
    lines = "\n".join(f"  {example}" for example in examples)
    return f"{TARGET_HELP}\n\n\b\nExamples:\n{lines}"


def debug_option(*, envvar: str | None = None) -> Callable[[F], F]:
    """Add `--debug`, which prints the traceback of a failure."""

    def remember(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
        if value:
            ask_for_tracebacks(ctx)

    return click.option(
        "--debug",
        is_flag=True,
        expose_value=False,
        callback=remember,
        envvar=envvar,
        help="Print the traceback when something fails.",
    )


class InputShape(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.5
    """An input of the model on the command line."""

    name = "shape"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read one `--input-shape`."""
        from graphscope.session.input_shapes import parse_input_shape

        try:
            return parse_input_shape(value)
        except GraphscopeError as error:
            self.fail(str(error), param, ctx)


def target_options(command: F) -> F:
    """Add TARGET and the options that say how to open it."""
    decorators = (
        click.argument("target"),
        click.option(
            "--input-shape",
            "input_shapes",
            type=InputShape(),
            multiple=True,
            metavar="[NAME=]SIZES[:DTYPE]",
            help="An input of a model that does not know its own: its sizes without the batch, "
            "as in 28,28,1 or tokens=None:int32 (None: any size). Repeat it for several inputs.",
        ),
        click.option(
            "--backend",
            type=click.Choice(["tensorflow", "jax", "torch"]),
            help="The Keras backend to run Python targets on; by default the one Keras chooses.",
        ),
        click.option(
            "--no-ops",
            is_flag=True,
            help="Show layers only; leave out the single operations inside them.",
        ),
        file_options,
        debug_option(),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def batch_option(command: F) -> F:
    """Add `--batch`."""
    return click.option(
        "--batch",
        type=click.IntRange(min=1),
        metavar="N",
        default=1,
        show_default=True,
        help="The batch size that FLOPs and memory are counted for.",
    )(command)


class OpenSize(click.ParamType):  # type: ignore[type-arg]  # not generic before click 8.5
    """A number for an open size on the command line."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read one `--size`."""
        found = _SIZE.fullmatch(value)
        if found is None or int(found[2]) < 1:
            self.fail(
                f"{value!r} is not a name and a number above zero, as in T=128; the names of open "
                "sizes stand in the shapes.",
                param,
                ctx,
            )
        if found[1] == BATCH:
            self.fail(f"{BATCH} is the batch dimension: give --batch {found[2]}.", param, ctx)
        return found[1], int(found[2])


def require_sizes(graph: Graph, sizes: Iterable[tuple[str, int]]) -> None:
    """Check that a graph has the sizes that were given numbers.

    Raises:
        click.BadParameter: when no shape holds one of them.
    """
    from graphscope.analysis.inventory import find_open_sizes

    given = [name for name, _ in sizes]
    known = sorted(find_open_sizes(graph) - {BATCH}) if given else []
    absent = next((name for name in given if name not in known), None)
    if absent is not None:
        named = f"has {', '.join(known)}" if known else "has none but the batch"
        raise click.BadParameter(
            f"no shape of the model holds {absent!r}. Of open sizes it {named}.",
            param_hint="--size",
        )


def size_option(command: F) -> F:
    """Add `--size`."""
    return click.option(
        "--size",
        "sizes",
        type=OpenSize(),
        multiple=True,
        metavar="NAME=N",
        help="A number for an open size, as in T=128 or H=224, for FLOPs and memory. Repeat it "
        "for several.",
    )(command)
