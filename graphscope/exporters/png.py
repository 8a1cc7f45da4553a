"""PNG: the SVG picture as pixels."""

from __future__ import annotations

import re
from pathlib import Path

from graphscope.exporters import fonts
from graphscope.exporters.dot_layout import render_with_dot
from graphscope.exporters.files import write_bytes
from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.graph import Graph

_SCALE = 2
"""Pixels for each unit of the drawing, as on a high-resolution screen."""
_MOST_PIXELS = 64_000_000
"""About 256 MB while the picture is made; larger drawings get fewer pixels for each unit."""
_VIEW_BOX = re.compile(r'<svg\b[^>]*\bviewBox="0 0 ([\d.]+) ([\d.]+)"')


def export(graph: Graph, path: Path, options: ExportOptions) -> None:
    """Write the graph as a PNG file.

    Raises:
        ExportError: when it cannot be drawn or the file cannot be written.
    """
    if options.engine == "dot":
        write_bytes(path, render_with_dot(graph, options, "png"))
    else:
        write_bytes(path, rasterize(draw_svg(graph, options)))


def rasterize(svg: str) -> bytes:
    """Return the PNG of an SVG picture that `draw_svg` made."""
    import resvg_py

    width, _ = pixel_size(svg)
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=width,
        dpi=96,
        font_files=[str(font) for font in fonts.ALL],
        # Names in scripts that the shipped fonts lack need the machine's own.
        skip_system_fonts=False,
    )


def pixel_size(svg: str) -> tuple[int, int]:
    """Return the width and height of the PNG in pixels."""
    found = _VIEW_BOX.search(svg)
    assert found, "the SVG writer gives every picture a view box"
    width, height = float(found[1]), float(found[2])
    scale = min(_SCALE, (_MOST_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))
