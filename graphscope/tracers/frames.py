"""Which line of the user's program is running: the innermost frame outside the frameworks."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, FrameType

from graphscope.graph import SourceLine
from graphscope.resources import is_shipped_sample

FRAMEWORKS = ("keras", "tensorflow", "jax", "jaxlib", "torch", "numpy", "optree", "graphscope")
"""Packages whose frames never count as the user's own."""


def find_user_line(frame: FrameType | None, *, stop: CodeType | None = None) -> SourceLine | None:
    """Return the innermost line that belongs to the user, walking outwards from `frame`.

    Args:
        frame: where to start.
        stop: code at which to give up; the caller's boundary, for instance the wrapper around the
            call that surrounds this one.
    """
    # Runs for every operation, through all frames of the framework: each look-up counts.
    while frame is not None:
        code = frame.f_code
        if code is stop:
            return None
        if is_user_code(code.co_filename):
            return SourceLine(shorten_path(code.co_filename), frame.f_lineno, code.co_qualname)
        frame = frame.f_back
    return None


@cache
def is_user_code(filename: str) -> bool:
    """Whether a file belongs neither to a framework, nor to Python, nor to generated code."""
    if filename.startswith("<"):
        # A notebook cell is compiled under a name such as <ipython-input-3-...>.
        return filename.startswith("<ipython-input")
    return is_shipped_sample(filename) or not filename.startswith(_framework_folders())


@cache
def shorten_path(filename: str) -> str:
    """Return the path relative to the working directory where it lies below it."""
    path = Path(filename)
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else filename


@cache
def _framework_folders() -> tuple[str, ...]:
    folders = [sysconfig.get_paths()["stdlib"]]
    for package in FRAMEWORKS:
        module = sys.modules.get(package)
        spec = module.__spec__ if module is not None else find_spec(package)
        if spec is not None and spec.submodule_search_locations:
            folders += [f"{location}/" for location in spec.submodule_search_locations]
    site_packages = sysconfig.get_paths()["purelib"]
    # The standard library's folder usually contains site-packages, where users' code may live.
    return tuple(folder for folder in folders if not site_packages.startswith(folder)) + tuple(
        f"{folders[0]}/{part}" for part in _standard_library_parts(folders[0])
    )


def _standard_library_parts(stdlib: str) -> list[str]:
    return [part.name for part in sorted(Path(stdlib).iterdir()) if part.name != "site-packages"]
