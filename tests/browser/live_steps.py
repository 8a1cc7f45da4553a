"""What a user of the live page looks at, by role and name."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from graphscope.runs import Epoch
from tests.browser.conftest import wait_for
from tests.browser.live_runs import FakeTraining


class Overfitting(FakeTraining):
    """A training whose validation gets worse from the fourth epoch on."""

    def write_epoch(self, loss: float, accuracy: float, at: float) -> None:  # noqa: ARG002
        """Write a loss that falls, and one of validation that rises again."""
        number = self.step // self.epoch - 1
        metrics = {"loss": 2 * 0.7**number, "val_loss": 0.8 + 0.15 * abs(number - 3)}
        self.log.write(Epoch(number, self.step, at, metrics))


def make_runs(root: Path, count: int, steps: int = 400) -> list[FakeTraining]:
    """Write runs exp1, exp2, ... that ended one after the other; the last one goes on."""
    runs = []
    for number in range(1, count + 1):
        began = time.time() - steps * 0.01 - 60 * (count - number)
        run = FakeTraining(
            root / f"exp{number}",
            seed=number,
            epoch=50,
            began=began,
            learning_rate=10.0**-number,
        ).write_steps(steps)
        if number < count:
            run.end()
        runs.append(run)
    return runs


def row(page: Page, name: str) -> Locator:
    """Return the row of a run."""
    return page.get_by_role("grid", name="Runs").get_by_role("row").filter(has_text=name)


def card(page: Page, metric: str) -> Locator:
    """Return the card of a metric."""
    return page.get_by_role("article", name=metric, exact=True)


def picture(page: Page, metric: str) -> Locator:
    """Return the picture of a metric, whose name says what it shows."""
    return card(page, metric).get_by_role("img")


def expect_runs(page: Page, metric: str, count: int) -> None:
    """Wait until a card shows this many runs."""
    words = f"of {count} run{'' if count == 1 else 's'} by"
    expect(picture(page, metric)).to_have_attribute("aria-label", re.compile(words))


def lines(page: Page, metric: str) -> list[dict[str, Any]]:
    """Return what Plotly draws in a card: x, y, opacity and dash of each line."""
    found: list[dict[str, Any]] = card(page, metric).evaluate(
        """(card) => card.querySelector('.js-plotly-plot').data
            .filter((line) => line.meta?.run)
            .map(({x, y, opacity, line}) => ({x: [...x], y: [...y], opacity, dash: line.dash}))"""
    )
    return found


def wait_for_curves(page: Page) -> None:
    """Wait for the first picture."""
    wait_for(page, "performance.getEntriesByName('graphscope:curves').length > 0")
