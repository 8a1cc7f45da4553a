"""Where a page is served: `--port` and `--host`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

import click

from graphscope.app.address import LOOPBACK, Place

F = TypeVar("F", bound=Callable[..., Any])


def serving_options(command: F) -> F:
    """Add `--port` and `--host`, which the command gets as one `place`."""

    @wraps(command)
    def with_place(*args: Any, host: str, port: int | None, **choices: Any) -> Any:
        return command(*args, place=Place(host, port), **choices)

    port = click.option(
        "--port",
        type=click.IntRange(1, 65535),
        metavar="N",
        help="The port to serve at; a free one by default.",
    )
    host = click.option(
        "--host",
        default=LOOPBACK,
        metavar="ADDRESS",
        help="The address of this machine to serve at. By default only this machine itself can "
        "reach the page; at another address (0.0.0.0: all) others in the network can, and the "
        "printed link is the key. There is no encryption: use an SSH tunnel where you can.",
    )
    return cast("F", port(host(with_place)))


def tell_reach(place: Place) -> None:
    """Say so when others than this machine can reach the page."""
    if not place.is_local:
        click.echo(
            "Others in the network can reach this page, and need the link, which works once. "
            "What is sent is not encrypted.",
            err=True,
        )
