"""Our ES modules as one script.

The page is made of some sixty small modules. A browser fetches them in waves, one per level of
imports, and the layout worker fetches its own again: about a second before the first picture,
against a third of that for one file (both measured on loopback). Engines without a module loader
need one script as well.

Nothing is minified or renamed: the modules follow two rules that make joining them trivial, and the
tests check both. Names at top level are unique, and imports and exports have one form:

    import { a, b } from './x.mjs';
    export function a() {}
"""

from __future__ import annotations

import re
from pathlib import Path

from graphscope.errors import GraphscopeError

_IMPORT = re.compile(r"^import\s+(?:\{[^}]*\}\s+from\s+)?'(\.[^']+)';\n?", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)


def bundle(entry: Path, root: Path) -> str:
    """Join a module and everything it imports, dependencies first.

    Args:
        entry: the module that starts.
        root: the folder that all modules lie in; their names in the script are relative to it.

    Raises:
        GraphscopeError: when a module is missing.
    """
    root = root.resolve()
    return "\n".join(
        f"// {path.relative_to(root).as_posix()}\n{_strip(text)}"
        for path, text in _modules(entry.resolve(), root).items()
    )


def _modules(entry: Path, root: Path) -> dict[Path, str]:
    """Return path and text of each module in the order in which a browser would run them."""
    finished: dict[Path, str] = {}
    begun: set[Path] = set()
    waiting = [(entry, False)]
    while waiting:
        path, imports_done = waiting.pop()
        if imports_done:
            finished[path] = path.read_text(encoding="utf-8")
            continue
        if path in begun:
            continue
        begun.add(path)
        waiting.append((path, True))
        waiting.extend((imported, False) for imported in reversed(_imports(path, root)))
    return finished


def _imports(path: Path, root: Path) -> list[Path]:
    if not path.is_file() or not path.is_relative_to(root):
        raise GraphscopeError(
            f"graphscope's module {path.name!r} is missing from {root}.",
            "Reinstall it: pip install --force-reinstall keras-graphscope.",
        )
    text = path.read_text(encoding="utf-8")
    return [(path.parent / name).resolve() for name in _IMPORT.findall(text)]


def _strip(text: str) -> str:
    return _EXPORT.sub("", _IMPORT.sub("", text))
