"""Programs written in a test, run under the doctor's eyes in this process and examined."""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent

from graphscope.doctor.case import Case
from graphscope.doctor.examine import examine
from graphscope.doctor.findings import Diagnosis, Fix
from graphscope.doctor.records import Recording
from graphscope.doctor.running import Launch
from graphscope.session.debug.driver import program_of
from graphscope.session.debug.run import Ending, run_program

MAIN = "train.py"


def run_case(source: str | Mapping[str, str]) -> list[Diagnosis]:
    """Run a program and return what is found, without trying any fix.

    Args:
        source: the script, or the texts of several files by name; `train.py` is the script.
    """
    return diagnose(source)[1]


def diagnose(source: str | Mapping[str, str]) -> tuple[Case, list[Diagnosis]]:
    """Run a program; return the case and what is found. A rule that raises fails the test."""
    with _folder(source) as folder:
        case, _ = _run(folder)
        notes: list[str] = []
        found = examine(case, notes.append)
        assert not notes, notes
    return case, found


def cures(source: str | Mapping[str, str], fix: Fix) -> bool:
    """Whether the program runs to its end with a fix applied."""
    texts = {MAIN: source} if isinstance(source, str) else source
    texts = {name: dedent(text) for name, text in texts.items()}
    names = {
        edit.file: next(name for name in texts if Path(edit.file).name == Path(name).name)
        for edit in fix.edits
    }
    changed = fix.apply({file: texts[name] for file, name in names.items()})
    texts |= {names[file]: text for file, text in changed.items()}
    with _folder(texts) as folder:
        _, ending = _run(folder)
    return ending.is_normal


def _run(folder: Path) -> tuple[Case, Ending]:
    launch = Launch(str(folder / MAIN), str(folder), (MAIN,))
    program, recording = program_of(launch), Recording()
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # pytest makes errors of them; users see them
        ending = run_program(launch, recording, program)
    # The source is read now: the folder is gone when a test looks at the case.
    for path in folder.rglob("*.py"):
        program.file(str(path))
    return Case(program, recording, ending.failure, ending.variables), ending


@contextmanager
def _folder(source: str | Mapping[str, str]) -> Iterator[Path]:
    texts = {MAIN: source} if isinstance(source, str) else source
    path, arguments = list(sys.path), list(sys.argv)
    main, before = sys.modules["__main__"], Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        for file, text in texts.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(dedent(text))
            # Another test may have imported a module of this name and kept it.
            sys.modules.pop(Path(file).stem, None)
        known = set(sys.modules)
        os.chdir(folder)
        try:
            yield folder
        finally:
            os.chdir(before)
            sys.modules["__main__"], sys.path[:], sys.argv[:] = main, path, arguments
            for added in set(sys.modules) - known:
                if str(getattr(sys.modules[added], "__file__", "")).startswith(str(folder)):
                    del sys.modules[added]
