"""Our ES modules as one script.

The page is made of some sixty small modules. A browser fetches them in waves, one per level of
imports, and the layout worker fetches its own again: about a second before the first picture,
against a third of that for one file (both measured on loopback). Engines without a module loader
need one script as well.

Nothing is minified or renamed. Each module becomes one function that returns its exports, so that
two modules may use the same name inside. Imports and exports have one form, which a test checks:

    import { a, b as c } from './x.mjs';
    export function a() {}
"""

from __future__ import annotations

import re
from pathlib import Path

from graphscope.errors import GraphscopeError

_IMPORT = re.compile(
    r"^import\s+(?:\{(?P<names>[^}]*)\}\s+from\s+)?'(?P<path>\.[^']+)';\n?", re.MULTILINE
)
_EXPORT = re.compile(
    r"^export (?=(?:async )?(?:function\*?|const|let|class)\s+(?P<name>\w+))", re.MULTILINE
)


def bundle(entry: Path, root: Path) -> str:
    """Join a module and everything it imports, dependencies first.

    Args:
        entry: the module that starts.
        root: the folder that all modules lie in; their names in the script are relative to it.

    Raises:
        GraphscopeError: when a module is missing.
    """
    root = root.resolve()
    modules = _modules(entry.resolve(), root)
    names = {path: f"module_{number}" for number, path in enumerate(modules)}
    parts = [_wrap(path, text, names, root) for path, text in modules.items()]
    exported = ", ".join(_exports(modules[entry.resolve()]))
    return "\n".join([*parts, f"const {{ {exported} }} = {names[entry.resolve()]};", ""])


def _wrap(path: Path, text: str, names: dict[Path, str], root: Path) -> str:
    """Return a module as a function that is called at once and returns what it exports."""

    def bind(match: re.Match[str]) -> str:
        if match["names"] is None:
            return ""
        source = names[(path.parent / match["path"]).resolve()]
        return f"const {{{match['names'].replace(' as ', ': ')}}} = {source};\n"

    return "\n".join(
        [
            f"// {path.relative_to(root).as_posix()}",
            f"const {names[path]} = (() => {{",
            _EXPORT.sub("", _IMPORT.sub(bind, text)),
            f"return {{ {', '.join(_exports(text))} }};",
            "})();",
        ]
    )


def _exports(text: str) -> list[str]:
    return [match["name"] for match in _EXPORT.finditer(text)]


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
    return [(path.parent / match["path"]).resolve() for match in _IMPORT.finditer(text)]
