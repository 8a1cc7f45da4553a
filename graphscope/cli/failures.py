"""What a command says when it cannot do its work: one sentence, and a traceback on demand."""

from __future__ import annotations

import traceback
from typing import IO, Any

import click

from graphscope.cli.text import printable
from graphscope.errors import GraphscopeError

_DEBUG = "graphscope.debug"


def ask_for_tracebacks(ctx: click.Context) -> None:
    """Let failures of this run print their traceback."""
    ctx.meta[_DEBUG] = True


class Failure(click.ClickException):
    """A command failed; the message says why."""

    def __init__(self, message: str, *, error: Exception, debug: bool) -> None:
        super().__init__(message)
        self._error = error
        self._debug = debug

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence to standard error, below the traceback if that was asked for."""
        if self._debug:
            click.echo("".join(traceback.format_exception(self._error)), err=True)
        click.echo(f"graphscope: {printable(self.message)}", file=file, err=True)


def as_failure(error: GraphscopeError, ctx: click.Context) -> Failure:
    """Return the failure that tells about something the user can put right."""
    return Failure(str(error), error=error, debug=bool(ctx.meta.get(_DEBUG)))


def as_bug(error: Exception, ctx: click.Context) -> Failure:
    """Return the failure that tells about something only we can put right."""
    debug = bool(ctx.meta.get(_DEBUG))
    remedy = "" if debug else " Run it again with --debug for the traceback."
    text = " ".join(str(error).split())
    message = f"this is a bug in graphscope ({type(error).__name__}: {text}).{remedy}"
    return Failure(message, error=error, debug=debug)
