"""Targets that are logs of trainings, and hold no graph to show or to count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from graphscope.app.address import Place
from graphscope.cli.endings import ended_by_signals
from graphscope.cli.progress import progress


def told_of_log(target: str, *, as_json: bool, options: Mapping[str, object]) -> bool:
    """Print a summary of the runs that a target logs; return whether it is such a log.

    Args:
        target: as on the command line.
        as_json: for programs.
        options: by name, those that need a graph, with what was given for them.

    Raises:
        GraphscopeError: when there is nothing in it.
        UsageError: when an option that needs a graph was given.
    """
    from graphscope.session.run_logs import find_log, read_log

    with progress() as report:
        log = find_log(target)
        if log is None:
            return False
        _refuse(options)
        report("reading the log")
        runs = read_log(log)
    from graphscope.cli.run_summary import print_runs

    print_runs(runs, count=len(log), as_json=as_json)
    return True


def showed_logs(
    targets: Sequence[str],
    *,
    place: Place,
    opens_browser: bool,
    options: Mapping[str, object],
) -> bool:
    """Serve the live page of logs until Ctrl-C; return whether the targets are such logs.

    Args:
        targets: as on the command line.
        place: where to serve.
        opens_browser: whether the page is opened as well.
        options: by name, those that need a graph, with what was given for them.

    Raises:
        GraphscopeError: when there is nothing in one.
        UsageError: when some are and others are not, or an option that needs a graph was given.
    """
    from graphscope.session.run_logs import find_log, read_log

    with progress() as report:
        found = [find_log(target) for target in targets]
        logs = [log for log in found if log is not None]
        if not logs:
            return False
        if len(logs) < len(found):
            raise click.UsageError("Logs of trainings are shown without models: name them alone.")
        _refuse(options)
        report("reading the log")
        for log in logs:
            read_log(log)  # What holds no metrics is told at once, not on an empty page.
    from graphscope.app.live.logs import make_sources
    from graphscope.cli.live import serve_live

    with ended_by_signals():
        sources = [source for log in logs for source in make_sources(log)]
        serve_live(sources, place=place, opens_browser=opens_browser)
    return True


def _refuse(options: Mapping[str, object]) -> None:
    given = [name for name, value in options.items() if value]
    if given:
        raise click.UsageError(
            f"The target is a log of a training and holds no graph: leave out {', '.join(given)}."
        )
