"""How a file is opened: read, rebuilt by a library, or loaded with the user's trust."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from graphscope.graph.code import Code
    from graphscope.session.trust import Trust

F = TypeVar("F", bound=Callable[..., Any])

_LISTED = 3
"""How many pieces of code are named one by one."""


def file_options(command: F) -> F:
    """Add `--entry`, `--no-rebuild`, `--trust` and `--import`."""
    decorators = (
        click.option(
            "--entry",
            default="",
            metavar="NAME",
            help="Of a SavedModel, the entry point or function to show, or the tags of one of its "
            "graphs; by default what is meant for serving.",
        ),
        click.option(
            "--no-rebuild",
            is_flag=True,
            help="Show a file of a keras_hub model as it is, without making the model from it.",
        ),
        click.option(
            "--trust",
            is_flag=True,
            help="Let Keras load the file, which runs the code in it with your rights.",
        ),
        click.option(
            "--import",
            "imports",
            multiple=True,
            metavar="MODULE",
            help="With --trust: a module, or its file, that defines layers of the model. Repeat "
            "it for several.",
        ),
    )
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def read_trust(choices: dict[str, Any]) -> Trust | None:
    """Return what the user allows, from the options that `file_options` added."""
    if not choices["trust"]:
        if choices["imports"]:
            raise click.UsageError("--import runs code for a file: it needs --trust.")
        return None
    from graphscope.session.trust import Trust

    return Trust(tuple(choices["imports"]))


def tell_trust(target: str, trust: Trust | None) -> None:
    """Say on standard error what is about to run; nothing without trust."""
    if trust is None:
        return
    from graphscope.session.targets import FileTarget, parse_target
    from graphscope.session.trust import find_code

    named = parse_target(target)
    if isinstance(named, FileTarget):
        found = find_code(named, trust)
        click.echo(f"graphscope: {describe_trust(target, trust, found)}", err=True)


def describe_trust(target: str, trust: Trust, found: tuple[Code, ...]) -> str:
    """Return in one line what is about to run.

    >>> from graphscope.session.trust import Trust
    >>> describe_trust("a.keras", Trust(("layers.py",)), ())
    "Keras loads 'a.keras', in which no code was seen, with 'layers.py'."
    """
    from graphscope.readers.text import quote, shorten

    pieces = [_describe(piece) for piece in found[:_LISTED]]
    more = [f"{len(found) - _LISTED:,} more"] if len(found) > _LISTED else []
    seen = (
        f" and runs its code: {', '.join(pieces + more)}"
        if found
        else ", in which no code was seen"
    )
    modules = shorten(", ".join(quote(name, 100) for name in trust.imports), 200)
    with_modules = f", with {modules}" if modules else ""
    return f"Keras loads {quote(target, 100)}{seen}{with_modules}."


def _describe(piece: Code) -> str:
    where = (piece.subject or "").removeprefix("layer:").rpartition("/")[2]
    return f"{piece.title} in {where}" if where else piece.title
