"""The live page: alerts, comparison, exports, and a server that goes away."""

from __future__ import annotations

import re
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import BrowserContext, Download, Page, expect

from graphscope.app.live.page import LivePage
from graphscope.app.live.sources import Source
from tests.browser.conftest import Visit, wait_for
from tests.browser.live_runs import FakeTraining
from tests.browser.live_steps import (
    Overfitting,
    card,
    expect_runs,
    make_runs,
    row,
    wait_for_curves,
)  # fmt: skip

pytestmark = pytest.mark.browser


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "runs"


@pytest.fixture
def sick(visit_runs: Visit, root: Path) -> Page:
    Overfitting(root / "sick", epoch=50, began=time.time() - 10).write_steps(600).end()
    page = visit_runs(root)
    wait_for_curves(page)
    return page


@pytest.fixture
def page(visit_runs: Visit, root: Path) -> Page:
    make_runs(root, 3)
    page = visit_runs(root)
    wait_for_curves(page)
    return page


def test_an_alert_is_pinned_on_its_curve_and_explains_itself(sick: Page) -> None:
    pin = card(sick, "loss").get_by_role("button", name=re.compile("Alert: .*overfits"))
    pin.click()
    told = sick.get_by_role("dialog", name=re.compile("overfits"))
    expect(told).to_contain_text("since step")
    expect(told).to_contain_text("sick")
    expect(told).to_contain_text("Stop early")
    expect(told.get_by_role("listitem").first).to_contain_text("val_loss")
    sick.keyboard.press("Escape")
    expect(told).to_have_count(0)
    expect(pin).to_be_focused()


def test_the_bell_lists_alerts_and_leads_to_the_pin(sick: Page) -> None:
    bell = sick.get_by_role("button", name=re.compile(r"^\d+ alerts?$"))
    bell.click()
    alerts = sick.get_by_role("dialog", name="Alerts")
    alerts.get_by_role("button", name=re.compile("overfits")).click()
    expect(sick.get_by_role("dialog", name=re.compile("overfits"))).to_be_visible()


def test_an_alert_comes_while_the_page_is_open(visit_runs: Visit, root: Path) -> None:
    training = Overfitting(root / "sick", epoch=50, began=time.time() - 10)
    training.write_steps(200)
    page = visit_runs(root)
    wait_for_curves(page)
    expect(page.get_by_role("button", name="No alerts")).to_be_visible()
    training.write_steps(400)
    expect(page.get_by_role("button", name=re.compile(r"^\d+ alerts?$"))).to_be_visible()


def test_two_runs_are_compared(page: Page) -> None:
    row(page, "exp1").click()
    expect(page.get_by_text("select another to compare")).to_be_visible()
    row(page, "exp3").click()
    page.get_by_role("button", name="Compare").click()
    drawer = page.get_by_role("complementary", name="Comparison")
    changed = drawer.get_by_role("row", name="optimizer.learning_rate 0.1 0.001")
    expect(changed).to_be_visible()
    expect(drawer.get_by_role("row", name=re.compile("^val_loss"))).to_be_visible()
    page.reload()
    expect(changed).to_be_visible()
    page.get_by_role("button", name="Swap the runs").click()
    expect(drawer.get_by_role("row", name="optimizer.learning_rate 0.001 0.1")).to_be_visible()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()


def test_selected_runs_stand_out(page: Page) -> None:
    row(page, "exp1").click()
    page.mouse.move(5, 5)
    wait_for(
        page,
        "[...document.querySelectorAll('.scatterlayer > .trace')].some((line) => "
        "Number(line.style.opacity) > 0 && Number(line.style.opacity) < 0.2)",
    )


def test_tables_are_downloaded(page: Page) -> None:
    steps = download(page, "Export", "CSV numbers per step")
    assert steps.suggested_filename == "runs.csv"
    text = steps.path().read_text(encoding="utf-8")
    assert "loss" in text.splitlines()[0]
    assert text.count("\n") > 3 * 400
    epochs = download(page, "Export", "CSV numbers per epoch").path().read_text(encoding="utf-8")
    assert "val_loss" in epochs.splitlines()[0]
    parquet = download(page, "Export", "Parquet numbers per step").path().read_bytes()
    assert parquet.startswith(b"PAR1")


def test_charts_are_downloaded_as_pictures(page: Page) -> None:
    svg = download(page, "Export", "SVG picture for a paper").path().read_text(encoding="utf-8")
    texts = "".join(ElementTree.fromstring(svg).itertext())
    assert "loss" in texts
    assert "exp3" in texts
    assert "://" not in svg.replace("http://www.w3.org/", "")
    png = download(page, "Export", "PNG picture, twice the size").path().read_bytes()
    assert png.startswith(b"\x89PNG")
    one = download(page, "Save loss", "SVG picture for a paper")
    assert one.suggested_filename == "loss.svg"


def download(page: Page, button: str, item: str) -> Download:
    with page.expect_download() as coming:
        page.get_by_role("button", name=button).click()
        page.get_by_role("menuitem", name=item).click()
    return coming.value


def test_a_server_that_stops_is_told_of_and_found_again(
    context: BrowserContext, root: Path, tmp_path: Path
) -> None:
    make_runs(root, 1)
    page = context.new_page()
    with LivePage([Source(root, tmp_path / "index.db")]) as live:
        port = live.address.port
        page.goto(live.url)
        wait_for_curves(page)
    banner = page.get_by_role("alert").filter(has_text="The server has stopped")
    expect(banner).to_be_visible()
    expect(row(page, "exp1")).to_be_visible()
    FakeTraining(root / "exp2", epoch=50).write_steps(100)
    with LivePage([Source(root, tmp_path / "index.db")], port=port) as live:
        # The new server knows no old cookie; the link it prints brings a new one.
        expect(page.get_by_role("alert").filter(has_text="no longer allowed")).to_be_visible()
        page.goto(live.url)
        expect(row(page, "exp2")).to_be_visible()
        expect_runs(page, "loss", 2)
        expect(banner).to_be_hidden()
        page.close()
