"""Which classes a file may have made: those of Keras and of libraries of models for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec


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

    def holds(self, module: str) -> bool:
        """Whether a module that a file names is one of its modules."""
        return module.partition(".")[0] in self.packages


LIBRARIES = (Library("keras_hub", "keras-hub", ("keras_hub", "keras_nlp")),)

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
