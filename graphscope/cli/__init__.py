"""The command line: `graphscope show | watch | debug | check | export | info | trace | ...`."""

from __future__ import annotations

import sys

from graphscope.cli.root import cli

__all__ = ["cli", "main"]


def main() -> None:
    """Run the command that the process was started with, and exit."""
    for stream in (sys.stdout, sys.stderr):
        # A name from a model must not end a command on a terminal that has no such letter.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    cli(prog_name="graphscope")


if __name__ == "__main__":
    main()
