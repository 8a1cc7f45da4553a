"""`graphscope show`: the inspector in the browser."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from graphscope.app.address import Place
from graphscope.cli.endings import ended_by_signals
from graphscope.cli.logs import showed_logs
from graphscope.cli.options import batch_option, epilog, target_options
from graphscope.cli.overlay_options import ChosenOverlays, overlay_option, time_option
from graphscope.cli.progress import Report, open_graph, progress
from graphscope.cli.serving import serving_options, tell_reach
from graphscope.cli.tabs import Tabs, open_tabs, remember, tell_failure
from graphscope.cli.training_options import train_options
from graphscope.errors import ReadError, TraceError

if TYPE_CHECKING:
    from graphscope.app import Inspector
    from graphscope.exporters.node_data import NodeData
    from graphscope.runs import Run


@click.command(
    "show",
    short_help="Open a model in the browser.",
    epilog=epilog(
        "graphscope show sample:tiny_gpt",
        "graphscope show model.keras --port 8050 --no-browser",
        "graphscope show net.py:Net --input-shape 28,28,1",
        "graphscope show net.py:make_model --train",
        "graphscope show runs/exp2 --compare runs/exp1",
        "graphscope show model.keras --overlay scores.json",
        "graphscope show before.keras after.keras",
        "graphscope show net.py:make_model --watch",
    ),
)
@batch_option
@serving_options
@click.option(
    "--compare",
    metavar="RUN",
    help="Mark what is not as in this earlier run; TARGET must be a run, too.",
)
@overlay_option
@time_option
@click.option("--no-browser", is_flag=True, help="Print the address, open no browser.")
@click.option(
    "--watch",
    is_flag=True,
    help="Show the model anew whenever its file, or a module that its program imports, changes.",
)
@train_options
@target_options
@click.argument("more", nargs=-1, metavar="[MORE]...")
def command(
    target: str,
    batch: int,
    place: Place,
    compare: str | None,
    overlays: ChosenOverlays,
    no_browser: bool,
    **choices: Any,
) -> None:
    """Open a model in the browser and serve the page until Ctrl-C.

    The page is served to this machine only, unless --host says otherwise. The printed address
    works once; the browser that opens it keeps a cookie. Further targets are shown in tabs. Of a
    run (its folder) the graph is shown with what happened inside each layer, also while it goes
    on; of logs without a graph the page that `graphscope watch` serves.
    """
    from graphscope.session.node_data import read_overlay
    from graphscope.showing import visit

    more, watch = choices.pop("more"), choices.pop("watch")
    _check_place(place)
    of_graphs = {"--compare": compare, "--overlay": overlays.files or overlays.name,
                 "--time": choices["time"], "--watch": watch}  # fmt: skip
    if showed_logs((target, *more), place=place, opens_browser=not no_browser, options=of_graphs):
        return
    with progress() as report:
        brought = [read_overlay(file) for file in overlays.files]
        if watch or more:
            inspector = open_tabs(
                (target, *more),
                Tabs(watch=watch, batch=batch, place=place, brought=tuple(brought)),
                report,
                compare=compare,
                choices=choices,
            )
        else:
            inspector = _inspect(
                target, compare, report, place=place, batch=batch, brought=brought, choices=choices
            )
            remember(target)
        report("drawing the graph")
        inspector.start()
    # Ctrl-C is how the command ends.
    with ended_by_signals(), inspector, suppress(KeyboardInterrupt):
        shown = f"#overlay={overlays.name}" if overlays.name else ""
        click.echo(inspector.url + shown)
        tell_reach(place)
        click.echo("Open this address in a browser. Ctrl-C stops.", err=True)
        if not no_browser:
            visit(inspector.new_url() + shown)
        inspector.wait()
    click.echo("Stopped.", err=True)


def _inspect(
    target: str,
    compare: str | None,
    report: Report,
    *,
    place: Place,
    batch: int,
    brought: list[NodeData],
    choices: dict[str, Any],
) -> Inspector:
    """Return the inspector of a model or of a run."""
    from graphscope.app import Inspector
    from graphscope.app.origins import find_origin
    from graphscope.exporters.node_data import attach
    from graphscope.session.runs import find_run

    folder = find_run(target)
    if folder is None:
        if compare is not None:
            raise click.UsageError(
                f"--compare needs a run, and {target!r} is not the folder of one."
            )
        try:
            graph = attach(open_graph(target, report, batch=batch, **choices), brought)
        except (ReadError, TraceError) as error:
            if error.graph is None:
                raise
            return _inspect_broken(error, target, place, batch)
        origin = find_origin(target)
        return Inspector(graph, host=place.host, port=place.port, batch=batch, origin=origin)
    from graphscope.app.painted import inspect_run

    if brought or choices["time"]:
        raise click.UsageError(
            "A run has overlays of its own: leave out --time and the files of --overlay."
        )
    report("reading the run")
    before = _read_earlier(compare) if compare is not None else None
    return inspect_run(folder, before=before, host=place.host, port=place.port, batch=batch)


def _inspect_broken(
    error: ReadError | TraceError, target: str, place: Place, batch: int
) -> Inspector:
    """Show what a model that fails in its call did until then, or what is left of a file."""
    from graphscope.app import Inspector
    from graphscope.app.origins import find_origin

    return Inspector(
        error.graph,
        host=place.host,
        port=place.port,
        batch=batch,
        findings=tell_failure(error, target),
        origin=find_origin(target),
    )


def _read_earlier(compare: str) -> Run:
    from graphscope.runs.log import read_run
    from graphscope.session.runs import find_run

    folder = find_run(compare)
    if folder is None:
        raise click.UsageError(f"--compare: {compare!r} is not the folder of a run.")
    return read_run(folder)


def _check_place(place: Place) -> None:
    """Complain about a port that is in use before a model is traced for minutes."""
    from graphscope.app.address import bind

    listener, _ = bind(place.host, place.port)
    listener.close()
