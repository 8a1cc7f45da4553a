"""`graphscope show` with several targets, and with `--watch`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import click

from graphscope.app.address import Place
from graphscope.cli.progress import Report, open_graph, read_options
from graphscope.cli.text import printable
from graphscope.errors import GraphscopeError, TraceError
from graphscope.graph import Graph

if TYPE_CHECKING:
    from graphscope.app import Inspector
    from graphscope.app.debugging import Findings
    from graphscope.exporters.node_data import NodeData
    from graphscope.session.elsewhere import Opened


@dataclass(frozen=True, slots=True)
class Tabs:
    """How the models are shown."""

    watch: bool
    batch: int
    place: Place
    brought: tuple[NodeData, ...]
    """Values of nodes for the first model."""


@dataclass(frozen=True, slots=True)
class _Tab:
    """A target with what its tab shows: all of it, or what is left and the reason."""

    target: str
    graph: Graph
    files: tuple[str, ...]
    error: GraphscopeError | None = None
    findings: Findings | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no more to see than the reason."""
        return self.error is not None and getattr(self.error, "graph", None) is None


def open_tabs(
    targets: Sequence[str],
    tabs: Tabs,
    report: Report,
    *,
    compare: str | None,
    choices: dict[str, Any],
) -> Inspector:
    """Return the inspector of several models, watched where that is asked for.

    Of a target that is broken the tab shows what is left, and why it is not more.

    Raises:
        GraphscopeError: when a target names nothing that can be opened, or nothing is left of all.
    """
    from graphscope.app import Inspector
    from graphscope.app.origins import find_origin
    from graphscope.exporters.node_data import attach

    _check(targets, tabs, compare=compare, choices=choices)
    has_several = len(targets) > 1
    opened = [
        _open(target, tabs, report, choices, label=target if has_several else "")
        for target in targets
    ]
    if not tabs.watch:
        _check_any_graph(opened)
    first, *others = opened
    inspector = Inspector(
        first.graph if first.error else attach(first.graph, list(tabs.brought)),
        host=tabs.place.host,
        port=tabs.place.port,
        batch=tabs.batch,
        findings=first.findings,
        origin=find_origin(first.target, first.graph),
        title=title_of(first.target),
    )
    keys = [inspector.workspace.first.key]
    for each in others:
        keys.append(
            inspector.add(
                each.graph,
                title=title_of(each.target),
                origin=find_origin(each.target, each.graph),
                findings=each.findings,
            )
        )
    for target in targets:
        remember(target)
    if tabs.watch:
        _watch(inspector, targets, keys, [each.files for each in opened], tabs, choices)
    return inspector


def tell_failure(error: GraphscopeError, target: str, *, label: str = "") -> Findings:
    """Print why a target could not be opened, and return what its page shows all the same.

    Args:
        error: what was raised.
        target: what was opened, as the user named it.
        label: stands before the message, where there are several targets.

    Raises:
        GraphscopeError: the same, when there is no page to show.
    """
    from graphscope.app.failed import explain

    findings = explain(error, target)
    if findings is None:
        raise error
    text = f"{label}: {error}" if label else str(error)
    click.echo(f"graphscope: {printable(text)}", err=True)
    if isinstance(error, TraceError):
        click.echo("The page shows the model up to the call that failed.", err=True)
    elif getattr(error, "graph", None) is None:
        click.echo("The page shows only the reason: nothing of the file could be read.", err=True)
    else:
        click.echo("The page shows what could be read all the same.", err=True)
    return findings


def remember(target: str) -> None:
    """Put a file among the recent files of the page; other targets are not kept."""
    from graphscope.app.workspace.recent import RecentFiles
    from graphscope.session.targets import FileTarget, parse_target

    named = parse_target(target)
    if isinstance(named, FileTarget) and named.path.is_file():
        RecentFiles().add(named.path)


def title_of(target: str) -> str:
    """Return the title of a target's tab: the name of a file, the graph's own ("") otherwise."""
    from graphscope.session.targets import FileTarget, parse_target

    named = parse_target(target)
    return named.path.name if isinstance(named, FileTarget) else ""


def _check(
    targets: Sequence[str], tabs: Tabs, *, compare: str | None, choices: dict[str, Any]
) -> None:
    from graphscope.session.runs import find_run

    if compare is not None:
        raise click.UsageError("--compare takes one TARGET, and cannot be watched.")
    if any(find_run(target) is not None for target in targets):
        raise click.UsageError(
            "A run is shown alone, and is followed anyway: leave out --watch and other targets."
        )
    if tabs.watch and choices["trust"]:
        raise click.UsageError("--trust is given to a file as it is now: leave out --watch.")
    if tabs.watch and choices["time"]:
        raise click.UsageError("--time measures once: leave out --watch.")


def _open(target: str, tabs: Tabs, report: Report, choices: dict[str, Any], *, label: str) -> _Tab:
    """Return what a target's tab shows.

    Raises:
        GraphscopeError: when there is nothing to show.
    """
    opened = _try_to_open(target, tabs, report, choices)
    if opened.error is None:
        return _Tab(target, opened.take(), opened.files)
    findings = tell_failure(opened.error, target, label=label)
    return _Tab(target, findings.failure_graph.graph, opened.files, opened.error, findings)


def _try_to_open(target: str, tabs: Tabs, report: Report, choices: dict[str, Any]) -> Opened:
    """Return a graph or an error, with the files that it came from where they are watched."""
    from graphscope.session.elsewhere import Opened, open_apart

    if tabs.watch:
        opened = open_apart(target, read_options(choices), report)
        return replace(opened, files=(*opened.files, *_own_file(target)))
    try:
        return Opened(graph=open_graph(target, report, batch=tabs.batch, **choices))
    except GraphscopeError as error:
        return Opened(error=error)


def _check_any_graph(opened: Sequence[_Tab]) -> None:
    """Complain where no tab would show more than the reason why it is empty."""
    errors = [each.error for each in opened if each.is_empty and each.error is not None]
    if len(errors) == len(opened):
        raise errors[0]


def _own_file(target: str) -> tuple[str, ...]:
    from pathlib import Path

    from graphscope.session.targets import FileTarget, parse_target

    named = parse_target(target)
    path = named.path if isinstance(named, FileTarget) else named.module
    return (str(path.resolve()),) if isinstance(path, Path) else ()


def _watch(
    inspector: Inspector,
    targets: Sequence[str],
    keys: Sequence[str],
    files: Sequence[tuple[str, ...]],
    tabs: Tabs,
    choices: dict[str, Any],
) -> None:
    from graphscope.exporters.node_data import attach

    options = read_options(choices)
    for number, target in enumerate(targets):
        brought = list(tabs.brought) if number == 0 else []
        inspector.watch(
            target,
            options,
            files=files[number],
            key=keys[number],
            prepare=lambda graph, brought=brought: attach(graph, brought),  # type: ignore[misc]
        )
