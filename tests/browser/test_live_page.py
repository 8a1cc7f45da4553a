"""The live page as its user meets it: runs, curves, what is told while a training goes on."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, wait_for
from tests.browser.live_runs import FakeTraining
from tests.browser.live_steps import (
    card,
    expect_runs,
    lines,
    make_runs,
    picture,
    row,
    wait_for_curves,
)  # fmt: skip

pytestmark = pytest.mark.browser

LINES = "document.querySelector('.js-plotly-plot').data"
PROMPT = 8.0  # seconds, on a machine that does much else; an idle one needs half of one


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def page(visit_runs: Visit, root: Path) -> Page:
    make_runs(root, 2)
    page = visit_runs(root)
    wait_for_curves(page)
    return page


def test_the_page_opens_with_runs_and_curves(page: Page) -> None:
    expect(page).to_have_title(re.compile("runs · graphscope"))
    assert "token" not in page.url
    expect(row(page, "exp1")).to_contain_text("finished")
    expect(row(page, "exp2")).to_contain_text("running")
    expect(row(page, "exp1")).to_contain_text("epoch 8/10")
    expect_runs(page, "loss", 2)
    expect_runs(page, "accuracy", 2)
    assert {line["dash"] for line in lines(page, "loss")} == {"solid", "5px,4px"}


def test_time_and_memory_are_folded_until_one_asks(page: Page) -> None:
    expect(card(page, "memory/process")).to_be_hidden()
    page.get_by_role("button", name=re.compile("Memory")).click()
    expect_runs(page, "memory/process", 2)


def test_a_step_is_shown_while_the_training_goes_on(visit_runs: Visit, root: Path) -> None:
    training = make_runs(root, 1, steps=120)[0]
    page = visit_runs(root)
    wait_for_curves(page)
    drawn = len(lines(page, "loss")[0]["x"])
    began = time.perf_counter()
    training.write_step()
    expect(row(page, "exp1")).to_contain_text("121")
    wait_for(page, f"{LINES}[0].x.length > {drawn}")
    assert time.perf_counter() - began < PROMPT
    training.end()
    expect(row(page, "exp1")).to_contain_text("finished")


def test_smoothing_draws_a_calmer_line_over_the_raw_one(page: Page) -> None:
    def swing(values: list[float]) -> float:
        return sum(abs(a - b) for a, b in pairwise(values))

    raw, smooth = lines(page, "loss")[:2]
    assert raw["opacity"] < 0.5
    assert swing(smooth["y"]) < swing(raw["y"]) / 2
    page.get_by_role("slider", name="Smoothing").fill("0")
    wait_for(page, f"{LINES}[0].opacity === undefined")
    assert "smooth=0" in page.url


def test_a_hidden_run_leaves_curves_and_comes_back(page: Page) -> None:
    box = row(page, "exp1").get_by_role("checkbox", name="Show exp1")
    box.uncheck()
    expect_runs(page, "loss", 1)
    page.reload()
    expect(row(page, "exp1").get_by_role("checkbox")).not_to_be_checked()
    expect_runs(page, "loss", 1)
    page.get_by_role("checkbox", name="Show all runs").check()
    expect_runs(page, "loss", 2)


def test_runs_are_sorted_and_filtered(page: Page) -> None:
    names = page.get_by_role("grid", name="Runs").get_by_role("rowheader")
    expect(names).to_contain_text(["exp2", "exp1"])
    title = page.get_by_role("columnheader", name="learning_rate")
    title.get_by_role("button").click()
    expect(title).to_have_attribute("aria-sort", "ascending")
    expect(names).to_contain_text(["exp2", "exp1"])
    title.get_by_role("button").click()
    expect(names).to_contain_text(["exp1", "exp2"])
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Filter runs")).to_be_focused()
    page.keyboard.type("running")
    expect(names).to_have_count(1)
    page.get_by_role("searchbox", name="Filter runs").fill("nothing like it")
    expect(page.get_by_text("No run fits")).to_be_visible()


def test_metrics_are_filtered(page: Page) -> None:
    page.get_by_role("searchbox", name="Filter metrics").fill("accu")
    expect(card(page, "loss")).to_have_count(0)
    expect_runs(page, "accuracy", 2)


def test_the_address_brings_the_whole_view_back(page: Page) -> None:
    page.get_by_role("radio", name="Epoch").click()
    page.get_by_role("button", name="log y").click()
    page.get_by_role("button", name=re.compile("^Rates")).click()
    page.get_by_role("button", name="Enlarge loss").click()
    page.get_by_role("searchbox", name="Filter runs").fill("exp")
    page.reload()
    expect(page.get_by_role("radio", name="Epoch")).to_be_checked()
    expect(page.get_by_role("button", name="log y")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("button", name=re.compile("^Rates"))).to_have_attribute(
        "aria-expanded", "false"
    )
    expect(page.get_by_role("button", name="Enlarge loss")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.get_by_role("searchbox", name="Filter runs")).to_have_value("exp")
    expect(picture(page, "loss")).to_have_attribute("aria-label", re.compile("by epoch, log"))
    assert max(lines(page, "loss")[0]["x"]) == 8


def test_dragging_zooms_and_the_server_sends_that_window(page: Page) -> None:
    card(page, "loss").scroll_into_view_if_needed()
    box = picture(page, "loss").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 90, steps=6)
    page.mouse.up()
    expect(page.get_by_role("button", name="Show all of loss")).to_be_visible()
    wait_for(page, f"{LINES}[0].x[0] > 50")
    xs = lines(page, "loss")[0]["x"]
    assert min(xs) > 50
    assert max(xs) < 350
    page.reload()
    wait_for_curves(page)
    assert min(lines(page, "loss")[0]["x"]) > 50
    page.get_by_role("button", name="Show all of loss").click()
    wait_for(page, f"{LINES}[0].x[0] < 5")


def test_the_keyboard_is_enough(page: Page) -> None:
    row(page, "exp2").focus()
    page.keyboard.press("ArrowDown")
    expect(row(page, "exp1")).to_be_focused()
    page.keyboard.press(" ")
    expect(row(page, "exp1").get_by_role("checkbox")).not_to_be_checked()
    page.keyboard.press("Enter")
    expect(row(page, "exp1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("x")
    expect(page.get_by_role("radio", name="Epoch")).to_be_checked()
    page.keyboard.press("]")
    expect(page.get_by_role("slider", name="Smoothing")).to_have_value("0.65")
    page.keyboard.press("d")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard and mouse")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard and mouse")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(row(page, "exp1")).to_have_attribute("aria-selected", "false")


def test_a_run_gets_another_colour(page: Page) -> None:
    is_blue = f"{LINES}.some(({{line}}) => line?.color === '#1795fa')"
    row(page, "exp1").hover()
    row(page, "exp1").get_by_role("button", name="Colour of exp1").click()
    page.get_by_role("button", name="Colour 6", exact=True).click()
    wait_for(page, is_blue)
    page.reload()
    wait_for_curves(page)
    wait_for(page, is_blue)


def test_the_name_of_a_run_stays_a_name(visit_runs: Visit, root: Path) -> None:
    name = "<img src=x onerror=alert(1)>%{y}"
    FakeTraining(root / name, epoch=50).write_steps(100)
    page = visit_runs(root)
    wait_for_curves(page)
    expect(row(page, name)).to_be_visible()
    assert page.locator("img[src=x]").count() == 0


def test_an_empty_folder_says_what_to_do_and_waits(visit_runs: Visit, root: Path) -> None:
    page = visit_runs(root)
    welcome = page.get_by_role("region", name="No runs yet")
    expect(welcome).to_contain_text('graphscope.Monitor("runs/exp1")')
    FakeTraining(root / "exp1", epoch=20).write_steps(30)
    expect(row(page, "exp1")).to_be_visible()
    expect(welcome).to_be_hidden()
    expect_runs(page, "loss", 1)
