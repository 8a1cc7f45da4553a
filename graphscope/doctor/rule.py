"""What a rule is, and how all of a package are found."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis


class Rule(Protocol):
    """A module: an id, and a function that looks at a case."""

    ID: str

    def diagnose(self, case: Case) -> Iterator[Diagnosis]:
        """Yield what is wrong; nothing when the rule does not apply."""
        ...


def load_rules(package: ModuleType) -> list[Rule]:
    """Import the modules of a package that are rules, in the order of their names."""
    return [
        cast("Rule", import_module(f"{package.__name__}.{found.name}"))
        for found in iter_modules(package.__path__)
        if not found.name.startswith("_")
    ]
