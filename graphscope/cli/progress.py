"""What the user sees while something takes long."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from graphscope.cli.file_options import read_trust, tell_trust
from graphscope.cli.training_options import read_step
from graphscope.graph import Graph
from graphscope.session import OpenOptions, open_target

Report = Callable[[str], None]


@contextmanager
def progress() -> Iterator[Report]:
    """Yield a function that shows what is being done, on standard error if that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console
    from rich.text import Text

    # A descriptor of its own: the session holds standard error back while TensorFlow loads.
    with os.fdopen(os.dup(sys.stderr.fileno()), "w") as terminal:
        console = Console(file=terminal)
        with console.status("starting") as status:
            yield lambda text: status.update(Text(text))


def open_graph(target: str, report: Report, **choices: Any) -> Graph:
    """Open a target for a command.

    Standard output carries the command's answer and nothing else, so what the user's program
    prints while it is loaded goes to standard error.

    Args:
        target: as on the command line.
        report: told about the steps.
        choices: those of `target_options`, and
            those of `train_options`, and `time` with `batch`, where the command has them.
    """
    options = read_options(choices)
    tell_trust(target, options.trust)
    with redirect_stdout(sys.stderr):
        return open_target(target, options, report=report)


def read_options(choices: dict[str, Any]) -> OpenOptions:
    """Return how to open a target, from what a command was given (see `open_graph`)."""
    return OpenOptions(
        inputs=tuple(choices["input_shapes"]),
        backend=choices["backend"],
        ops=not choices["no_ops"],
        step=read_step(choices),
        time_batch=choices["batch"] if choices.get("time") else None,
        rebuild=not choices["no_rebuild"],
        entry=choices.get("entry", ""),
        trust=read_trust(choices),
    )
