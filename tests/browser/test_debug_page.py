"""The page of a diagnosis as its user meets it, in a real browser."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from graphscope.app.debugging import inspect_report
from graphscope.doctor.failure_graph import FailureGraph
from graphscope.doctor.findings import (
    Diagnosis,
    Edit,
    Evidence,
    Fix,
    FixStatus,
    Place,
    RepairClass,
    Severity,
)
from graphscope.doctor.reports import FailureReport, Report
from tests.browser.conftest import wait_for, watch
from tests.support.graphs import graph

pytestmark = pytest.mark.browser

FILE = "/home/user/train.py"
SOURCE = """\
import keras

width = 24
image = keras.Input((28, 28, 1))
left = tower(image, width)
right = keras.layers.Dense(width * 2)(meta)
fused = keras.layers.Add()([left, right])  # <script>document.title = 'owned'</script>
"""
RESIDUAL = """
image=Input[B,28,28,1] -> stem:Conv2D[B,26,26,8]
stem -> tower/conv:Conv2D[B,24,24,8] -> tower/flatten:Flatten[B,4608] -> tower/out:Dense[B,24]
stem -> right:Dense[B,48]
tower/out, right -> fuse:Add
stem -> side/aside:Conv2D[B,9,9,4]
"""
WIDTH = Diagnosis(
    "merge-of-different-shapes",
    Severity.ERROR,
    0.95,
    "Add 'fuse' needs equal shapes, and received (None, 24) and (None, 48).\nUse one width.",
    places=(Place(FILE, 6), Place(FILE, 7)),
    layer="fuse",
    node="fuse",
    evidence=(
        Evidence("origin", "48 <- Dense(width * 2) train.py:6", Place(FILE, 6)),
        Evidence("origin", "width = 24 train.py:3", Place(FILE, 3)),
        Evidence("shape", "tower/out makes (None, 24)", Place(FILE, 5)),
    ),
    fixes=(
        Fix(
            "Give the right branch the width of the left",
            (Edit(FILE, 6, "right = keras.layers.Dense(width)(meta)"),),
            RepairClass.B,
            FixStatus.VERIFIED,
        ),
        Fix("Remove the merge", (Edit(FILE, 7, None),), RepairClass.C, FixStatus.REJECTED),
    ),
)
STEM = Diagnosis(
    "unused-branch",
    Severity.WARNING,
    0.4,
    "Not sure: Conv2D 'aside' leads nowhere.",
    node="side/aside",
)


def lines() -> dict[str, tuple[Place, ...]]:
    return {"tower/out": (Place(FILE, 5),), "right": (Place(FILE, 6),), "fuse": (Place(FILE, 7),)}


Visit = Callable[..., Page]


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """Serve a report and open it; nothing may go wrong in the page."""
    faults: list[str] = []
    inspectors = []

    def open_page(report: Report, found: FailureGraph | None = None, **viewport: int) -> Page:
        inspector = inspect_report(report, found).start()
        inspectors.append(inspector)
        page = watch(context.new_page(), faults)
        if viewport:
            page.set_viewport_size(viewport)  # type: ignore[arg-type]
        page.goto(inspector.url)
        wait_for(page, "window.graphscope?.ready === true")
        page.get_by_role("tabpanel", name="Diagnosis").get_by_role("article").first.wait_for()
        return page

    yield open_page
    for page in context.pages:
        page.close()
    for inspector in inspectors:
        inspector.stop()
    assert faults == []


def make_report(*diagnoses: Diagnosis) -> Report:
    failure = FailureReport("ValueError", "Inputs have incompatible shapes.", "construct")
    return Report(
        FILE,
        "/home/user",
        failure=failure,
        diagnoses=diagnoses,
        sources={FILE: SOURCE},
        command="graphscope debug train.py",
    )


@pytest.fixture
def page(visit: Visit) -> Page:
    return visit(make_report(WIDTH, STEM), FailureGraph(graph(RESIDUAL), "fuse", lines()))


def panel(page: Page) -> Locator:
    return page.get_by_role("tabpanel", name="Diagnosis")


HAS_RED_EDGE = """((id) => {
    const box = graphscope.boxOf(id), canvas = document.querySelector('#canvas');
    if (!box) return false;
    const ratio = devicePixelRatio, at = canvas.getBoundingClientRect();
    const left = Math.round((box.x - at.left - 3) * ratio);
    const top = Math.round((box.y - at.top + box.height / 2) * ratio);
    const copy = new OffscreenCanvas(6 * ratio, 1).getContext('2d');
    copy.drawImage(canvas, left, top, 6 * ratio, 1, 0, 0, 6 * ratio, 1);
    const { data } = copy.getImageData(0, 0, 6 * ratio, 1);
    for (let i = 0; i < data.length; i += 4)
        if (data[i] > 170 && data[i + 1] < 90 && data[i + 2] < 100) return true;
    return false;
})"""
"""Whether the picture has the colour of a failure along the left edge of a box."""


def expect_marked(page: Page, id_: str) -> None:
    wait_for(page, f"{HAS_RED_EDGE}({id_!r})")


def is_marked(page: Page, id_: str) -> bool:
    return bool(page.evaluate(f"{HAS_RED_EDGE}({id_!r})"))


def test_the_page_opens_on_the_diagnosis_with_the_failure_in_sight(page: Page) -> None:
    expect(page).to_have_title("model · graphscope")
    expect(page.get_by_role("tab", name="Diagnosis")).to_have_attribute("aria-selected", "true")
    headline = panel(page).get_by_role("heading", level=2)
    expect(headline).to_have_text(
        "Add 'fuse' needs equal shapes, and received (None, 24) and (None, 48)."
    )
    box = page.evaluate("graphscope.boxOf('fuse')")
    stage = page.get_by_role("main").bounding_box()
    assert stage is not None
    assert stage["x"] < box["x"] < stage["x"] + stage["width"]
    assert stage["y"] < box["y"] < stage["y"] + stage["height"]


def test_both_branches_are_opened_and_marked_to_where_they_part(page: Page) -> None:
    for id_ in ("stem", "tower/conv", "tower/out", "right", "fuse"):
        expect_marked(page, id_)
    assert not is_marked(page, "image")


def test_the_lines_are_shown_as_text_and_marked(page: Page) -> None:
    where = panel(page).get_by_role("figure").first
    expect(where).to_contain_text("train.py:6")
    expect(where.get_by_role("mark").first).to_have_text(
        "right = keras.layers.Dense(width * 2)(meta)"
    )
    expect(where).to_contain_text("<script>document.title = 'owned'</script>")


def test_the_origin_of_a_size_is_a_chain_whose_places_select(page: Page) -> None:
    chain = panel(page).get_by_role("list").filter(has_text="width = 24")
    expect(chain.get_by_role("listitem")).to_have_text(
        [re.compile("^48$"), re.compile("Dense"), re.compile("width = 24")]
    )
    chain.get_by_role("button", name="train.py:6").click()
    expect(row(page, "right")).to_have_attribute("aria-selected", "true")
    expect(panel(page)).to_be_visible()  # who reads a diagnosis goes on reading


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("tree").get_by_role("treeitem", name=re.compile(rf"^{name}\b"))


def test_fixes_are_diffs_with_their_status(page: Page) -> None:
    fix = panel(page).get_by_role("article", name="Give the right branch")
    expect(fix).to_contain_text("verified")
    expect(fix).to_contain_text("class B")
    expect(fix).to_contain_text("Added: right = keras.layers.Dense(width)(meta)")
    expect(fix).to_contain_text("Removed: right = keras.layers.Dense(width * 2)(meta)")
    expect(fix).to_contain_text("graphscope debug --apply 1 train.py")
    rejected = panel(page).get_by_role("article", name="Remove the merge")
    expect(rejected).to_contain_text("rejected")
    expect(rejected).not_to_contain_text("--apply")


def test_another_diagnosis_marks_another_part(page: Page) -> None:
    choices = panel(page).get_by_role("navigation", name="Diagnoses")
    choices.get_by_role("button", name="Conv2D 'aside'").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text(
        "Not sure: Conv2D 'aside' leads nowhere."
    )
    expect_marked(page, "side/aside")
    assert not is_marked(page, "right")
    choices.get_by_role("button", name="Add 'fuse'").click()
    expect(panel(page).get_by_role("heading", level=2)).to_contain_text("Add 'fuse'")


def test_selecting_in_the_picture_shows_the_details_and_escape_leads_back(page: Page) -> None:
    row(page, "stem").click()
    expect(page.get_by_role("tab", name="Details")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("article", name="Layer: stem")).to_be_visible()
    expect(panel(page)).to_be_hidden()
    page.keyboard.press("Escape")
    expect(panel(page)).to_be_visible()


def test_tabs_are_moved_through_by_keyboard(page: Page) -> None:
    page.get_by_role("tab", name="Diagnosis").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Details")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Details")).to_be_visible()


def test_a_key_leads_back_to_what_is_diagnosed(page: Page) -> None:
    page.evaluate("graphscope.collapse('tower')")
    for _ in range(6):
        page.get_by_role("button", name="Zoom in").click()
    page.keyboard.press(".")
    wait_for(page, "(box => box && box.x > 0 && box.y > 52)(graphscope.boxOf('fuse'))")


def test_in_a_narrow_window_the_picture_stands_above_the_diagnosis(visit: Visit) -> None:
    found = FailureGraph(graph(RESIDUAL), "fuse", lines())
    page = visit(make_report(WIDTH), found, width=820, height=1000)
    stage, text = page.get_by_role("main").bounding_box(), panel(page).bounding_box()
    assert stage is not None
    assert text is not None
    assert stage["width"] == 820
    assert text["y"] >= stage["y"] + stage["height"]
    assert stage["height"] > 300
    page.get_by_role("button", name="Details panel").click()
    expect(panel(page)).to_be_hidden()


def test_a_program_that_failed_before_any_layer_has_its_diagnosis_all_the_same(
    visit: Visit,
) -> None:
    page = visit(make_report(WIDTH))
    expect(panel(page).get_by_role("heading", level=2)).to_contain_text("Add 'fuse'")
    expect(page.get_by_role("alert")).to_contain_text("no layer")


@pytest.fixture
def script(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A script that fails, and the address at which `graphscope debug --show` explains it."""
    file = tmp_path / "train.py"
    file.write_text(
        "import keras\n"
        "x = keras.Input((8,), name='signal')\n"
        "a = keras.layers.Dense(4, name='low')(x)\n"
        "b = keras.layers.Dense(6, name='high')(x)\n"
        "keras.layers.Add(name='sum')([a, b])\n"
    )
    command = [sys.executable, "-m", "graphscope", "debug", "--show", "--no-verify", str(file)]
    process: Any = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        yield file, next(line.strip() for line in process.stdout if line.startswith("http://"))
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


def test_the_command_leads_to_the_page(script: tuple[Path, str], context: BrowserContext) -> None:
    _, address = script
    faults: list[str] = []
    page = watch(context.new_page(), faults)
    page.goto(address)
    wait_for(page, "window.graphscope?.ready === true")
    expect(panel(page)).to_contain_text("train.py")
    assert page.evaluate("graphscope.boxOf('sum')")
    expect_marked(page, "low")
    page.close()
    assert faults == []
