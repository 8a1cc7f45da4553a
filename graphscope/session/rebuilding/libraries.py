"""Which classes a file may have made: those of Keras and of libraries of models for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Library:
    """A library of models, by what its modules and its registered classes are called.

    `packages` are the prefixes under which files name its classes: its own name and those that it
    had before.
    """

    module: str
    distribution: str
    packages: tuple[str, ...]

    @property
    def is_installed(self) -> bool:
        """Whether it can be imported; it is not."""
        return find_spec(self.module) is not None

    @property
    def title(self) -> str:
        """Its name and installed version."""
        try:
            return f"{self.module} {version(self.distribution)}"
        except PackageNotFoundError:
            return self.module  # It was not installed by pip.

    def find_classes(self) -> Mapping[str, str]:
        """Return the modules of the classes that it offers, by name; none if it is not installed.

        They are read from the text of its package, which is not imported.
        """
        spec = find_spec(self.module)
        folders = spec.submodule_search_locations if spec is not None else None
        return _read_classes(tuple(folders or ()))

    def holds(self, module: str) -> bool:
        """Whether a module that a file names is one of its modules."""
        return module.partition(".")[0] in self.packages


_OFFER = re.compile(r"from ([\w.]+) import \(?\s*(\w+) as \w+")
"""A line of what a package offers under another path, as keras_hub writes it."""


@cache
def _read_classes(folders: tuple[str, ...]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        for part in _OFFERING:
            path = Path(folder, part, "__init__.py")
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            found |= {name: module for module, name in _OFFER.findall(text)}
    return found


LIBRARIES = (Library("keras_hub", "keras-hub", ("keras_hub", "keras_nlp")),)

_OFFERING = ("layers", "models")
"""The packages of a library that offer what models are made of."""
_PLAIN = ("layers.modeling.", "models.")
_KERAS_PARTS = (
    "constraints",
    "dtype_policies",
    "initializers",
    "layers",
    "models",
    "ops",
    "quantizers",
    "random",
    "regularizers",
)


_DOTTED_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


def find_library(module: str) -> Library | None:
    """Return the library that a module belongs to.

    >>> find_library("keras_nlp.src.models.bert.bert_backbone").module
    'keras_hub'
    """
    return next((library for library in LIBRARIES if library.holds(module)), None)


def may_be_made(module: str) -> bool:
    """Whether objects of a module are only made of numbers and other such objects.

    >>> may_be_made("keras.layers"), may_be_made("keras_hub.src.models.bert.bert_backbone")
    (True, True)
    >>> may_be_made("keras.utils"), may_be_made("keras_hub.src.utils.preset_utils")
    (False, False)
    """
    if not _DOTTED_NAME.fullmatch(module):
        return False
    package, _, rest = module.partition(".")
    if package == "keras":
        parts = rest.removeprefix("src.").split(".")
        return not rest or parts[0] in _KERAS_PARTS
    if find_library(module) is None:
        return False
    return rest in ("layers", "models") or rest.removeprefix("src.").startswith(_PLAIN)
