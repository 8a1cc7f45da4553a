"""Which assignments of a name can be the ones that a place in the program sees.

This is reading, not running: of two branches both count, of a loop also the assignments that stand
further down in its body. Nearer assignments come first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphscope.doctor.source.bindings import (
    Definition,
    DefinitionKind,
    Path,
    Step,
    default_of,
    parameters_of,
    targets_of,
    unpacked,
)
from graphscope.doctor.source.program import Function, SourceFile

__all__ = [
    "Definition",
    "DefinitionKind",
    "Path",
    "Step",
    "default_of",
    "definitions_of",
    "parameters_of",
    "targets_of",
    "unpacked",
]


def definitions_of(
    file: SourceFile, name: ast.Name | str, before: ast.AST | None = None
) -> list[Definition]:
    """Return the definitions of a name that can reach a place, nearest first.

    Args:
        file: the file of the place.
        name: the name, or a node that holds it.
        before: the place: any node. None for the end of the module.
    """
    text = name if isinstance(name, str) else name.id
    if before is None:
        return _Search(file, text).at_end(file.tree.body)
    return _Search(file, text).before(before)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a stretch of code gives a name, and whether code after it can see further back."""

    definitions: tuple[Definition, ...] = ()
    is_final: bool = False


class _Search:
    def __init__(self, file: SourceFile, name: str) -> None:
        self.file = file
        self.name = name

    def at_end(self, body: Sequence[ast.stmt]) -> list[Definition]:
        return list(dict.fromkeys(self._block(body).definitions))

    def before(self, place: ast.AST) -> list[Definition]:
        found: list[Definition] = []
        inside = place
        for around in self.file.ancestors(place):
            here = self._between(around, inside)
            found.extend(here.definitions)
            if here.is_final:
                break
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and (
                inside in _body_of(around)
            ):
                if found and not self._is_outer(around):
                    break
                found.extend(self._of_outer(around))
                break
            inside = around
        return list(dict.fromkeys(found))

    def _is_outer(self, function: Function) -> bool:
        """Whether the function says that the name is not its own."""
        if "global " not in self.file.text and "nonlocal " not in self.file.text:
            return False
        return any(
            isinstance(node, ast.Global | ast.Nonlocal) and self.name in node.names
            for node in ast.walk(function)
        )

    def _of_outer(self, function: Function) -> list[Definition]:
        # A function runs later than it is defined: of what surrounds it the end counts.
        for around in self.file.ancestors(function):
            if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef):
                found = [*self._block(around.body).definitions, *self._parameter(around)]
            elif isinstance(around, ast.Module):
                found = list(self._block(around.body).definitions) or self._changed_globals()
            else:
                found = list(self._comprehension(around).definitions)
            if found:
                return found
        return []

    def _changed_globals(self) -> list[Definition]:
        return [
            definition
            for node in ast.walk(self.file.tree)
            if isinstance(node, ast.FunctionDef) and self._is_outer(node)
            for definition in self._block(node.body).definitions
        ]

    def _between(  # noqa: PLR0911 - one answer for each construct
        self, around: ast.AST, inside: ast.AST
    ) -> _Found:
        """What reaches `inside` from within `around`."""
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            if inside not in _body_of(around):
                return _Found()
            before = (
                self._earlier(around.body, inside) if isinstance(around.body, list) else _Found()
            )
            if before.is_final:
                return before
            return _Found((*before.definitions, *self._parameter(around)))
        comprehension = self._comprehension(around, inside)
        if comprehension.definitions:
            return comprehension
        for _, body in ast.iter_fields(around):
            if isinstance(body, list) and inside in body and isinstance(inside, ast.stmt):
                found = self._earlier(body, inside)
                if not found.is_final and isinstance(around, ast.With | ast.AsyncWith):
                    own = tuple(self._assigned(around))
                    return _Found((*found.definitions, *own), bool(own))
                if not found.is_final and isinstance(around, ast.If | ast.While):
                    tested = tuple(self._walrus(around.test))
                    found = _Found((*found.definitions, *tested), bool(tested))
                if not found.is_final and isinstance(around, ast.For | ast.While | ast.AsyncFor):
                    return self._around_loop(around, found)
                return found
        if isinstance(around, ast.Try) and inside not in around.body:
            return _Found(self._block(around.body).definitions)
        return _Found()

    def _around_loop(self, loop: ast.For | ast.While | ast.AsyncFor, found: _Found) -> _Found:
        target = self._assigned(loop)
        if target:
            return _Found((*found.definitions, *target), True)
        return _Found((*found.definitions, *self._block(loop.body).definitions))

    def _earlier(self, body: Sequence[ast.stmt], inside: ast.AST) -> _Found:
        return self._block(body[: [id(each) for each in body].index(id(inside))])

    def _block(self, body: Iterable[ast.stmt]) -> _Found:
        found: list[Definition] = []
        for statement in reversed(list(body)):
            if isinstance(statement, ast.Return | ast.Raise):
                return _Found((), True)
            here = self._statement(statement)
            found.extend(here.definitions)
            if here.is_final:
                return _Found(tuple(found), True)
        return _Found(tuple(found))

    def _statement(  # noqa: PLR0911 - one answer for each construct
        self, statement: ast.stmt
    ) -> _Found:
        own = self._assigned(statement)
        if isinstance(statement, ast.If):
            either = _either([self._block(statement.body), self._block(statement.orelse)])
            tested = tuple(self._walrus(statement.test))
            return _Found((*either.definitions, *tested), either.is_final or bool(tested))
        if isinstance(statement, ast.Match):
            cases = [self._block(case.body) for case in statement.cases]
            return _Found(_either(cases).definitions)
        if isinstance(statement, ast.For | ast.AsyncFor | ast.While):
            inner = (*self._block([*statement.body, *statement.orelse]).definitions, *own)
            return _Found(inner)
        if isinstance(statement, ast.With | ast.AsyncWith):
            body = self._block(statement.body)
            return body if body.is_final else _Found((*body.definitions, *own), bool(own))
        if isinstance(statement, ast.Try):
            return self._try(statement)
        if own:
            return _Found(tuple(own), True)
        walrus = self._walrus(statement)
        return _Found(tuple(walrus), bool(walrus))

    def _try(self, statement: ast.Try) -> _Found:
        last = self._block(statement.finalbody)
        if last.is_final and last.definitions:
            return last
        good = self._block([*statement.body, *statement.orelse])
        handlers = [self._block(handler.body) for handler in statement.handlers]
        either = _either([good, *handlers])
        return _Found((*last.definitions, *either.definitions), either.is_final)

    def _assigned(self, statement: ast.stmt) -> list[Definition]:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return [
                Definition("import", self.name, self.file, statement, None)
                for alias in statement.names
                if (alias.asname or alias.name.split(".")[0]) == self.name
            ]
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            kind: DefinitionKind = "class" if isinstance(statement, ast.ClassDef) else "function"
            is_it = statement.name == self.name
            return [Definition(kind, self.name, self.file, statement, None)] if is_it else []
        return [
            Definition(_kind_of(statement), self.name, self.file, statement, value, path)
            for target, value, path in targets_of(statement)
            if isinstance(target, ast.Name) and target.id == self.name
        ]

    def _walrus(self, statement: ast.AST) -> list[Definition]:
        if ":=" not in self.file.text:
            return []
        return [
            Definition("walrus", self.name, self.file, node, node.value)
            for node in ast.walk(statement)
            if isinstance(node, ast.NamedExpr) and node.target.id == self.name
        ]

    def _parameter(self, function: Function) -> list[Definition]:
        return [
            Definition("parameter", self.name, self.file, arg, default_of(function, self.name))
            for arg in parameters_of(function)
            if arg.arg == self.name
        ]

    def _comprehension(self, around: ast.AST, inside: ast.AST | None = None) -> _Found:
        if not isinstance(around, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            return _Found()
        generators = around.generators
        if isinstance(inside, ast.comprehension):
            generators = generators[: generators.index(inside)]
        found = [
            Definition("loop", self.name, self.file, generator, value, path)
            for generator in reversed(generators)
            for target, value, path in targets_of(generator)
            if isinstance(target, ast.Name) and target.id == self.name
        ]
        return _Found(tuple(found), bool(found))


def _either(branches: Sequence[_Found]) -> _Found:
    return _Found(
        tuple(definition for branch in branches for definition in branch.definitions),
        all(branch.is_final for branch in branches),
    )


def _body_of(function: Function) -> Sequence[ast.AST]:
    return [function.body] if isinstance(function, ast.Lambda) else function.body


def _kind_of(statement: ast.stmt) -> DefinitionKind:
    if isinstance(statement, ast.AugAssign):
        return "augmented"
    if isinstance(statement, ast.For | ast.AsyncFor):
        return "loop"
    return "with" if isinstance(statement, ast.With | ast.AsyncWith) else "assign"
