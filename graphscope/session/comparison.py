"""Comparing two models: anything that has a graph against anything else that has one."""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from graphscope.analysis.diff import GraphDiff, Topic, compare_graphs
from graphscope.analysis.diff.merge import merge_graphs
from graphscope.exporters.files import write_bytes, write_text
from graphscope.exporters.options import ExportOptions
from graphscope.graph import Graph
from graphscope.session.api import as_graph
from graphscope.session.elsewhere import open_elsewhere
from graphscope.session.open import OpenOptions, Report, open_target
from graphscope.session.runs import find_run
from graphscope.session.targets import ObjectTarget, parse_target


def diff(before: Any, after: Any, *, batch: int = 1, ignore: Collection[Topic] = ()) -> GraphDiff:
    """Return what differs between two models; the result is false where nothing does.

    Args:
        before: a graph, a Keras model, the path of a file, or a target as on the command line.
        after: the same, for what it is compared with.
        batch: the batch size that FLOPs and bytes are counted for.
        ignore: topics that do not count, such as `"name"` or `"wiring"`; see `docs/diff.md`.

    Raises:
        GraphscopeError: when one of them cannot be opened.
    """
    return compare_graphs(as_graph(before), as_graph(after), batch=batch, ignore=ignore)


def open_both(
    texts: tuple[str, str], options: tuple[OpenOptions, OpenOptions], report: Report
) -> tuple[Graph, Graph]:
    """Return the graphs of two targets, for a process that does nothing else.

    The second is opened in a child where it must not meet the first: on another backend, or as a
    program of the same modules in another folder, such as two checkouts.

    Raises:
        GraphscopeError: when one of them cannot be opened.
    """
    first = open_target(texts[0], options[0], report=report)
    if _must_part(texts, options):
        return first, open_elsewhere(texts[1], options[1], report)
    keras = sys.modules.get("keras")
    if keras is not None:
        # Keras goes on counting names; the second model should have those of a fresh process.
        keras.backend.clear_session()
    return first, open_target(texts[1], options[1], report=report)


PICTURES = ("svg", "png", "pdf")
"""Suffixes of the pictures of a comparison."""


def draw_diff(
    graphs: tuple[Graph, Graph], found: GraphDiff, path: Path, options: ExportOptions
) -> None:
    """Write both graphs as one picture, with what was added, removed and changed marked.

    Args:
        graphs: the earlier graph and the later one.
        found: their comparison.
        path: the file; its suffix is one of `PICTURES`.
        options: of the picture. By default the scopes around changes are open.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    from graphscope.exporters.merged import draw_merged, draw_merged_svg

    merged = merge_graphs(*graphs, found)
    svg = draw_merged_svg(draw_merged(merged, graphs[1], found), options)
    suffix = path.suffix.lower().removeprefix(".")
    if suffix == "png":
        from graphscope.exporters.png import rasterize

        write_bytes(path, rasterize(svg))
    elif suffix == "pdf":
        from graphscope.exporters.pdf.page import make_pdf

        write_bytes(path, make_pdf(svg, title=merged.graph.name))
    else:
        write_text(path, svg)


def _must_part(texts: tuple[str, str], options: tuple[OpenOptions, OpenOptions]) -> bool:
    if any(find_run(text) is not None for text in texts):
        return False
    first, second = (parse_target(text) for text in texts)
    if not (isinstance(first, ObjectTarget) and isinstance(second, ObjectTarget)):
        return False
    if options[0].backend != options[1].backend:
        return True
    one, other = first.module, second.module
    if isinstance(one, Path) and isinstance(other, Path):
        return one.resolve().parent != other.resolve().parent
    return False
