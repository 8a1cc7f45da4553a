"""A subclass of Layer or Model does not run the constructor of its base class first."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import (
    Method,
    class_source,
    first_statement,
    is_super_call,
    line_of,
    method_of,
    methods_of,
    own_class,
    own_nodes,
    rename_method,
)
from graphscope.doctor.facts.tensors import is_layer
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code, distinct

ID = "missing-super-init"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for Keras's own check, and for a constructor under another name."""
    instance = _unprepared(case)
    found = own_class(case, instance) if instance is not None else None
    if found is not None:
        file, node = found
        method = method_of(node, "__init__")
        if method is not None:
            yield _tell(case, file, node, method)
        return
    yield from _misnamed(case)


def _unprepared(case: Case) -> Any:
    """Return the object that Keras found without what its constructor gives it."""
    frames = case.failure.keras_frames if case.failure else ()
    for name, _, _, variables in frames[:6]:
        thing = dict(variables).get("self")
        if name.endswith("_check_super_called"):
            return thing
        # What Layer.__init__ sets is not there, although Layer.__init__ is not running.
        if is_layer(thing) and "_called" not in vars(thing):
            starting = [each for each, _, _, held in frames if dict(held).get("self") is thing]
            return None if any(each.endswith("__init__") for each in starting) else thing
    return None


def _tell(case: Case, file: SourceFile, node: ast.ClassDef, method: Method) -> Diagnosis:
    failure = case.failure
    assert failure is not None
    calls = [each for each in own_nodes(method) if is_super_call(each, "__init__")]
    first = first_statement(method)
    running = [
        Place(frame.position.file, frame.position.line)
        for frame in failure.site
        if frame.position.function.endswith(f"{node.name}.__init__")
    ]
    line = running[0] if running else line_of(file, _first_use(file, method) or first)
    if calls and not _names_itself(calls[0]):
        said = "calls super().__init__() only after it has set attributes"
    elif calls:
        said = f"calls `{file.segment(calls[0])}`, which does not reach the base class"
    else:
        said = "never calls super().__init__()"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"{node.name}.__init__{at(case, line_of(file, method))} {said}.\n"
        f"The base class's __init__ prepares the tracking of layers and weights: it must run "
        f"first, before any attribute such as `{file.line_text(line.line)}` is set or used.\n"
        f"Make super().__init__() the first statement of {node.name}.__init__.",
        places=distinct([line, line_of(file, first), line_of(file, method)]),
        layer=node.name,
        evidence=(
            code(case, line_of(file, method)),
            Evidence("code", file.line_text(line.line), line),
            Evidence("note", f"super().__init__() is missing or late in {node.name}.__init__"),
        ),
        fixes=tuple(_fixes(file, method, calls)),
    )


def _first_use(file: SourceFile, method: Method) -> ast.stmt | None:
    """Return the first statement that gives the object a sublayer: it needs the tracking."""
    for node in method.body:
        is_call = isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if is_call and isinstance(node.targets[0], ast.Attribute):  # type: ignore[attr-defined]
            name = file.segment(node.value.func).rpartition(".")[2]  # type: ignore[attr-defined]
            if name[:1].isupper():
                return node
    return None


def _names_itself(call: ast.AST) -> bool:
    """Whether it is `super(Net).__init__()`, with one argument."""
    owner = call.func.value if isinstance(call, ast.Call) else None  # type: ignore[attr-defined]
    return isinstance(owner, ast.Call) and len(owner.args) == 1


def _fixes(file: SourceFile, method: Method, calls: list[ast.AST]) -> Iterator[Fix]:
    rest = f"**{method.args.kwarg.arg}" if method.args.kwarg else ""
    text = f"super().__init__({rest})"
    editor = Editor(file)
    for call in calls:
        statement = file.statement_of(call)
        if statement is not first_statement(method):
            editor.delete(statement)
        else:
            editor.replace(statement, text)
    if not calls or file.statement_of(calls[0]) is not first_statement(method):
        editor.insert_before(first_statement(method), text)
    fix = make_fix(
        editor,
        f"Call {text} as the first statement of __init__",
        repair_class=RepairClass.A,
        likelihood=0.97,
    )
    if fix is not None:
        yield fix


def _misnamed(case: Case) -> Iterator[Diagnosis]:
    """`def _init_(self, n)`: the arguments arrive at the base class's constructor."""
    failure = case.failure
    if failure is None or failure.creating is None or not isinstance(failure.exception, TypeError):
        return
    cls, args, kwargs = failure.creating
    found = class_source(case, cls) if "__init__" not in vars(cls) else None
    if found is None or not (args or kwargs):
        return
    file, node = found
    names = [each.name for each in methods_of(node)]
    close = difflib.get_close_matches("__init__", names, 1, 0.5)
    method = method_of(node, close[0]) if close else None
    if method is None:
        return
    line = line_of(file, method)
    fix = rename_method(file, method, "__init__")
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{node.name} has no __init__: its method is called `{method.name}`{at(case, line)}.\n"
        f"{node.name}(...) therefore passes {len(args) + len(kwargs)} arguments to the base "
        f"class's __init__, which takes none of them.\n"
        f"Rename it: def __init__, with two underscores on both sides.",
        places=(line,),
        layer=node.name,
        evidence=(code(case, line), Evidence("note", f"{failure.message}")),
        fixes=(fix,),
    )
