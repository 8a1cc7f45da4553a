"""What a called name means: a function or class of the user's program, or something else."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphscope.doctor.origins.evaluating import attribute
from graphscope.doctor.origins.origin import UNKNOWN
from graphscope.doctor.origins.scopes import Scope
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import Definition, definitions_of


@dataclass(frozen=True, slots=True, eq=False)
class Called:
    """A function or class of the user's.

    Attributes:
        file: where it is defined.
        node: its definition.
        receiver: the expression before the dot of a method call.
    """

    file: SourceFile
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
    receiver: ast.expr | None = None


def resolve(function: ast.expr, scope: Scope, depth: int = 0) -> Called | None:
    """Return what an expression that is called stands for; None if it is not the user's."""
    if depth > 8:
        return None
    if isinstance(function, ast.Lambda):
        return Called(scope.file, function)
    if isinstance(function, ast.Name):
        return _name(function, scope, depth)
    if isinstance(function, ast.Attribute):
        return _attribute(function, scope, depth)
    return None


def class_of_value(value: Any, scope: Scope) -> Called | None:
    """Return the class definition of an object, if the class is the user's."""
    if value is UNKNOWN:
        return None
    return _class_node(type(value), scope)


def _class_node(cls: type, scope: Scope) -> Called | None:
    module = sys.modules.get(cls.__module__)
    path = getattr(module, "__file__", None)
    if cls.__module__ == "__main__":
        path = scope.case.program.main
    if path is None or not scope.case.program.is_own(path):
        return None
    file = scope.case.program.file(path)
    nodes = file.classes(cls.__name__) if file else []
    return Called(file, nodes[-1]) if file and nodes else None


def definition_in(file: SourceFile, name: str) -> Definition | None:
    """Return what a module's name is at its end."""
    return next(iter(definitions_of(file, name)), None)


def imported_file(definition: Definition, scope: Scope) -> tuple[SourceFile, str | None] | None:
    """Return the user's file that an import reads, and the name in it for `from` imports."""
    node = definition.node
    if isinstance(node, ast.Import):
        module = next(a.name for a in node.names if _bound(a) == definition.name)
        name = module if _has_alias(node, module) else module.split(".")[0]
        file = _module_file(name, 0, definition.file, scope)
        return (file, None) if file else None
    if isinstance(node, ast.ImportFrom):
        name = next(a.name for a in node.names if (a.asname or a.name) == definition.name)
        base = node.module or ""
        sub = _module_file(f"{base}.{name}".strip("."), node.level, definition.file, scope)
        file = _module_file(base, node.level, definition.file, scope) if base else None
        if file is not None and definitions_of(file, name):
            return file, name
        return (sub, None) if sub else None
    return None


def _bound(alias: ast.alias) -> str:
    return alias.asname or alias.name.split(".")[0]


def _has_alias(node: ast.Import, module: str) -> bool:
    return any(alias.name == module and alias.asname for alias in node.names)


def _module_file(name: str, level: int, file: SourceFile, scope: Scope) -> SourceFile | None:
    program = scope.case.program
    folders = [Path(file.path).parents[level - 1]] if level else [Path(program.folder)]
    for folder in folders:
        stem = folder.joinpath(*name.split("."))
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            if path.is_file():
                return program.file(str(path))
    loaded = getattr(sys.modules.get(name), "__file__", None) if not level else None
    return program.file(loaded) if loaded and program.is_own(loaded) else None


def _name(name: ast.Name, scope: Scope, depth: int) -> Called | None:
    for definition in definitions_of(scope.file, name, name):
        found = _definition(definition, scope, depth) or _own_class(definition)
        if found is not None:
            return found
    return None


def _own_class(definition: Definition) -> Called | None:
    """The class that the first parameter of a class method stands for."""
    file = definition.file
    function = file.function_of(definition.node) if definition.kind == "parameter" else None
    around = file.class_of(function) if function is not None else None
    if not isinstance(function, ast.FunctionDef) or around is None:
        return None
    is_first = bool(function.args.args) and function.args.args[0] is definition.node
    decorators = {getattr(each, "id", "") for each in function.decorator_list}
    return Called(file, around) if is_first and "classmethod" in decorators else None


def _definition(definition: Definition, scope: Scope, depth: int) -> Called | None:
    if isinstance(definition.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return Called(definition.file, definition.node)
    if definition.kind == "import":
        source = imported_file(definition, scope)
        if source is None or source[1] is None:
            return None
        inner = definition_in(source[0], source[1])
        if inner is None:
            return None
        return _definition(inner, Scope(scope.case, source[0]), depth + 1)
    if definition.kind == "assign" and definition.value is not None and not definition.path:
        return resolve(definition.value, scope, depth + 1)
    return None


def _attribute(function: ast.Attribute, scope: Scope, depth: int) -> Called | None:
    base = function.value
    owner = _owner_class(base, scope, depth)
    if owner is not None:
        method = find_method(owner, function.attr, scope)
        return Called(method.file, method.node, base) if method else None
    if isinstance(base, ast.Name):
        for definition in definitions_of(scope.file, base, base):
            source = imported_file(definition, scope) if definition.kind == "import" else None
            if source is not None and source[1] is None:
                inner = definition_in(source[0], function.attr)
                inside = Scope(scope.case, source[0])
                return _definition(inner, inside, depth + 1) if inner else None
            if source is not None or isinstance(definition.node, ast.ClassDef):
                cls = _name(base, scope, depth + 1)
                return find_method(cls, function.attr, scope) if cls else None
    return None


def _owner_class(  # noqa: PLR0911 - one answer for each kind of expression
    base: ast.expr, scope: Scope, depth: int
) -> Called | None:
    """The user's class that an expression is an instance of."""
    if isinstance(base, ast.Name):
        if base.id == scope.first_parameter:
            own = class_of_value(scope.object, scope)
            around = scope.file.class_of(scope.function) if scope.function else None
            return own or (Called(scope.file, around) if around else None)
        found = class_of_value(scope.variable(base), scope)
        if found is not None:
            return found
        for definition in definitions_of(scope.file, base, base):
            value = definition.value
            if definition.kind == "assign" and isinstance(value, ast.Call) and not definition.path:
                return _made(value, scope, depth)
        return None
    if isinstance(base, ast.Call):
        if isinstance(base.func, ast.Name) and base.func.id == "super":
            return _parent_class(scope)
        return _made(base, scope, depth)
    if isinstance(base, ast.Attribute) and isinstance(base.value, ast.Name):
        owner = scope.object if base.value.id == scope.first_parameter else UNKNOWN
        return class_of_value(attribute(owner, base.attr), scope)
    return None


def _made(call: ast.Call, scope: Scope, depth: int) -> Called | None:
    called = resolve(call.func, scope, depth + 1)
    return called if called and isinstance(called.node, ast.ClassDef) else None


def _parent_class(scope: Scope) -> Called | None:
    around = scope.file.class_of(scope.function) if scope.function else None
    return next(iter(bases_of(Called(scope.file, around), scope)), None) if around else None


def bases_of(cls: Called, scope: Scope) -> list[Called]:
    """Return the user's own base classes of a class."""
    if not isinstance(cls.node, ast.ClassDef):
        return []
    inside = Scope(scope.case, cls.file)
    found = [resolve(base, inside) for base in cls.node.bases]
    return [each for each in found if each and isinstance(each.node, ast.ClassDef)]


def find_method(cls: Called, name: str, scope: Scope) -> Called | None:
    """Return a method of a class or of its own bases."""
    if not isinstance(cls.node, ast.ClassDef):
        return None
    for node in cls.node.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return Called(cls.file, node)
    for base in bases_of(cls, scope):
        found = find_method(base, name, scope)
        if found is not None:
            return found
    return None
