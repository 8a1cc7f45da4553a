"""A training painted on its graph, as its user meets it in a real browser; no training runs."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Download, Locator, Page, expect

from graphscope.app.painted import inspect_run
from graphscope.runs import Columns, Record, Start, Step
from graphscope.runs.log import LogWriter, read_run
from tests.browser.conftest import wait_for, watch
from tests.unit.app.painted.trainings import (
    LAYERS,
    SAMPLED,
    end,
    make_records,
    nan_event,
    write_run,
)

pytestmark = pytest.mark.browser

Open = Callable[..., Page]


@pytest.fixture
def open_run(context: BrowserContext) -> Iterator[Open]:
    """Serve a run's folder and open its page; nothing may go wrong in it."""
    faults: list[str] = []
    with ExitStack() as servers:

        def open_page(folder: Path, *, fragment: str = "", **options: Any) -> Page:
            inspector = servers.enter_context(inspect_run(folder, **options))
            page = watch(context.new_page(), faults)
            page.goto(inspector.url + fragment)
            wait_until_told(page)
            return page

        yield open_page
        for page in context.pages:
            page.close()
    assert faults == []


def wait_until_told(page: Page) -> None:
    wait_for(page, "window.graphscope?.ready === true")
    panel(page).get_by_role("heading", level=2).wait_for()
    page.locator("#details-content > *").first.wait_for(state="attached")


def make_sick_records(file: str) -> list[Record]:
    """Return a training in which `hidden` returns NaN from step 240 on."""
    broken = {
        (step, "encoder/hidden"): {"nan_count": 12.0, "activation_mean": math.nan}
        for step in SAMPLED
        if step > 240
    }
    records = make_records(numbers=broken)
    after = next(k for k, each in enumerate(records) if getattr(each, "step", 0) == 240)
    records.insert(after + 1, nan_event(file=file, line=2))
    cost = [Columns(1, ("loss", "overhead")), Step(400, 1008.0, 1, (0.1, 0.0123))]
    return [*records, *cost, end()]


@pytest.fixture
def sick(tmp_path: Path) -> Path:
    program = tmp_path / "train.py"
    program.write_text("import keras\nhidden = keras.ops.log(x)\n")
    write_run(tmp_path / "runs" / "exp1", make_sick_records(str(program))).close()
    return tmp_path / "runs" / "exp1"


@pytest.fixture
def page(open_run: Open, sick: Path) -> Page:
    page = open_run(sick)
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("^Step 396 of 400"))
    return page


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Step of the training")


def legend(page: Page) -> Locator:
    return page.get_by_role("region", name="Legend")


def panel(page: Page) -> Locator:
    return page.get_by_role("tabpanel", name="Training")


def statistic(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Statistic of the training")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("tree").get_by_role("treeitem", name=re.compile(rf"^{name}\b"))


def colour_of(page: Page, id_: str) -> list[int]:
    """Return the fill of a box, near its right end where no text stands."""
    return page.evaluate(  # type: ignore[no-any-return]
        """(id) => {
            const box = graphscope.boxOf(id), canvas = document.querySelector('#canvas');
            const at = canvas.getBoundingClientRect(), ratio = devicePixelRatio;
            const x = (box.x - at.left + box.width - 7) * ratio;
            const y = (box.y - at.top + box.height / 2) * ratio;
            const copy = new OffscreenCanvas(1, 1).getContext('2d');
            copy.drawImage(canvas, Math.round(x), Math.round(y), 1, 1, 0, 0, 1, 1);
            return [...copy.getImageData(0, 0, 1, 1).data].slice(0, 3);
        }""",
        id_,
    )


def test_the_graph_is_painted_with_the_newest_step(page: Page) -> None:
    expect(statistic(page)).to_have_value("gradient_norm")
    expect(legend(page)).to_contain_text("Gradient norm, step 396 (log)")
    assert colour_of(page, "stem") != colour_of(page, "head")
    bar = page.get_by_role("region", name="Time of the training")
    expect(bar).to_contain_text("exp1 finished")
    expect(bar).to_contain_text("epoch 4")
    expect(bar).to_contain_text("monitor took 1.2 % of the time")


def test_scrubbing_with_keys_repaints_on_the_same_scale(page: Page) -> None:
    before, ends = colour_of(page, "stem"), legend(page).locator(".ends").inner_text()
    slider(page).focus()
    page.keyboard.press("ArrowLeft")
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("^Step 391"))
    page.keyboard.press("PageDown")
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("^Step 341"))
    page.keyboard.press("Home")
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("^Step 1 .*epoch 1"))
    expect(legend(page)).to_contain_text("Gradient norm, step 1 (log)")
    assert legend(page).locator(".ends").inner_text() == ends
    assert colour_of(page, "stem") != before
    page.keyboard.press("End")
    expect(legend(page)).to_contain_text("step 396")


def test_the_slider_follows_the_pointer(page: Page) -> None:
    box = slider(page).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile(r"^Step (196|201|206)"))
    expect(page.get_by_role("button", name="Latest")).to_have_attribute("aria-pressed", "false")


def test_other_statistics_are_chosen_beside_the_other_overlays(page: Page) -> None:
    labels = statistic(page).get_by_role("option").all_inner_texts()
    for label in ("Health", "Update ratio", "Activation max", "Dead share", "NaN and Inf"):
        assert label in labels
    statistic(page).select_option("Update ratio")
    expect(legend(page)).to_contain_text("Update ratio, step 396")
    statistic(page).select_option("Health")
    expect(legend(page)).to_contain_text("none")
    page.get_by_role("radio", name="Parameters").click()
    expect(legend(page)).to_contain_text("Parameters")
    expect(statistic(page)).to_have_value("")


def test_the_first_nan_is_told_with_its_place_and_what_came_in(page: Page) -> None:
    article = panel(page).get_by_role("article", name="First NaN")
    expect(article).to_contain_text("Dense 'hidden' returned 12 NaN numbers in step 240.")
    expect(article).to_contain_text("train.py:2")
    expect(article).to_contain_text("hidden = keras.ops.log(x)")
    expect(article).to_contain_text("-1.5 to 88, mean 3.25")
    article.get_by_role("button", name="encoder/hidden").click()
    expect(row(page, "hidden")).to_have_attribute("aria-selected", "true")
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("hidden")


def test_a_mark_on_the_slider_leads_to_the_step_and_the_layer(page: Page) -> None:
    slider(page).focus()
    page.keyboard.press("Home")
    page.get_by_role("group", name="Alerts").get_by_role("button", name="first NaN").click()
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("^Step 241"))
    expect(row(page, "hidden")).to_have_attribute("aria-selected", "true")
    wait_for(page, "graphscope.boxOf('encoder/hidden') !== null")


def test_a_layer_has_a_chart_of_each_statistic_at_the_steps_value(page: Page) -> None:
    page.evaluate("graphscope.select('twin')")
    chart = panel(page).get_by_role("figure", name="Gradient norm")
    expect(chart).to_be_visible()
    for name in ("Update ratio", "Activation", "Zero share", "Weight norm", "Gradients"):
        expect(panel(page).get_by_role("figure", name=name).first).to_be_visible()
    value = chart.get_by_role("status").inner_text()
    slider(page).focus()
    page.keyboard.press("Home")
    expect(chart.get_by_role("status")).not_to_have_text(value)
    page.get_by_role("tab", name="Details").click()
    expect(page.get_by_role("article", name="Layer: twin")).to_be_visible()


def test_a_scope_lists_its_layers(page: Page) -> None:
    page.evaluate("graphscope.select('encoder')")
    layers = panel(page).get_by_role("list").get_by_role("listitem")
    expect(layers).to_have_count(2)
    layers.get_by_role("button", name="encoder/norm").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("norm")


def test_playing_moves_through_the_run_and_pauses(page: Page) -> None:
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    wait_for(page, "Number(document.querySelector('#run-slider').value) > 20")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.keyboard.press("[")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_the_address_keeps_the_step(page: Page) -> None:
    slider(page).focus()
    page.keyboard.press("Home")
    wait_for(page, "location.hash.includes('step=1')")
    page.reload()
    wait_until_told(page)
    expect(slider(page)).to_have_attribute("aria-valuetext", re.compile("^Step 1 "))


def test_the_exported_file_shows_the_step(page: Page, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Share").click()
        page.get_by_role("button", name="Export", exact=True).click()
    download: Download = waiting.value
    download.save_as(tmp_path / "model.svg")
    text = (tmp_path / "model.svg").read_text()
    assert "Gradient norm, step 396 (log)" in text
    assert "Gradient norm: " in text


def test_what_differs_from_another_run_is_listed_and_leads_there(
    open_run: Open, sick: Path
) -> None:
    records = make_records()
    start = records[0]
    assert isinstance(start, Start)
    layers = [replace(each, activation="tanh") if each.key == "head" else each for each in LAYERS]
    other = replace(start, run="exp0", layers=tuple(layers))
    write_run(sick.parent / "exp0", [other, *records[1:]]).close()
    page = open_run(sick, before=read_run(sick.parent / "exp0"))
    expect(panel(page)).to_contain_text("Changed since exp0")
    panel(page).get_by_role("button", name="head").click()
    expect(row(page, "head")).to_have_attribute("aria-selected", "true")
    expect(panel(page)).to_contain_text("Changed since exp0")


def made_now(records: list[Record]) -> list[Record]:
    """Return records as if they were written now, so that the run counts as going on."""
    return [
        each if isinstance(each, Columns) else replace(each, time=time.time()) for each in records
    ]


def write_more(log: LogWriter, since: int, until: int) -> None:
    for record in made_now(make_records(until=until)[2:]):
        if getattr(record, "step", 0) > since:
            log.write(record)


def test_a_run_that_goes_on_is_followed_until_one_looks_back(
    open_run: Open, tmp_path: Path
) -> None:
    log = write_run(tmp_path / "exp1", made_now(make_records(until=50)))
    page = open_run(tmp_path / "exp1")
    expect(page.get_by_role("button", name="Live")).to_have_attribute("aria-pressed", "true")
    expect(legend(page)).to_contain_text("step 46")
    write_more(log, 50, 120)
    expect(legend(page)).to_contain_text("step 116")
    page.keyboard.press("[")
    expect(legend(page)).to_contain_text("step 111")
    write_more(log, 120, 200)
    expect(slider(page)).to_have_attribute("max", "200")
    expect(legend(page)).to_contain_text("step 111")
    page.keyboard.press("l")
    expect(legend(page)).to_contain_text("step 196")
    log.close()


def test_a_run_that_was_not_looked_into_is_shown_all_the_same(
    open_run: Open, tmp_path: Path
) -> None:
    records = [each for each in make_records() if type(each).__name__ != "Statistics"]
    write_run(tmp_path / "exp1", [*records, end()]).close()
    page = open_run(tmp_path / "exp1")
    expect(slider(page)).to_be_disabled()
    expect(panel(page)).to_contain_text("No step has been looked into")
    expect(page.get_by_role("region", name="Time of the training")).to_contain_text("Step 400")
    page.evaluate("graphscope.select('stem')")
    expect(panel(page)).to_contain_text("No statistics of this layer were logged.")


def test_names_of_strangers_are_text(open_run: Open, tmp_path: Path) -> None:
    records = make_records(until=30)
    start = records[0]
    assert isinstance(start, Start)
    hostile = "<img src=x onerror=document.title='owned'>"
    layers = (replace(LAYERS[0], name=hostile), *LAYERS[1:])
    write_run(tmp_path / "exp1", [replace(start, layers=layers), *records[1:]]).close()
    page = open_run(tmp_path / "exp1")
    page.evaluate("graphscope.select('stem')")
    expect(panel(page).get_by_role("heading", level=2)).to_have_text(hostile)
    expect(page).to_have_title("digits · graphscope")
