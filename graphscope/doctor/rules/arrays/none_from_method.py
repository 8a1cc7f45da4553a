"""The None that a method returns is kept, and used as if it were its object."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import fix_of
from graphscope.doctor.facts.failing import Failing, failing, function_name, one_line
from graphscope.doctor.findings import Diagnosis, Evidence, RepairClass, Severity
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, distinct

ID = "none-from-method"

_IN_PLACE = {
    "compile": "configures the model",
    "add": "adds to its object",
    "build": "makes the weights",
    "summary": "prints",
    "load_weights": "sets the weights",
    "save_weights": "writes a file",
    "save": "writes a file",
    "set_weights": "sets the weights",
    "adapt": "fits the layer",
    "sort": "sorts the list in place",
    "append": "appends in place",
    "extend": "extends in place",
    "insert": "inserts in place",
    "reverse": "reverses in place",
    "update": "updates in place",
    "shuffle": "shuffles in place",
    "seed": "sets the seed",
    "fill": "fills the array in place",
    "resize": "resizes in place",
    "put": "changes the array in place",
    "set_random_seed": "sets the seed",
}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the assignment that kept a None."""
    error = case.failure.exception if case.failure else None
    found = failing(case)
    if found is None or not isinstance(error, AttributeError | TypeError | ValueError):
        return
    for node in ast.walk(found.node):
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load):
            continue
        if node.id not in {**found.frame.globals, **found.frame.locals}:
            continue
        if found.look(node) is not None:
            continue
        made = _kept(found, node)
        if made is not None:
            yield _diagnosis(case, found, node.id, *made)
            return


def _kept(found: Failing, name: ast.Name) -> tuple[SourceFile, ast.Assign, ast.Call] | None:
    for definition in definitions_of(found.file, name, name)[:2]:
        value, statement = definition.value, definition.node
        if definition.path or not isinstance(value, ast.Call):
            continue
        if isinstance(statement, ast.Assign) and function_name(value) in _IN_PLACE:
            return definition.file, statement, value
    return None


def _diagnosis(
    case: Case, found: Failing, name: str, file: SourceFile, statement: ast.Assign, call: ast.Call
) -> Diagnosis:
    method = function_name(call)
    text = one_line(file.segment(call))
    owner = file.segment(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    editor = Editor(file).replace(statement, file.segment(call))
    fixes = fix_of(editor, f"Call it without keeping its result: {text}", 0.95, RepairClass.A)
    if method == "sort" and owner:
        sorted_ = Editor(file).replace(statement.value, f"sorted({owner})")
        fixes += fix_of(sorted_, f"Use sorted({owner}), which returns a new list", 0.8)
    if method == "shuffle" and len(call.args) == 1 and owner:
        better = Editor(file).replace(
            statement.value, f"{owner}.permutation({file.segment(call.args[0])})"
        )
        fixes += fix_of(better, "Use permutation, which returns a shuffled copy", 0.7)
    place = found.place.__class__(file.path, statement.lineno)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{name} is None{at(case, place)}: .{method}() {_IN_PLACE[method]} and returns None, "
        f"which was kept under the name {name}.\n"
        f"It is used{at(case, found.place)}: {found.text}.\n"
        f"Write the call on a line of its own, without `{name} =`.",
        places=distinct([place, found.place]),
        evidence=(Evidence("value", f"{name} = {text} gives None", place),),
        fixes=tuple(fixes),
    )
