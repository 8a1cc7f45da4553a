"""Nothing in the files of strangers runs in a browser: not in the page, nor in what is exported.

By day the names that were written to break out of a page, at night every file of the collection:
GRAPHSCOPE_HOSTILE=all.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.hostile.browsing import Stage
from tests.hostile.collection import make_collection
from tests.hostile.collection.names import NAMES
from tests.hostile.rows import SCRIPT_FLAG, Row

pytestmark = pytest.mark.browser

_IS_ALL = os.environ.get("GRAPHSCOPE_HOSTILE") == "all"
_BY_DAY = frozenset(
    f"name_{name}" for name, text in NAMES.items() if SCRIPT_FLAG in text
) | {"file_html", "short_script", "log_name_script", "sm_name_img", "code_lambda"}  # fmt: skip


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[Row]:
    folder = tmp_path_factory.mktemp("hostile")
    collection = make_collection(folder, is_big=False, with_keras=False)
    return [row for row in collection if _IS_ALL or row.id in _BY_DAY]


@pytest.fixture(scope="module")
def stage(browser: Browser) -> Iterator[Stage]:
    stage = Stage(browser, SCRIPT_FLAG)
    yield stage
    stage.close()


def test_nothing_runs_in_a_browser(stage: Stage, rows: list[Row]) -> None:
    assert len(rows) >= 15
    faults = [f"{row.id}: {fault}" for row in rows for fault in stage.find_faults(row)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("<p>fine", []),
        (f"<script>window.{SCRIPT_FLAG}=1</script>", ["A SCRIPT RAN: its flag is set"]),
        (
            f"<iframe srcdoc='<script>window.{SCRIPT_FLAG}=1</script>'></iframe>",
            ["A SCRIPT RAN: its flag is set"],
        ),
        ("<script>console.error('x')</script>", ["console error: x"]),
        ("<script>throw new Error('x')</script>", ["uncaught: x"]),
        ("<script>alert(1)</script>", ["a dialog opened"]),
        ("<script>open('about:blank')</script>", ["another page was opened"]),
    ],
)
def test_what_runs_in_a_page_is_noticed(
    stage: Stage, tmp_path: Path, body: str, told: list[str]
) -> None:
    path = tmp_path / "page.html"
    path.write_text(f"<!DOCTYPE html><title>x</title>{body}")
    faults = stage.look(path.as_uri(), lambda page: page.wait_for_load_state("load"))
    assert faults == told


def test_a_request_that_leaves_the_machine_is_noticed(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!DOCTYPE html><title>x</title><img src='http://gs.invalid/x.png'>")
    faults = stage.look(path.as_uri(), lambda page: page.wait_for_load_state("load"))
    assert "request to http://gs.invalid/x.png" in faults
