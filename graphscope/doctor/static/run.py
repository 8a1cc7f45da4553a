"""Running all checks, and finding them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, cast

from graphscope.doctor.findings import Diagnosis, Severity
from graphscope.doctor.source import SourceFile
from graphscope.doctor.static import in_graph, in_source
from graphscope.doctor.static.model import CheckedModel


class GraphCheck(Protocol):
    """A module: an id, and a function that looks at a model."""

    ID: str

    def check(self, model: CheckedModel) -> Iterator[Diagnosis]:
        """Yield what is wrong with the model."""
        ...


class SourceCheck(Protocol):
    """A module: an id, and a function that looks at a file."""

    ID: str

    def check(self, file: SourceFile) -> Iterator[Diagnosis]:
        """Yield what is wrong in the file."""
        ...


def check_model(model: CheckedModel) -> list[Diagnosis]:
    """Return what all checks find in a model, worst first."""
    checks = [cast("GraphCheck", module) for module in _modules(in_graph)]
    return _ranked([found for check in checks for found in check.check(model)])


def check_source(file: SourceFile) -> list[Diagnosis]:
    """Return what all checks find in a file, worst first."""
    checks = [cast("SourceCheck", module) for module in _modules(in_source)]
    return _ranked([found for check in checks for found in check.check(file)])


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in iter_modules(package.__path__):
        if not found.name.startswith("_"):
            yield import_module(f"{package.__name__}.{found.name}")


_ORDER = list(Severity)


def _ranked(diagnoses: list[Diagnosis]) -> list[Diagnosis]:
    return sorted(diagnoses, key=lambda each: (_ORDER.index(each.severity), -each.confidence))
