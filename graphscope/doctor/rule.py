"""What a rule is, and how all of a package are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import walk_packages
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


def load_rules(package: ModuleType, tell: Callable[[str], None] = lambda _note: None) -> list[Rule]:
    """Import the modules of a package, and of those in it, that are rules; in order of their names.

    Args:
        package: `doctor.rules` or `doctor.checks`.
        tell: called with a note about each module that cannot be imported; the others still work.
    """
    modules = walk_packages(package.__path__, f"{package.__name__}.")
    names = [each.name for each in modules if not each.ispkg]
    found = [_load(name, tell) for name in names if not name.rpartition(".")[2].startswith("_")]
    return [rule for rule in found if rule is not None]


def _load(name: str, tell: Callable[[str], None]) -> Rule | None:
    try:
        return cast("Rule", import_module(name))
    except Exception as error:  # noqa: BLE001 - our own fault must not hide the user's
        tell(f"The rule module {name} cannot be imported ({type(error).__name__}: {error}).")
        return None
