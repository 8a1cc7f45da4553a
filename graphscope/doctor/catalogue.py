"""All rules there are: their ids and what each finds, by the packages they lie in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

PACKAGES = ("rules", "checks", "static.in_graph", "static.in_source")
"""Packages of the doctor in which every module without a leading underscore is a rule."""


@dataclass(frozen=True, slots=True)
class RuleInfo:
    """A rule: its id, the first line of its docstring, and its package and module."""

    id: str
    description: str
    package: str
    module: str


def list_rules() -> list[RuleInfo]:
    """Return every rule, by package and then by module; ids may occur in several packages."""
    return [info for package in PACKAGES for info in _rules_of(package)]


def _rules_of(package: str) -> Iterator[RuleInfo]:
    parent = import_module(f"graphscope.doctor.{package}")
    for found in iter_modules(parent.__path__):
        if found.name.startswith("_"):
            continue
        module = import_module(f"{parent.__name__}.{found.name}")
        # What is no rule yet is left out here; a test of the documentation names it.
        if isinstance(id_ := getattr(module, "ID", None), str):
            yield RuleInfo(id_, (module.__doc__ or "").partition("\n")[0], package, found.name)
