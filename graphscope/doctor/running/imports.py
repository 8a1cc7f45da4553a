"""Which frameworks a program is going to import, found without running it."""

from __future__ import annotations

import ast
import importlib
import os
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FRAMEWORKS = (
    "keras", "tensorflow", "jax", "torch", "keras_hub", "keras_cv", "tf_keras",
    "tensorflow_datasets", "numpy", "scipy", "pandas", "sklearn", "h5py",
)  # fmt: skip
"""Packages that are slow to import; importing them changes nothing outside the process."""

MAX_FILES = 200
"""Files of a program that are looked at; a larger program is known by its first ones."""


@dataclass(slots=True)
class Imports:
    """What a program imports.

    Attributes:
        modules: dotted names of framework modules, in the order in which they are met.
        environment: environment variables that it sets to literal values before it imports any.
        forced: those of them that replace a value that is set already.
        is_settled: whether nothing else is done before the imports that they may depend on.
    """

    modules: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    forced: set[str] = field(default_factory=set)
    is_settled: bool = True


def find_imports(file: str, folder: str) -> Imports:
    """Return what a program imports, its own modules included.

    Args:
        file: the main file.
        folder: where its own modules lie.
    """
    found = Imports()
    seen: set[str] = set()
    _scan(Path(file), Path(folder), found, seen)
    found.modules = list(dict.fromkeys(found.modules))
    return found


def preload(imports: Imports) -> list[str]:
    """Import what a program is going to import; return the names of what could be imported.

    Nothing is imported when the program computes settings that the imports may depend on. A module
    that cannot be imported is left for the program itself to stumble over.
    """
    if not imports.is_settled:
        return []
    for name, value in imports.environment.items():
        if name in imports.forced:
            os.environ[name] = value
        else:
            os.environ.setdefault(name, value)
    return [name for name in imports.modules if _can_import(name)]


def _can_import(name: str) -> bool:
    try:
        importlib.import_module(name)
    except Exception:  # noqa: BLE001 - the program will meet the same exception, and show it
        return False
    return True


def _scan(path: Path, folder: Path, found: Imports, seen: set[str]) -> None:
    if str(path) in seen or len(seen) >= MAX_FILES:
        return
    seen.add(str(path))
    try:
        with tokenize.open(path) as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return  # Python will say what is wrong with it.
    _read_settings(tree, found)
    for name in _imported(tree):
        top = name.partition(".")[0]
        own = _own_file(name, path, folder)
        if own is not None:
            _scan(own, folder, found, seen)
        elif top in FRAMEWORKS:
            found.modules.append(name)
    if "tensorflow" in found.modules and "keras" not in found.modules and _says_keras(tree):
        found.modules.append("keras")


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield _importable(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield _importable(base)
            if not base.startswith(("keras", "tensorflow")):
                yield from (f"{base}.{a.name}".replace("..", ".") for a in node.names if node.level)


def _importable(name: str) -> str:
    """Return what to import for a name; below TensorFlow and Keras the rest is made on demand."""
    top = name.partition(".")[0]
    return top if top in ("tensorflow", "keras") else name


def _says_keras(tree: ast.Module) -> bool:
    return any(
        (isinstance(node, ast.Attribute) and node.attr == "keras")
        or (isinstance(node, ast.alias) and "keras" in node.name)
        or (isinstance(node, ast.ImportFrom) and "keras" in (node.module or ""))
        for node in ast.walk(tree)
    )


def _own_file(name: str, importer: Path, folder: Path) -> Path | None:
    level = len(name) - len(name.lstrip("."))
    start = importer.parents[level - 1] if level and level <= len(importer.parents) else folder
    parts = [part for part in name.strip(".").split(".") if part]
    path = start.joinpath(*parts)
    candidates = [path.with_suffix(".py")] if parts else []
    candidates.append(path / "__init__.py")
    return next((each for each in candidates if each.is_file()), None)


def _read_settings(tree: ast.Module, found: Imports) -> None:
    """Note what a file does to the environment before it imports its first framework."""
    for statement in tree.body:
        if _imports_framework(statement):
            return
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            continue
        if any(_is_environ(node) for node in ast.walk(statement)) and not _note(statement, found):
            found.is_settled &= not _changes_environ(statement)


def _imports_framework(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Import):
        return any(alias.name.partition(".")[0] in FRAMEWORKS for alias in statement.names)
    return (
        isinstance(statement, ast.ImportFrom)
        and (statement.module or "").partition(".")[0] in FRAMEWORKS
    )


def _is_environ(node: ast.AST) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr in ("environ", "putenv")) or (
        isinstance(node, ast.Name) and node.id in ("environ", "putenv")
    )


def _note(statement: ast.stmt, found: Imports) -> bool:
    """Take down a setting that can be read off; return whether it could."""
    match statement:
        case ast.Assign(
            targets=[ast.Subscript(value=target, slice=ast.Constant(value=str(name)))],
            value=ast.Constant(value=str(value)),
        ) if _is_environ(target):
            found.forced.add(name)
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=target, attr="setdefault"),
                args=[ast.Constant(value=str(name)), ast.Constant(value=str(value))],
            )
        ) if _is_environ(target):
            pass
        case _:
            return False
    found.environment[name] = value
    return True


def _changes_environ(statement: ast.stmt) -> bool:
    """Whether a statement may change the environment, and does not only read it."""
    for node in ast.walk(statement):
        match node:
            case ast.Subscript(value=target, ctx=ast.Store() | ast.Del()) if _is_environ(target):
                return True
            case ast.Call(func=ast.Attribute(value=target, attr=method)) if _is_environ(target):
                if method not in ("get", "copy", "items", "keys", "values"):
                    return True
            case ast.Call(func=function) if _is_environ(function):
                return True
    return False
