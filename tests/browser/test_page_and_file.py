"""The picture that the page saves is the picture that `graphscope export` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphscope.exporters.options import ExportOptions
from graphscope.exporters.svg import export
from tests.browser.conftest import Visit
from tests.support.graphs import graph

MODEL = graph(
    """
    x=Input[B,8]float32
    scope encoder:Encoder
    x -> encoder/dense:Dense[B,16] -> encoder/relu=Relu[B,16]
    encoder/relu -> encoder/norm:LayerNormalization[B,16]
    encoder/norm, x -> add=Concat[B,24] -> head:Dense[B,4]
    """,
    name="two ways",
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("depth", "drive"), [(0, "collapseAll"), (9, "expandAll")])
def test_page_and_file_are_the_same_picture(
    visit: Visit, tmp_path: Path, theme: str, depth: int, drive: str
) -> None:
    page = visit(MODEL)
    page.get_by_role("radio", name="Parameters").click()
    if theme == "dark":
        page.get_by_role("button", name="Theme and language").click()
        page.get_by_role("radio", name="Dark").click()
    page.evaluate(f"window.graphscope.{drive}()")
    with page.expect_download() as download:
        page.get_by_role("button", name="Share").click()
        page.get_by_role("button", name="Export", exact=True).click()
    written = tmp_path / "file.svg"
    options = ExportOptions(depth=depth, overlay="parameters", theme=theme)  # type: ignore[arg-type]
    export(MODEL, written, options)
    saved = Path(download.value.path()).read_text(encoding="utf-8")
    assert saved == written.read_text(encoding="utf-8")
