"""`graphscope show` with several targets, and with `--watch`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from graphscope.app.address import Place
from graphscope.cli.progress import Report, open_graph, read_options
from graphscope.graph import Graph

if TYPE_CHECKING:
    from graphscope.app import Inspector
    from graphscope.exporters.node_data import NodeData


@dataclass(frozen=True, slots=True)
class Tabs:
    """How the models are shown."""

    watch: bool
    batch: int
    place: Place
    brought: tuple[NodeData, ...]
    """Values of nodes for the first model."""


def open_tabs(
    targets: Sequence[str],
    tabs: Tabs,
    report: Report,
    *,
    compare: str | None,
    choices: dict[str, Any],
) -> Inspector:
    """Return the inspector of several models, watched where that is asked for."""
    from graphscope.app import Inspector
    from graphscope.app.origins import find_origin
    from graphscope.exporters.node_data import attach

    _check(targets, tabs, compare=compare, choices=choices)
    opened = [_open(target, tabs, report, choices) for target in targets]
    titles = [title_of(target) for target in targets]
    inspector = Inspector(
        attach(opened[0][0], list(tabs.brought)),
        host=tabs.place.host,
        port=tabs.place.port,
        batch=tabs.batch,
        origin=find_origin(targets[0]),
        title=titles[0],
    )
    keys = [inspector.workspace.first.key]
    for target, title, (graph, _) in zip(targets[1:], titles[1:], opened[1:], strict=True):
        keys.append(inspector.add(graph, title=title, origin=find_origin(target)))
    for target in targets:
        remember(target)
    if tabs.watch:
        _watch(inspector, targets, keys, [files for _, files in opened], tabs, choices)
    return inspector


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


def _open(
    target: str, tabs: Tabs, report: Report, choices: dict[str, Any]
) -> tuple[Graph, tuple[str, ...]]:
    """Return a graph and the files that it came from, which only matter when they are watched."""
    if not tabs.watch:
        return open_graph(target, report, batch=tabs.batch, **choices), ()
    from graphscope.session.elsewhere import open_apart

    opened = open_apart(target, read_options(choices), report)
    return opened.take(), (*opened.files, *_own_file(target))


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
