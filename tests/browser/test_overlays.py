"""Overlays as a user meets them: chosen, read in the legend, and narrowed down."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from graphscope.exporters import drawing
from graphscope.graph import Graph
from graphscope.session.node_data import add_overlays
from tests.browser.conftest import Visit, wait_for
from tests.support.graphs import graph

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def model() -> Graph:
    return graph(
        """
        image=Input[B,28,28,1]float32
        image -> encoder/conv:Conv2D(kernel[3,3,1,32])[B,26,26,32]{"kernel_size": [3, 3]}
        encoder/conv -> encoder/pool:MaxPooling2D[B,13,13,32] -> flatten:Flatten[B,5408]
        flatten -> wide:Dense(kernel[5408,100])[B,100] -> head:Dense(kernel[100,10])[B,10]
        """,
        name="digits",
    )


@pytest.fixture
def page(visit: Visit, model: Graph) -> Page:
    return visit(model)


def legend(page: Page) -> Locator:
    return page.get_by_role("region", name="Legend")


def kept(page: Page) -> str:
    """Return how many nodes the legend says are inside what is chosen."""
    return legend(page).get_by_role("status").inner_text()


def choose(page: Page, label: str) -> None:
    page.get_by_label("More overlays").select_option(label=label)


def test_further_overlays_are_in_the_list_beside_the_usual_ones(page: Page) -> None:
    options = page.get_by_label("More overlays").locator("option:not([hidden])")
    expect(options).to_have_text(["Live at peak", "Dtype", "Trainable"])
    choose(page, "Live at peak")
    expect(legend(page)).to_contain_text("KiB")
    choose(page, "Trainable")
    expect(legend(page).get_by_role("button", name=re.compile("^trained"))).to_be_visible()
    page.get_by_role("radio", name="FLOPs").click()
    expect(page.get_by_label("More overlays")).to_have_value("")


def test_a_range_is_chosen_by_keys_and_told(page: Page) -> None:
    page.get_by_role("radio", name="Parameters").click()
    least = page.get_by_role("slider", name="Smallest value shown")
    expect(least).to_have_attribute("aria-valuetext", "288")
    least.focus()
    page.keyboard.press("End")
    page.keyboard.press("PageDown")
    expect(legend(page).get_by_role("status")).to_have_text("1 node inside")
    expect(least).to_have_attribute("aria-valuenow", "90")
    page.keyboard.press("Escape")
    expect(legend(page).get_by_role("status")).to_be_hidden()
    expect(least).to_be_focused()


def test_a_range_is_drawn_with_the_mouse_and_taken_back(page: Page) -> None:
    page.get_by_role("radio", name="Parameters").click()
    ramp = page.get_by_role("group", name="Range of values shown")
    box = ramp.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.85, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 1.2, middle, steps=4)
    page.mouse.up()
    expect(legend(page).get_by_role("status")).to_have_text("1 node inside")
    legend(page).get_by_role("button", name="Show all").click()
    expect(legend(page).get_by_role("status")).to_be_hidden()


def test_another_overlay_ends_a_range(page: Page) -> None:
    page.get_by_role("radio", name="Parameters").click()
    page.get_by_role("slider", name="Largest value shown").press("Home")
    expect(legend(page).get_by_role("status")).to_be_visible()
    page.get_by_role("radio", name="FLOPs").click()
    expect(legend(page).get_by_role("status")).to_be_hidden()


def test_the_scale_turns_from_log_to_linear(page: Page) -> None:
    page.get_by_role("radio", name="Parameters").click()
    expect(legend(page).get_by_role("radio", name="Log")).to_be_checked()
    legend(page).get_by_role("radio", name="Linear").click()
    expect(legend(page).get_by_role("radio", name="Linear")).to_be_checked()
    expect(legend(page)).to_contain_text("0541k")
    page.locator("#canvas").focus()
    page.keyboard.press("Shift+L")
    expect(legend(page).get_by_role("radio", name="Log")).to_be_checked()


def test_a_category_is_chosen_and_others_fade(page: Page) -> None:
    choose(page, "Dtype")
    entry = legend(page).get_by_role("button", name=re.compile("^float32"))
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "true")
    expect(legend(page).get_by_role("status")).to_have_text(re.compile(r"\d nodes? inside"))
    entry.click()
    expect(entry).to_have_attribute("aria-pressed", "false")


def test_families_are_switches_too(page: Page) -> None:
    entry = legend(page).get_by_role("button", name="matmul")
    entry.click()
    expect(legend(page).get_by_role("status")).to_have_text("3 nodes inside")
    legend(page).get_by_role("button", name="Show all").click()
    expect(entry).to_have_attribute("aria-pressed", "false")


def test_the_largest_values_are_listed_and_lead_there(page: Page) -> None:
    page.get_by_role("radio", name="Parameters").click()
    button = legend(page).get_by_role("button", name="Top 10")
    button.click()
    expect(button).to_have_attribute("aria-expanded", "true")
    rows = legend(page).get_by_role("list", name="Largest values").get_by_role("button")
    expect(rows).to_have_text(
        [re.compile("wide.*541k"), re.compile("head.*1k"), re.compile("conv")]
    )
    rows.nth(2).click()
    expect(page.get_by_role("article", name="Layer: conv")).to_be_visible()
    wait_for(page, "graphscope.boxOf('encoder/conv')")


def test_values_that_take_long_come_when_they_are_wanted(
    visit: Visit, model: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "QUICK", 0)
    page = visit(model)
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    choose(page, "Live at peak")
    expect(legend(page).get_by_role("slider", name="Largest value shown")).to_be_visible()
    page.get_by_role("radio", name="FLOPs").click()
    choose(page, "Live at peak")
    assert sum(url.endswith("/overlays/live_bytes.json") for url in requests) == 1


def test_values_that_come_with_the_graph_are_shown_at_first(visit: Visit, model: Graph) -> None:
    values = {"encoder/conv": 0.2, "head": 0.9, "nobody": 3}
    page = visit(add_overlays(model, [{"name": "Score", "values": values}]))
    expect(page.get_by_label("More overlays")).to_have_value("data-score")
    expect(legend(page)).to_contain_text("Score")
    page.get_by_role("button", name=re.compile(r"^\d+ notes?$")).click()
    expect(page.get_by_role("dialog", name="Notes about this graph")).to_contain_text(
        '1 of 3 values belong to no node of this graph: "nobody"'
    )


def choose_values(page: Page, path: Path) -> None:
    # Asked for from the start: the browser is told to leave the choice to the test, and takes a
    # moment to hear it.
    page.on("filechooser", lambda chooser: chooser.set_files(path))
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name=re.compile("[Cc]ommand")).fill("values in a file")
    expect(page.get_by_role("dialog").get_by_role("option").first).to_contain_text(
        "values in a file"
    )
    page.keyboard.press("Enter")


def test_values_of_a_file_are_laid_onto_the_graph(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "placement.json"
    path.write_text(json.dumps({"values": {"encoder/conv": "gpu:0", "head": "gpu:1"}}))
    choose_values(page, path)
    expect(legend(page).get_by_role("button", name=re.compile("^gpu:1"))).to_be_visible()
    expect(page.get_by_label("More overlays")).to_have_value("data-placement")


def test_a_file_without_values_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text("[1, 2]")
    choose_values(page, path)
    expect(page.get_by_role("alert")).to_contain_text("other.json holds no JSON object")
    page.get_by_role("alert").get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_be_hidden()
