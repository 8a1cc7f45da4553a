"""Numbers that the program writes as settings: module constants, fields, options, entries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """A number with a name.

    Attributes:
        name: `STRIDE`, `side`, `--length`.
        file: its file.
        nodes: the number; of a tuple, those of its entries that have the value.
        value: the number.
    """

    name: str
    file: SourceFile
    nodes: tuple[ast.Constant, ...]
    value: int

    @property
    def place(self) -> Place:
        """Its line."""
        return Place(self.file.path, self.nodes[0].lineno)

    def changed(self, value: int, *, purpose: str, likelihood: float) -> Fix | None:
        """Return the fix that gives it another value.

        Args:
            value: the other value.
            purpose: the rest of the title, from its comma on.
            likelihood: how much the evidence speaks for it.
        """
        editor = Editor(self.file)
        for node in self.nodes:
            editor.replace(node, str(value))
        return make_fix(
            editor,
            f"Set {self.name} = {value} instead of {self.value}{purpose}",
            repair_class=RepairClass.B,
            likelihood=likelihood,
        )


def settings_with(case: Case, value: int, telling: tuple[str, ...] = ()) -> list[Setting]:
    """Return the settings of the program that have a value, those with telling names first.

    Args:
        case: the case.
        value: the number.
        telling: parts of names that are spelt like what is meant.
    """
    found = [
        setting
        for file in case.program.files
        if case.program.is_own(file.path)
        for setting in _settings(file, value)
    ]
    return sorted(found, key=lambda each: -_telling(each.name, telling))


def _telling(name: str, telling: tuple[str, ...]) -> int:
    return sum(part in name.lower() for part in telling)


def _settings(file: SourceFile, value: int) -> Iterator[Setting]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and _is_outside(file, node):
            yield from _assigned(file, node, value)
        elif isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield from _made(file, key.value, item, value)
        elif isinstance(node, ast.Call) and _name(node) == "add_argument":
            default = next((e.value for e in node.keywords if e.arg == "default"), None)
            first = node.args[0] if node.args else None
            if default is not None and isinstance(first, ast.Constant):
                yield from _made(file, str(first.value), default, value)


def _is_outside(file: SourceFile, node: ast.AST) -> bool:
    """Whether a statement is at the level of the module or of a class, or in a main function."""
    function = file.function_of(node)
    return function is None or getattr(function, "name", "") == "main"


def _assigned(file: SourceFile, node: ast.Assign | ast.AnnAssign, value: int) -> Iterator[Setting]:
    target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
    if node.value is None:
        return
    if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
        for name, item in zip(target.elts, node.value.elts, strict=False):
            yield from _made(file, file.segment(name), item, value)
    elif isinstance(target, ast.Name):
        yield from _made(file, target.id, node.value, value)


def _made(file: SourceFile, name: str, item: ast.expr, value: int) -> Iterator[Setting]:
    entries = item.elts if isinstance(item, ast.Tuple | ast.List) else [item]
    nodes = tuple(
        each
        for each in entries
        if isinstance(each, ast.Constant) and type(each.value) is int and each.value == value
    )
    if nodes:
        yield Setting(name, file, nodes, value)


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
