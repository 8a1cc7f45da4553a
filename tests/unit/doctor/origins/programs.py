"""Small programs as files, and frames as a recorder would have caught them."""

from __future__ import annotations

import ast
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.evaluating import as_spec
from graphscope.doctor.records import Frame, Position, Recording, Site
from graphscope.doctor.source import Program


def write(folder: Path, files: Mapping[str, str]) -> Program:
    """Write a program; its script is `main.py`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))
    return Program(folder / "main.py")


def case_of(program: Program, **variables: Any) -> Case:
    """Return a case without events."""
    return Case(program, Recording(), globals=variables)


def run(program: Program) -> tuple[Case, list[Site]]:
    """Run a program; each call of its function `probe` is remembered as a site."""
    sites: list[Site] = []
    variables: dict[str, Any] = {"__name__": "__main__", "__file__": program.main}
    variables["probe"] = lambda *_: sites.append(catch(sys._getframe(1), program))
    before = set(sys.modules)
    sys.path.insert(0, program.folder)
    try:
        exec(compile(Path(program.main).read_text(), program.main, "exec"), variables)
    finally:
        sys.path.remove(program.folder)
        loaded = {
            name: module
            for name, module in sys.modules.items()
            if name not in before
            and (getattr(module, "__file__", None) or "").startswith(program.folder)
        }
        for name in loaded:
            del sys.modules[name]
    return Case(program, Recording(), globals=variables), sites


def catch(frame: FrameType | None, program: Program) -> Site:
    """Return the program's frames from here outwards, with their variables as they are."""
    caught: list[Frame] = []
    while frame is not None:
        code = frame.f_code
        if program.is_own(code.co_filename):
            extent = list(code.co_positions())[frame.f_lasti // 2]
            line, end_line, column, end_column = (each or 0 for each in extent)
            position = Position(
                code.co_filename, line, end_line, column, end_column, code.co_qualname
            )
            variables = {name: as_spec(value) for name, value in frame.f_locals.items()}
            caught.append(Frame(position, code, variables, frame.f_globals))
        frame = frame.f_back
    return tuple(caught)


def probed(case: Case, site: Site) -> ast.expr:
    """Return the first argument of the `probe(...)` that a site was caught at."""
    found = case.program.call(site[0])
    assert found is not None
    return found[1].args[0]
