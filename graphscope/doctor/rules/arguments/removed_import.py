"""An import of something that Keras has moved, renamed or removed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphscope.doctor.case import Case
from graphscope.doctor.facts import moved as _moved
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code

ID = "removed-import"

NOT_THERE = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
NO_MODULE = re.compile(r"No module named '([\w.]+)'")


@dataclass(slots=True)
class _Import:
    """An import statement that cannot be run, and the names to import instead."""

    statement: ast.ImportFrom
    wanted: dict[str, list[str]] = field(default_factory=dict)
    """Module to names, as they are written after `import`."""
    unknown: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the import that failed for names of Keras."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ImportError) or not failure.site:
        return
    frame = failure.site[0]
    file = case.program.file(frame.position.file)
    statement = file.statement_on(frame.position.line) if file else None
    if file is None or not isinstance(statement, ast.ImportFrom | ast.Import):
        return
    if not _is_of_keras(failure.message):
        return
    if isinstance(statement, ast.Import):
        yield from _plain(case, file, statement)
        return
    yield _tell(case, file, statement)


def _is_of_keras(message: str) -> bool:
    found = NOT_THERE.search(message)
    missing = NO_MODULE.search(message)
    name = found[2] if found else missing[1] if missing else ""
    return name.startswith(("keras.", "tensorflow.keras", "tensorflow.python.keras")) or (
        name == "keras" and found is not None
    )


def _plain(case: Case, file: SourceFile, statement: ast.Import) -> Iterator[Diagnosis]:
    """`import keras.utils.np_utils as u`."""
    alias = statement.names[0]
    new = _moved.module_of(alias.name)
    if new is None:
        return
    name = f"import {new} as {alias.asname}" if alias.asname else f"import {new}"
    line = Place(file.path, statement.lineno)
    fix = make_fix(
        Editor(file).replace(statement, name),
        f"Import {new}, which holds it now",
        repair_class=RepairClass.A,
        likelihood=0.8,
    )
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"There is no module {alias.name} in Keras 3{at(case, line)}: "
        f"`{file.line_text(line.line)}`.\nIts contents are in {new}.",
        places=(line,),
        evidence=(code(case, line),),
        fixes=(fix,) if fix else (),
    )


def _tell(case: Case, file: SourceFile, statement: ast.ImportFrom) -> Diagnosis:
    broken = _examine(statement)
    line = Place(file.path, statement.lineno)
    module = statement.module or ""
    names = ", ".join(alias.name for alias in statement.names)
    advice = " ".join(broken.changes) or "Keras 3 has nothing in its place."
    fixes = tuple(_fixes(file, statement))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.92,
        f"`{file.line_text(line.line)}`{at(case, line)} asks for what Keras 3 does not have there: "
        f"{names} from {module}.\n{advice}",
        places=(line,),
        evidence=(
            code(case, line),
            Evidence("note", advice, line),
            Evidence("note", f"{module} was removed or changed in Keras 3", line),
        ),
        fixes=fixes,
    )


def _examine(statement: ast.ImportFrom) -> _Import:
    broken = _Import(statement)
    module = statement.module or ""
    names = [alias.name for alias in statement.names]
    old = _moved.legacy(module, names)
    here = _moved.module_of(module) or module
    for alias in statement.names:
        new = _module_itself(module, alias.name) or _moved.find(alias.name, here)
        exact = new is not None and new.rpartition(".")[2] == alias.name
        if new is None or (old is not None and not exact):
            broken.unknown.append(alias.name)
            continue
        place, _, name = new.rpartition(".")
        bound = alias.asname or alias.name
        broken.wanted.setdefault(place, []).append(name if name == bound else f"{name} as {bound}")
        if f"{module}.{alias.name}" != new:
            broken.changes.append(f"{alias.name} is {new} in Keras 3.")
    if broken.unknown and old is not None:
        broken.wanted = {old: [_with_alias(alias) for alias in statement.names]}
        broken.changes = [f"TensorFlow still has {', '.join(names)} as {old}."]
        broken.unknown = []
    return broken


def _module_itself(module: str, name: str) -> str | None:
    """Return what holds the contents of a module that was imported as a name."""
    return _moved.MODULES.get(_moved.canonical(f"{module}.{name}"))


def _with_alias(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _fixes(file: SourceFile, statement: ast.ImportFrom) -> Iterator[Fix]:
    editor, done = Editor(file), []
    for other in _broken_imports(file, statement):
        broken = _examine(other)
        if broken.unknown or not broken.wanted:
            if other is statement:
                return
            continue
        renamed = _misspelt(file, editor, broken) if other is statement else {}
        lines = [
            f"from {m} import {', '.join(renamed.get(each, each) for each in names)}"
            for m, names in broken.wanted.items()
        ]
        editor.replace(other, "\n".join(lines))
        done += lines
    fix = make_fix(
        editor,
        f"Import it from where it is now: {'; '.join(done[:2])}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix


def _misspelt(file: SourceFile, editor: Editor, broken: _Import) -> dict[str, str]:
    """Write names that differ in their capitals alone as they are, wherever they are used."""
    renamed = {}
    for each in [name for names in broken.wanted.values() for name in names]:
        new, _, bound = each.partition(" as ")
        if not bound or new.lower() != bound.lower():
            continue
        renamed[each] = new
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Name) and node.id == bound:
                editor.replace(node, new)
    return renamed


def _broken_imports(file: SourceFile, statement: ast.ImportFrom) -> list[ast.ImportFrom]:
    """Return the failing import and the others of the file that would fail next."""
    found = [statement]
    for node in file.tree.body:
        if isinstance(node, ast.ImportFrom) and node is not statement and not node.level:
            module = node.module or ""
            gone = _moved.module_of(module) or any(
                _moved.module_of(f"{module}.{alias.name}") for alias in node.names
            )
            if gone:
                found.append(node)
    return found
