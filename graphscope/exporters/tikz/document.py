"""From the SVG that `draw_svg` makes to a LaTeX file with the same picture in TikZ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from xml.etree import ElementTree as ET

from graphscope.exporters.tikz.letters import escape
from graphscope.exporters.tikz.outline import trace_path

Style = Mapping[str, str]
_INITIAL: Style = {
    "fill": "#000000",
    "stroke": "none",
    "stroke-width": "1",
    "stroke-dasharray": "",
    "font-family": "",
    "font-size": "16",
    "font-weight": "400",
    "text-anchor": "start",
}
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_BOLD = 600

_HEAD = r"""% A computation graph. Compile it with pdflatex, lualatex or xelatex, or read it into
% another document with \includestandalone (package standalone). Colours and fonts are set here.
\documentclass[tikz,border=0pt]{standalone}
\ifdefined\directlua\else\ifdefined\XeTeXversion\else
  \usepackage[T1]{fontenc}
  \usepackage{textcomp}
\fi\fi
\usepackage{lmodern}
% A letter beyond ASCII: pdflatex knows too few of them.
\newcommand\gsletter[1]{\ifdefined\Umathchar#1\else?\fi}
\newcommand\gssans{\sffamily}
\newcommand\gsbold{\sffamily\bfseries}
\newcommand\gsmono{\ttfamily}
\newcommand\gssize[1]{\fontsize{#1}{#1}\selectfont}
"""


def make_tikz(svg: str) -> str:
    """Return a LaTeX file that shows an SVG picture which `draw_svg` made, in the same size."""
    root = ET.fromstring(svg)
    width, height = (float(part) for part in root.attrib["viewBox"].split()[2:])
    # Points of PostScript for each unit of the drawing.
    unit = float(root.attrib["width"].removesuffix("mm")) / width * 72 / 25.4
    colors = _Colors()
    body = list(_draw(root, colors, unit))
    return "\n".join(
        [
            _HEAD.rstrip("\n"),
            *colors.define(),
            r"\begin{document}%",
            rf"\begin{{tikzpicture}}[x={unit:.5f}bp,y=-{unit:.5f}bp,line join=round,"
            r"inner sep=0pt,outer sep=0pt]",
            rf"\useasboundingbox (0,0) rectangle ({width:g},{height:g});",
            rf"\clip (0,0) rectangle ({width:g},{height:g});",
            *body,
            r"\end{tikzpicture}%",
            r"\end{document}",
            "",
        ]
    )


class _Colors:
    """Colours by name, so that all of a kind can be changed in one place."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def name(self, value: str) -> str:
        return self._names.setdefault(value.lower(), f"gs{_letters(len(self._names))}")

    def define(self) -> Iterator[str]:
        for value, name in self._names.items():
            yield rf"\definecolor{{{name}}}{{HTML}}{{{value.removeprefix('#').upper()}}}"


def _letters(number: int) -> str:
    """Count in letters: macros of LaTeX have no digits in their names."""
    text = chr(ord("a") + number % 26)
    return text if number < 26 else _letters(number // 26 - 1) + text


def _draw(root: ET.Element, colors: _Colors, unit: float) -> Iterator[str]:
    stops = root.findall(".//{*}linearGradient/{*}stop")
    # Groups are as deep as the scopes of the model, so no recursion; None closes a group.
    waiting: list[tuple[ET.Element, Style] | None] = [(root, _INITIAL)]
    while waiting:
        step = waiting.pop()
        if step is None:
            yield r"\end{scope}"
            continue
        element, outer = step
        style = {**outer, **element.attrib}
        match element.tag.rpartition("}")[2]:
            case "svg":
                waiting += [(child, style) for child in reversed(element)]
            case "g" if "transform" in element.attrib:
                x, y = element.attrib["transform"][len("translate(") : -1].split()
                yield rf"\begin{{scope}}[shift={{({x},{y})}}]"
                waiting += [None, *((child, style) for child in reversed(element))]
            case "g":
                waiting += [(child, style) for child in reversed(element)]
            case "rect":
                yield from _draw_rectangle(element, style, stops, colors, unit)
            case "path":
                yield _paint(trace_path(element.attrib["d"]), style, colors, unit)
            case "text" if (element.text or "").strip():
                yield _draw_text(element, style, colors, unit)


def _draw_rectangle(
    element: ET.Element, style: Style, stops: list[ET.Element], colors: _Colors, unit: float
) -> Iterator[str]:
    x, y, width, height, radius = (
        float(element.get(key, "0")) for key in ("x", "y", "width", "height", "rx")
    )
    radius = min(radius, width / 2, height / 2)
    if style["fill"].startswith("url("):
        yield from _draw_gradient((x, y, width, height), stops, colors)
        style = {**style, "fill": "none"}
    corners = f"[rounded corners={radius * unit:.3f}bp] " if radius else ""
    outline = f"{corners}({x:g},{y:g}) rectangle ({x + width:g},{y + height:g})"
    yield _paint(outline, style, colors, unit)


def _draw_gradient(
    place: tuple[float, float, float, float], stops: list[ET.Element], colors: _Colors
) -> Iterator[str]:
    """Draw one shading between each two colours."""
    x, y, width, height = place
    for left, right in pairwise(stops):
        start, end = (x + width * float(stop.attrib["offset"]) for stop in (left, right))
        if end <= start:
            continue  # a step between two colours
        names = [colors.name(stop.attrib["stop-color"]) for stop in (left, right)]
        yield (
            rf"\shade[left color={names[0]},right color={names[1]}] "
            rf"({start:.3f},{y:g}) rectangle ({end:.3f},{y + height:g});"
        )


def _paint(outline: str, style: Style, colors: _Colors, unit: float) -> str:
    options = []
    if style["fill"] != "none":
        options.append(f"fill={colors.name(style['fill'])}")
    if style["stroke"] != "none":
        width = float(style["stroke-width"]) * unit
        options += [f"draw={colors.name(style['stroke'])}", f"line width={width:.3f}bp"]
        if style["stroke-dasharray"]:
            on, off = (float(part) * unit for part in style["stroke-dasharray"].split())
            options.append(f"dash pattern=on {on:.3f}bp off {off:.3f}bp")
    return rf"\path[{','.join(options)}] {outline};"


def _draw_text(element: ET.Element, style: Style, colors: _Colors, unit: float) -> str:
    bold = float(style["font-weight"]) >= _BOLD
    face = r"\gsmono" if "mono" in style["font-family"].lower() else r"\gssans"
    font = (r"\gsbold" if bold else face) + rf"\gssize{{{float(style['font-size']) * unit:.3f}bp}}"
    x, y = (float(element.get(key, "0")) for key in ("x", "y"))
    anchor, color = _ANCHORS[style["text-anchor"]], colors.name(style["fill"])
    text = escape((element.text or "").strip())
    return (
        rf"\node[anchor={anchor},text={color},font={font},text depth=0pt] "
        rf"at ({x:g},{y:g}) {{{text}}};"
    )
