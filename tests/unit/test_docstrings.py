"""The examples in docstrings are true."""

from __future__ import annotations

import doctest
import pkgutil
from importlib import import_module

import pytest

import graphscope

NEED_A_BACKEND = ("graphscope.tracers.",)
"""Packages whose modules import Keras; what they say is tested where Keras is."""


def find_modules() -> list[str]:
    found = pkgutil.walk_packages(graphscope.__path__, "graphscope.")
    names = (module.name for module in found if not module.name.endswith("__main__"))
    return [name for name in names if not name.startswith(NEED_A_BACKEND)]


@pytest.mark.parametrize("name", [*find_modules(), "graphscope.tracers.messages"])
def test_examples(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
