"""Classes of the user's, as source: where they are, their methods, their sublayers."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Edit, Fix, Place, RepairClass
from graphscope.doctor.source import Editor, SourceFile

Method = ast.FunctionDef | ast.AsyncFunctionDef


def class_source(case: Case, cls: type) -> tuple[SourceFile, ast.ClassDef] | None:
    """Return the source of a class of the program; None for classes of libraries."""
    codes = [getattr(each, "__code__", None) for each in vars(cls).values()]
    paths = {code.co_filename for code in codes if code is not None}
    files = [file for path in sorted(paths) if (file := case.program.file(path)) is not None]
    for file in [*files, *case.program.files]:
        for node in file.classes(cls.__name__):
            if case.program.is_own(file.path):
                return file, node
    return None


def own_files(case: Case) -> list[SourceFile]:
    """Return all files of the program that were imported."""
    paths = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    own = sorted({path for path in paths if path and case.program.is_own(path)})
    read = [file for path in own if (file := case.program.file(path)) is not None]
    return list({id(each): each for each in [*case.program.files, *read]}.values())


def own_class(case: Case, thing: Any) -> tuple[SourceFile, ast.ClassDef] | None:
    """Return the source of a thing's class, when the user wrote it."""
    module = type(thing).__module__
    if module.split(".")[0] in {"keras", "tensorflow", "numpy", "builtins"}:
        return None
    return class_source(case, type(thing))


def method_of(node: ast.ClassDef, name: str) -> Method | None:
    """Return a method of a class by its name."""
    return next((each for each in methods_of(node) if each.name == name), None)


def methods_of(node: ast.ClassDef) -> list[Method]:
    """Return the methods that a class defines itself."""
    return [each for each in node.body if isinstance(each, Method)]


def first_statement(method: Method) -> ast.stmt:
    """Return the first statement of a function that does something: not its docstring."""
    first = method.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return method.body[1] if is_text and len(method.body) > 1 else first


def returns_value(function: Method) -> bool:
    """Whether a function returns or yields something anywhere in its own body."""
    return any(
        isinstance(node, ast.Return | ast.Yield | ast.YieldFrom)
        and (not isinstance(node, ast.Return) or node.value is not None)
        for node in own_nodes(function)
    )


def own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop(0)
        if isinstance(node, Method | ast.Lambda | ast.ClassDef):
            continue
        yield node
        waiting[:0] = list(ast.iter_child_nodes(node))


def self_name(method: Method) -> str:
    """Return the name of the first parameter: `self`."""
    arguments = [*method.args.posonlyargs, *method.args.args]
    return arguments[0].arg if arguments else "self"


def is_super_call(node: ast.AST, name: str) -> bool:
    """Whether a node calls a method of the base class: `super().name(...)`, `Base.name(self)`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner = node.func.value
    called = isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "super"
    named = isinstance(owner, ast.Name | ast.Attribute) and bool(node.args)
    return node.func.attr == name and (called or named)


def sublayers(node: ast.ClassDef, instance: Any) -> list[str]:
    """Return the names of attributes that hold layers, in the order of their assignment."""
    import keras

    names: list[str] = []
    for method in methods_of(node):
        for each in own_nodes(method):
            if not isinstance(each, ast.Assign):
                continue
            for target in each.targets:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                for part in parts:
                    if isinstance(part, ast.Attribute) and part.attr not in names:
                        names.append(part.attr)
    held = vars(instance)
    return [each for each in names if isinstance(held.get(each), keras.layers.Layer)]


def add_method(editor: Editor, node: ast.ClassDef, text: str, before: str = "") -> Editor:
    """Add a method to a class: before another one, or after its last.

    Args:
        editor: of the file.
        node: the class.
        text: the method's source, not indented.
        before: the name of the method to put it before.
    """
    other = method_of(node, before) if before else None
    if other is not None:
        return editor.insert_before(other, f"{text}\n")
    return editor.insert_after(node.body[-1], f"\n{text}")


def rename_method(file: SourceFile, method: Method, name: str) -> Fix:
    """Return the fix that gives a method another name."""
    header = file.lines[method.lineno - 1].replace(f"def {method.name}", f"def {name}", 1)
    edits = (Edit(file.path, method.lineno, header),)
    return Fix(f"Rename {method.name} to {name}", edits, RepairClass.A, likelihood=0.95)


def line_of(file: SourceFile, node: ast.AST) -> Place:
    """Return the line of a node: for a class or function that of its name, not its decorators."""
    return Place(file.path, int(getattr(node, "lineno", 1)))
