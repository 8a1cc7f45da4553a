"""TikZ: the picture for LaTeX, its texts set in the fonts of the document around it.

The file is a document of its own (`pdflatex net.tex`) and can be read into another one with
`\\includestandalone` or `\\input` (package `standalone`).
"""

from __future__ import annotations

from pathlib import Path

from graphscope.exporters.files import write_text
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.exporters.tikz.document import make_tikz
from graphscope.graph import Graph


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as a LaTeX file.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    write_text(path, make_tikz(draw_svg(graph, options)))
