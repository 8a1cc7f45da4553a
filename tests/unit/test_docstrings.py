"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import graphscope

NEED_A_BACKEND = ("graphscope.tracers.",)
"""Packages whose modules import Keras; what they say is tested where Keras is."""


def find_modules() -> list[str]:
    """Return the modules with examples; few have any, and importing all takes a while."""
    found = pkgutil.walk_packages(graphscope.__path__, "graphscope.")
    names = (module.name for module in found if not module.name.endswith("__main__"))
    return [name for name in names if not name.startswith(NEED_A_BACKEND) and has_examples(name)]


def has_examples(name: str) -> bool:
    spec = find_spec(name)
    assert spec is not None, name
    assert spec.origin is not None, name
    return ">>> " in Path(spec.origin).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [*find_modules(), "graphscope.tracers.messages"])
def test_examples(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
