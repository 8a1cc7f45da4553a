"""The files of a program: what a script imports from beside itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from graphscope.doctor.source import Program, SourceFile


def local_files(program: Program, file: SourceFile) -> list[SourceFile]:
    """Return the program's own files that a file imports, directly or not, itself left out."""
    found: dict[str, SourceFile] = {file.path: file}
    waiting = [file]
    while waiting:
        importer = waiting.pop()
        for path in _imported(importer, Path(program.folder)):
            if str(path) in found or not program.is_own(str(path)):
                continue
            imported = program.file(str(path))
            if imported is not None:
                found[str(path)] = imported
                waiting.append(imported)
    return list(found.values())[1:]


def _imported(file: SourceFile, folder: Path) -> Iterator[Path]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _paths(folder, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = Path(file.path).parents[node.level - 1] if node.level else folder
            module = node.module or ""
            yield from _paths(base, module)
            for alias in node.names:
                yield from _paths(base, f"{module}.{alias.name}".strip("."))


def _paths(folder: Path, module: str) -> Iterator[Path]:
    if not module:
        return
    base = folder.joinpath(*module.split("."))
    for path in (base.with_name(f"{base.name}.py"), base / "__init__.py"):
        if path.is_file():
            yield path.resolve()
