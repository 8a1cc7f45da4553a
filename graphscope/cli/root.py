"""The command group: loads a command when it is asked for, and tells errors in one sentence."""

from __future__ import annotations

import importlib
import os
from typing import Any

import click

import graphscope
from graphscope.cli.failures import Failure, as_bug, as_failure
from graphscope.cli.options import debug_option
from graphscope.errors import GraphscopeError

_COMMANDS = (
    "show",
    "watch",
    "debug",
    "check",
    "export",
    "info",
    "trace",
    "diff",
    "backends",
    "samples",
)
"""Each is a module of this package that holds the command as `command`; in the order of help."""


class LazyGroup(click.Group):
    """A group whose commands are imported one by one, so that `--version` stays instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click asks so
        """Return the names of all commands."""
        return list(_COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click asks so
        cmd_name: str,
    ) -> click.Command | None:
        """Import and return a command; None when there is none of that name."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"graphscope.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a TARGET without one gets told that it needs one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            message = f"{error.format_message()} {_hint(args[0])}".strip()
            raise click.UsageError(message, ctx) from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; whatever goes wrong becomes one sentence and an exit status."""
        try:
            return super().invoke(ctx)
        except GraphscopeError as error:
            raise as_failure(error, ctx) from error
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError, Failure):
            raise
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)
            ctx.exit(130)
        except Exception as error:
            raise as_bug(error, ctx) from error


def _hint(word: str) -> str:
    if ":" in word or "." in word:
        return f"To look at it: graphscope show {word}."
    from graphscope.session.suggest import suggest

    return suggest(word, _COMMANDS)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  graphscope show sample:mnist_cnn         open a sample model in the browser
  graphscope show model.keras              a saved model; nothing in the file is run
  graphscope info net.py:make_model        layers, parameters, FLOPs and checks
  graphscope export model.keras -o net.svg a figure
\b
Help for one command, with all forms of TARGET: graphscope show --help""",
)
@click.version_option(graphscope.__version__, message="graphscope %(version)s")
@debug_option(envvar="GRAPHSCOPE_DEBUG")
def cli() -> None:
    """See what a Keras 3 model really computes.

    graphscope draws a model as a graph that opens from the whole model through blocks and layers
    down to single operations, with shapes on every edge, parameters, FLOPs and memory.
    """
    # Errors of TensorFlow that matter arrive as exceptions; what it logs as errors beside them is
    # that this machine has no GPU. The user's own setting wins.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
