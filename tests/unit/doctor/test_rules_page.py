"""docs/rules.md lists every rule there is."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

from graphscope.doctor.catalogue import PACKAGES, list_rules, rules_page

PAGE = Path(__file__).parents[3] / "docs" / "rules.md"
REMEDY = "Run: python -m graphscope.doctor.catalogue > docs/rules.md"
MODULES = [
    found.name
    for package in PACKAGES
    for folder in [import_module(f"graphscope.doctor.{package}")]
    for found in walk_packages(folder.__path__, f"{folder.__name__}.")
    if not found.ispkg and not found.name.rpartition(".")[2].startswith("_")
]


@pytest.mark.parametrize("name", MODULES)
def test_a_rule_has_an_id_and_says_what_it_finds(name: str) -> None:
    module = import_module(name)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", module.ID), module.ID
    assert (module.__doc__ or "").partition("\n")[0].endswith((".", "`."))


def test_every_rule_is_on_the_page() -> None:
    rows = set(PAGE.read_text(encoding="utf-8").splitlines())
    missing = [rule for rule in list_rules() if not any(f"| `{rule.id}` |" in row for row in rows)]
    assert not missing, REMEDY


def test_the_page_lists_no_rule_that_is_gone() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(listed) == {rule.id for rule in list_rules()}, REMEDY


def test_the_page_has_one_line_for_each_id_and_section() -> None:
    page = rules_page()
    sections = page.split("\n## ")[1:]
    assert [each.count("| `softmax-over-one` |") for each in sections] == [0, 1, 0, 1]
    assert "| `nan-comparison` | A comparison with NaN, which is never equal to anything. |" in page
