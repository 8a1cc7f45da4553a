"""How a file refers to something of Keras: `layers.Flatten`, `keras.layers.Flatten`, `Flatten`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.source.editing import Editor
from graphscope.doctor.source.program import SourceFile


@dataclass(frozen=True, slots=True)
class Reference:
    """An expression for a name, and the import it needs, if the file has none that reaches it."""

    text: str
    module: str | None = None
    name: str | None = None

    def imported(self, editor: Editor) -> Editor:
        """Add the import to an editor, when one is needed."""
        if self.module is not None and self.name is not None:
            editor.add_import(self.module, self.name)
        return editor


def refer_to(file: SourceFile, qualified: str) -> Reference:
    """Return how a file may write a name such as `keras.layers.Flatten` or `numpy.transpose`.

    The shortest expression wins that the file's own imports allow. Without any, the name is
    imported from its module.

    >>> file = SourceFile("/p/net.py", "from tensorflow.keras import layers\\n")
    >>> refer_to(file, "keras.layers.Flatten").text
    'layers.Flatten'
    """
    known = imported_names(file)
    found = [
        alias + qualified.removeprefix(name)
        for alias, name in _spellings(known)
        if qualified == name or qualified.startswith(f"{name}.")
    ]
    module, _, name = qualified.rpartition(".")
    if module in {_canonical(each) for each in _star_imports(file)}:
        found.append(name)
    if found:
        return Reference(min(found, key=lambda text: (text.count("."), len(text))))
    if module.startswith("keras") and _speaks_tensorflow(file):
        module = f"tensorflow.{module}"
    return Reference(name, module, name)


def imported_names(file: SourceFile) -> dict[str, str]:
    """Return what the module-level imports of a file bind: name to the full name it stands for."""
    names: dict[str, str] = {}
    for node in _module_statements(file.tree.body):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                names[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                names.pop(getattr(target, "id", ""), None)
    return names


def _module_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a module that run when it is loaded, those in `try` and `if` too."""
    for statement in body:
        yield statement
        if isinstance(statement, ast.Try | ast.If | ast.With):
            yield from _module_statements(statement.body)
        if isinstance(statement, ast.Try | ast.If):
            yield from _module_statements(statement.orelse)


def _star_imports(file: SourceFile) -> list[str]:
    return [
        node.module
        for node in file.tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.names[0].name == "*"
    ]


def _speaks_tensorflow(file: SourceFile) -> bool:
    """Whether a file imports Keras by TensorFlow's name only."""
    names = list(imported_names(file).values())
    from_tensorflow = any(name.startswith("tensorflow.keras") for name in names)
    return from_tensorflow and not any(name.partition(".")[0] == "keras" for name in names)


def _spellings(known: dict[str, str]) -> list[tuple[str, str]]:
    """Return each way to write a module or name, with its canonical full name."""
    found = [(alias, _canonical(target)) for alias, target in known.items()]
    return found + [(f"{alias}.keras", "keras") for alias, name in found if name == "tensorflow"]


def _canonical(name: str) -> str:
    """Return Keras's own name of what TensorFlow hands on.

    >>> _canonical("tensorflow.keras.layers"), _canonical("tensorflow")
    ('keras.layers', 'tensorflow')
    """
    return name.removeprefix("tensorflow.") if name.startswith("tensorflow.keras") else name
