"""A layer or weight is made inside `call`, which runs again and again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.classes import (
    Method,
    add_method,
    first_statement,
    is_super_call,
    method_of,
    own_class,
    own_nodes,
    self_name,
)
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, code

ID = "state-made-in-call"

LOCKED = ("Tracker.add_to_store", "invalid_creator_scope", "Tracker.track")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the expression of a `call` that made new state when the layer was already built."""
    failure = case.failure
    if failure is None or not any(
        name.endswith(LOCKED) for name, _, _, _ in failure.keras_frames[:3]
    ):
        return
    for frame in failure.site:
        if not frame.position.function.endswith(".call"):
            continue
        owner = next(iter(frame.locals.values()), None)
        found, at_node = own_class(case, owner), case.program.node(frame)
        method = method_of(found[1], "call") if found else None
        if found is None or at_node is None or method is None:
            continue
        made = _made(case, at_node[0], method, frame)
        if made is not None:
            yield _tell(case, found, method, made, owner)
            return


def _made(case: Case, file: SourceFile, method: Method, frame: Frame) -> ast.Call | None:
    """Return the call that makes a layer or a weight, on the failing line if there is one."""
    import keras

    found = []
    for node in own_nodes(method):
        if not isinstance(node, ast.Call):
            continue
        function = live_value(case, node.func, frame)
        is_layer = isinstance(function, type) and issubclass(function, keras.layers.Layer)
        if is_layer or file.segment(node.func).endswith(".add_weight"):
            found.append(node)
    here = [each for each in found if each.lineno == frame.position.line]
    return next(iter([*here, *found]), None)


def _tell(
    case: Case, found: tuple[SourceFile, ast.ClassDef], method: Method, made: ast.Call, owner: Any
) -> Diagnosis:
    file, node = found
    line = Place(file.path, made.lineno)
    text = file.segment(made)
    is_weight = text.partition("(")[0].endswith("add_weight")
    what, where = ("weight", "build") if is_weight else ("layer", "__init__")
    fixes = tuple(_fixes(file, node, method, made, is_weight))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{node.name}.call{at(case, line)} makes a new {what} each time it runs: "
        f"`{file.line_text(line.line)}`.\n"
        f"By then the layer is already built: all state (variables, sub-layers) must be made in "
        f"__init__ or build, so that it exists once and is trained.\n"
        f"Make it in {where} as self.<name>, and use self.<name> in call.",
        places=(line,),
        layer=getattr(owner, "name", None) or node.name,
        evidence=(
            code(case, line),
            Evidence("call", f"{text} inside {node.name}.call, which runs for every batch"),
        ),
        fixes=fixes,
    )


def _fixes(
    file: SourceFile, node: ast.ClassDef, method: Method, made: ast.Call, is_weight: bool
) -> Iterator[Fix]:
    me = self_name(method)
    editor = Editor(file)
    if is_weight:
        name = _weight_name(file, made)
        if method_of(node, "build") is not None or name is None:
            return
        statement = file.statement_of(made)
        text = _for_build(file, method, made)
        editor.replace(statement, f"{file.segment(statement.targets[0])} = {me}.{name}")  # type: ignore[attr-defined]
        build = f"def build({me}, input_shape):\n    {me}.{name} = {text}"
        add_method(editor, node, build, "call")
    else:
        name = _layer_name(file, node, made)
        editor.replace(made, f"{me}.{name}")
        line = f"{me}.{name} = {file.segment(made)}"
        init = method_of(node, "__init__")
        if init is None:
            text = f"def __init__({me}, **kwargs):\n    super().__init__(**kwargs)\n    {line}"
            add_method(editor, node, text, "call")
        else:
            supers = [each for each in own_nodes(init) if is_super_call(each, "__init__")]
            after = file.statement_of(supers[0]) if supers else first_statement(init)
            editor.insert_after(after, line)
    fix = make_fix(
        editor,
        f"Make it once, as {me}.{name} in {'build' if is_weight else '__init__'}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )
    if fix is not None:
        yield fix


def _weight_name(file: SourceFile, made: ast.Call) -> str | None:
    statement = file.statement_of(made)
    if isinstance(statement, ast.Assign) and statement.value is made:
        target = statement.targets[0]
        return target.id if isinstance(target, ast.Name) else None
    return None


def _for_build(file: SourceFile, method: Method, made: ast.Call) -> str:
    """Return the weight's making with the input's shape in the place of the input."""
    text = file.segment(made)
    for argument in method.args.args[1:2]:
        text = text.replace(f"{argument.arg}.shape", "input_shape")
    return text


def _layer_name(file: SourceFile, node: ast.ClassDef, made: ast.Call) -> str:
    name = file.segment(made.func).rpartition(".")[2].lower()
    taken = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return next(
        each for each in (name, *(f"{name}_{i}" for i in range(1, 99))) if each not in taken
    )
