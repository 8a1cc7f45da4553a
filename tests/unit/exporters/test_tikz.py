"""TikZ: the same picture for LaTeX; that TeX draws it was tried with TikZJax."""

from __future__ import annotations

import re

import pytest

from graphscope.exporters.options import ExportOptions
from graphscope.exporters.picture import draw_svg
from graphscope.exporters.tikz.document import make_tikz
from graphscope.exporters.tikz.letters import escape
from graphscope.exporters.tikz.outline import trace_path
from graphscope.graph import Graph
from tests.unit.exporters.conftest import Export
from tests.unit.exporters.hostile import NAMES, hostile_graph

NUMBER = r"-?[\d.]+(?:e-?\d+)?"
POINT = rf"\({NUMBER},{NUMBER}\)"
# Every character of a text that means something to TeX is part of one of these.
TEXT = (
    r"(?:[A-Za-z0-9.()\[\]/:;*+=@]|[-,?!]\{\}|\\[{}$&#%_ ]|\\text[a-z]+\{\}|\\ldots\{\}"
    r"|\\ensuremath\{\\[a-z]+\}|\\gsletter\{[^\\{}]\})*"
)
STEP = re.compile(
    rf"\\path\[[a-z=, .\d]*\] (?:\[rounded corners=[\d.]+bp\] )?{POINT}"
    rf"(?: rectangle {POINT}| -- (?:{POINT}|cycle)| \.\. controls {POINT} and {POINT} \.\. {POINT}"
    rf"| {POINT})*;|"
    rf"\\shade\[[a-z=, ]+\] {POINT} rectangle {POINT};|"
    rf"\\node\[anchor=base(?: west| east)?,text=gs[a-z]+,font=(?:\\gs[a-z]+)+\{{[\d.]+bp\}},"
    rf"text depth=0pt\] at {POINT} \{{{TEXT}\}};|"
    rf"\\begin\{{scope\}}\[shift=\{{{POINT}\}}\]|\\end\{{scope\}}"
)


def steps(source: bytes | str) -> list[str]:
    text = source if isinstance(source, str) else source.decode()
    inside = text.split(r"\clip")[1].split(r"\end{tikzpicture}")[0]
    return inside.splitlines()[1:]


def test_texts_are_texts_in_three_faces(model: Graph, export: Export) -> None:
    text = export(model, "tex", depth=2).decode()
    assert re.search(r"font=\\gsbold\\gssize\{[\d.]+bp\}.*\{query\};", text)
    assert re.search(r"font=\\gsmono.*\{Input\\ \\ensuremath\{\\cdot\}\\ B", text)
    assert text.count(r"\begin{scope}") == text.count(r"\end{scope}")


def test_colours_are_named_once(model: Graph, export: Export) -> None:
    text = export(model, "tex").decode()
    defined = re.findall(r"\\definecolor\{(\w+)\}\{HTML\}\{([0-9A-F]{6})\}", text)
    assert len({value for _, value in defined}) == len(defined)
    used = set(re.findall(r"(?:fill|draw|text|color)=(gs[a-z]+)", text))
    assert used <= {name for name, _ in defined}


def test_masks_are_dashed(model: Graph, export: Export) -> None:
    assert b"dash pattern=on" in export(model, "tex", depth=9)


def test_the_width_is_that_of_the_picture(model: Graph, export: Export) -> None:
    text = export(model, "tex", width=85).decode()
    unit = float(re.findall(r"x=([\d.]+)bp", text)[0])
    width = float(re.findall(r"\\clip \(0,0\) rectangle \(([\d.]+),", text)[0])
    assert unit * width == pytest.approx(85 / 25.4 * 72, rel=1e-3)


@pytest.mark.parametrize("overlay", ["type", "parameters", "flops"])
@pytest.mark.parametrize("style", ["screen", "paper"])
def test_every_line_is_a_known_step(model: Graph, export: Export, overlay: str, style: str) -> None:
    lines = steps(export(model, "tex", depth=9, overlay=overlay, style=style))
    assert [line for line in lines if not STEP.fullmatch(line)] == []


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_names_do_nothing(name: str) -> None:
    lines = steps(make_tikz(draw_svg(hostile_graph(name), ExportOptions(depth=3))))
    assert [line for line in lines if not STEP.fullmatch(line)] == []


def test_commands_of_tex_are_letters() -> None:
    assert escape(r"\input{/etc/passwd}%$^_#&~") == (
        r"\textbackslash{}input\{/etc/passwd\}\%\$\textasciicircum{}\_\#\&\textasciitilde{}"
    )
    assert escape("--?`é") == r"-{}-{}?{}\textasciigrave{}\gsletter{é}"


def test_arcs_are_quarter_circles() -> None:
    assert trace_path("M7 0A7 7 0 0 0 0 7") == ("(7,0) .. controls (3.13,0) and (0,3.13) .. (0,7)")
    with pytest.raises(ValueError, match="path command 'Q'"):
        trace_path("M0 0Q1 1 2 2")
