"""Where an expression is read: whose variables it sees, and who called the code around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.origins.origin import UNKNOWN
from graphscope.doctor.records import Frame, Site
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import definitions_of, parameters_of
from graphscope.doctor.source.program import Function

_COMPREHENSIONS = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>"}
_HANDING_OVER = {
    "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch", "map",
    "compile", "from_generator", "load_weights", "apply",
}  # fmt: skip


@dataclass(eq=False)
class Scope:
    """A function (or module) at a moment, as far as it is remembered.

    Attributes:
        case: what is diagnosed.
        file: the file of the code.
        function: the function; None for module level.
        frame: its recorded frame; None when it has gone unrecorded.
        rest: the frames outside of that frame.
        entered: the call that entered the function and the scope of that call, where no frame
            says so.
        owner: the object that the method belongs to.
    """

    case: Case
    file: SourceFile
    function: Function | None = None
    frame: Frame | None = None
    rest: Site = ()
    entered: tuple[ast.Call, Scope] | None = None
    owner: Any = UNKNOWN
    memo: dict[object, Any] = field(default_factory=dict)

    @cached_property
    def at(self) -> ast.AST | None:
        """What the frame was executing."""
        return self.file.node_at(self.frame.position) if self.frame else None

    @cached_property
    def locals(self) -> Mapping[str, Any]:
        """The variables of the frame; those around a comprehension belong to it."""
        if self.frame is None:
            return {}
        if self.frame.code.co_name in _COMPREHENSIONS and self.rest:
            return {**self.rest[0].locals, **self.frame.locals}
        return self.frame.locals

    @property
    def globals(self) -> Mapping[str, Any]:
        """The module's variables."""
        if self.frame is not None:
            return self.frame.globals
        if self.entered and self.entered[1].file is self.file:
            return self.entered[1].globals
        return module_variables(self.case, self.file)

    @cached_property
    def caller(self) -> tuple[ast.Call, Scope] | None:
        """The call that entered this function, and the scope of that call."""
        if self.entered is not None:
            return self.entered
        rest = self.rest
        if self.frame is not None and self.frame.code.co_name in _COMPREHENSIONS:
            rest = rest[1:]
        if not rest:
            return None
        outer = scope_of(self.case, rest)
        if outer is None or not isinstance(outer.at, ast.Call):
            return None
        return (outer.at, outer) if self._is_entered_by(outer.at) else None

    def _is_entered_by(self, call: ast.Call) -> bool:
        name = getattr(self.function, "name", "")
        called = called_name(call)
        return called == name or called not in _HANDING_OVER

    @property
    def first_parameter(self) -> str | None:
        """The name under which a method knows its object."""
        if self.function is None or not is_method(self.file, self.function):
            return None
        parameters = parameters_of(self.function)
        return parameters[0].arg if parameters else None

    @cached_property
    def object(self) -> Any:
        """The object whose method this is; UNKNOWN when there is none or it is forgotten."""
        if self.owner is not UNKNOWN:
            return self.owner
        return self.locals.get(self.first_parameter or "", UNKNOWN)

    def module(self) -> Scope:
        """Return the scope of the module's own level."""
        if self.function is None:
            return self
        return module_scope(self.case, self.file)

    def variable(self, name: ast.Name) -> Any:
        """Return the value of a name at its place; UNKNOWN where it may have been another."""
        if self.frame is not None and name.id in self.locals:
            value = self.locals[name.id]
            if self.at is None or name is self.at or self._is_unchanged(name):
                return value
            return UNKNOWN
        if self.function is not None and any(
            self.file.function_of(each.node) is self.function
            for each in definitions_of(self.file, name, name)
        ):
            return UNKNOWN
        if self.function is None and self.frame is None:
            found = definitions_of(self.file, name, name)
            if {id(each) for each in _nodes(found)} != {
                id(each) for each in _nodes(definitions_of(self.file, name))
            }:
                return UNKNOWN
        return self.globals.get(name.id, UNKNOWN)

    def _is_unchanged(self, name: ast.Name) -> bool:
        here = _nodes(definitions_of(self.file, name, name))
        there = _nodes(definitions_of(self.file, name, self.at))
        return {id(each) for each in here} == {id(each) for each in there}


def _nodes(definitions: list[Any]) -> list[ast.AST]:
    return [each.node for each in definitions]


def scope_of(case: Case, site: Site) -> Scope | None:
    """Return the scope of the innermost frame of a site."""
    if not site:
        return None
    file = case.program.file(site[0].position.file)
    if file is None:
        return None
    scope = Scope(case, file, None, site[0], site[1:])
    scope.function = _function_around(file, scope.at)
    return scope


def _function_around(file: SourceFile, node: ast.AST | None) -> Function | None:
    if node is None:
        return None
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return node
    return file.function_of(node)


def module_scope(case: Case, file: SourceFile) -> Scope:
    """Return the scope of a module at its end."""
    return Scope(case, file)


def module_variables(case: Case, file: SourceFile) -> Mapping[str, Any]:
    """Return the variables of the module that was loaded from a file."""
    import sys

    if file.path == case.program.main and case.globals:
        return case.globals
    for module in list(sys.modules.values()):
        if getattr(module, "__file__", None) == file.path:
            return vars(module)
    return {}


def all_sites(case: Case) -> Iterator[Site]:
    """Yield every site that is remembered, the failure's first."""
    if case.failure is not None:
        yield case.failure.site
    recording = case.recording
    yield from (each.site for each in recording.creations)
    yield from (each.site for each in recording.calls)
    yield from (each.site for each in recording.boundaries)


def frames_of(case: Case, file: str, function: str) -> list[Site]:
    """Return the remembered frames of a function, each with those outside of it, oldest first."""
    recording = case.recording
    size = (len(recording.creations), len(recording.calls), len(recording.boundaries))
    return _index(case, size).get((file, function), [])


@lru_cache(maxsize=1)
def _index(case: Case, _size: tuple[int, int, int]) -> dict[tuple[str, str], list[Site]]:
    found: dict[tuple[str, str], list[Site]] = {}
    seen: set[int] = set()
    for site in all_sites(case):
        for index, frame in enumerate(site):
            if id(frame) not in seen:
                seen.add(id(frame))
                key = (frame.position.file, frame.code.co_name)
                found.setdefault(key, []).append(site[index:])
    return found


def site_from(case: Case, frame: Frame) -> Site:
    """Return a frame with the frames outside of it."""
    for site in all_sites(case):
        for index, each in enumerate(site):
            if each is frame:
                return site[index:]
    return (frame,)


def is_method(file: SourceFile, function: Function) -> bool:
    """Whether a function gets its object as its first parameter."""
    if isinstance(function, ast.Lambda) or not isinstance(file.parent(function), ast.ClassDef):
        return False
    return not any(
        isinstance(each, ast.Name) and each.id == "staticmethod" for each in function.decorator_list
    )


def called_name(call: ast.Call) -> str:
    """Return the last name of what is called: `Dense` of `keras.layers.Dense(...)`."""
    called = call.func
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""
