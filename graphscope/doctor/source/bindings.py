"""What gives a name its value in one statement or signature, and which part of the value."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from graphscope.doctor.findings import Place
from graphscope.doctor.source.program import Function, SourceFile

DefinitionKind = Literal[
    "assign", "augmented", "loop", "with", "walrus", "import", "parameter", "function", "class",
]  # fmt: skip

Step: TypeAlias = tuple[Literal["item", "attribute", "each", "slice", "entered"], Any]
"""One move from a value to a part of it: `[key]`, `.name`, an element of an iteration, a starred
rest as (start, stop), or what a `with` statement hands out."""
Path: TypeAlias = tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One place that gives a name its value.

    Attributes:
        kind: how. Tuple unpacking is an assignment with a path.
        name: the name.
        file: where it stands.
        node: the statement; for a parameter its `ast.arg`.
        value: the expression that the value is taken from: the right side, the iterable, the
            context manager, the default of a parameter; None when there is none.
        path: how to get from that expression's value to the name's.
    """

    kind: DefinitionKind
    name: str
    file: SourceFile
    node: ast.AST
    value: ast.expr | None
    path: Path = ()

    @property
    def place(self) -> Place:
        """The line of the value, or of the statement."""
        return Place(self.file.path, int(getattr(self.value or self.node, "lineno", 1)))


def parameters_of(function: Function) -> list[ast.arg]:
    """Return all parameters of a function, in order, `*args` and `**kwargs` included."""
    spec = function.args
    rest = [spec.vararg] if spec.vararg else []
    last = [spec.kwarg] if spec.kwarg else []
    return [*spec.posonlyargs, *spec.args, *rest, *spec.kwonlyargs, *last]


def default_of(function: Function, name: str) -> ast.expr | None:
    """Return the default of a parameter as it stands in the signature."""
    spec = function.args
    positional = [*spec.posonlyargs, *spec.args]
    pairs: list[tuple[ast.arg, ast.expr | None]] = [
        *zip(positional[len(positional) - len(spec.defaults) :], spec.defaults, strict=True),
        *zip(spec.kwonlyargs, spec.kw_defaults, strict=True),
    ]
    return next((default for arg, default in pairs if arg.arg == name), None)


def unpacked(target: ast.expr, path: Path = ()) -> Iterator[tuple[ast.expr, Path]]:
    """Yield the plain targets of an assignment target, each with its path from the value."""
    if isinstance(target, ast.Tuple | ast.List):
        star = next((i for i, e in enumerate(target.elts) if isinstance(e, ast.Starred)), None)
        for index, element in enumerate(target.elts):
            after = index - len(target.elts)
            if star is not None and index == star:
                step: Step = ("slice", (index, after + 1 or None))
            else:
                step = ("item", index if star is None or index < star else after)
            inner = element.value if isinstance(element, ast.Starred) else element
            yield from unpacked(inner, (*path, step))
    else:
        yield target, path


def targets_of(statement: ast.AST) -> Iterator[tuple[ast.expr, ast.expr | None, Path]]:
    """Yield what a statement itself assigns to: target, expression, path from its value."""
    if isinstance(statement, ast.Assign):
        for whole in statement.targets:
            for target, path in unpacked(whole):
                yield target, statement.value, path
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        if statement.value is not None:
            yield statement.target, statement.value, ()
    elif isinstance(statement, ast.For | ast.AsyncFor | ast.comprehension):
        for target, path in unpacked(statement.target, (("each", None),)):
            yield target, statement.iter, path
    elif isinstance(statement, ast.With | ast.AsyncWith):
        for item in statement.items:
            if item.optional_vars is not None:
                for target, path in unpacked(item.optional_vars, (("entered", None),)):
                    yield target, item.context_expr, path
