"""A loop that trains a new model in each round, and keeps none but the last."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_call
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct

ID = "rebuilt-each-round"

_ROUNDS = 3
_PREPARING = frozenset({"fit", "compile", "summary", "build"})
"""Methods by which nothing of a trained model is used."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for trainings of several models at one place in a loop, one after the other."""
    told: set[tuple[str, int]] = set()
    for fit in trainings(case):
        found = boundary_call(case, fit) if fit.kind == "fit" else None
        if found is None or "validation_data" in fit.arguments:
            continue
        file, call, _ = found
        if (file.path, call.lineno) in told or "validation_split" in fit.arguments:
            continue
        models = {id(each.model) for each in trainings(case) if each.site[:1] and fit.site[:1]
                  and each.site[0].position == fit.site[0].position}  # fmt: skip
        made = _made_in_loop(file, call)
        if len(models) >= _ROUNDS and made is not None:
            told.add((file.path, call.lineno))
            yield _tell(file, call, *made, len(models))


def _made_in_loop(file: SourceFile, call: ast.Call) -> tuple[ast.For, ast.Assign, str] | None:
    """Return the loop and the statement that makes the model anew, where rounds do not differ.

    Not of a comparison: there the loop's variable goes into the model, or the model is looked at
    or kept before the next round.
    """
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    loop = next((each for each in file.ancestors(call) if isinstance(each, ast.For)), None)
    if loop is None or not isinstance(owner, ast.Name):
        return None
    made = [
        each
        for each in loop.body
        if isinstance(each, ast.Assign)
        and isinstance(each.targets[0], ast.Name)
        and each.targets[0].id == owner.id
        and isinstance(each.value, ast.Call)
    ]
    if len(made) != 1 or _names(made[0].value) & _names(loop.target):
        return None
    body = [node for each in loop.body for node in ast.walk(each)]
    if any("seed" in _called(node) for node in body if isinstance(node, ast.Call)):
        return None
    for node in body:
        if isinstance(node, ast.Name) and node.id == owner.id and isinstance(node.ctx, ast.Load):
            around = file.parent(node)
            if not isinstance(around, ast.Attribute) or around.attr not in _PREPARING:
                return None
            outer = file.parent(around)
            if (
                around.attr == "compile"
                and isinstance(outer, ast.Call)
                and (_names(outer) & _names(loop.target))
            ):
                return None
    return loop, made[0], owner.id


def _names(node: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _tell(
    file: SourceFile,
    call: ast.Call,
    loop: ast.For,
    made: ast.Assign,
    name: str,
    count: int,
) -> Diagnosis:
    place, line = Place(file.path, made.lineno), Place(file.path, call.lineno)
    fix = _before(file, loop, made)
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.85,
        f"{name} is made anew in each of {count} rounds (`{file.segment(made)}` in the loop): "
        "every round starts from new (reset, initial) weights, what was learned before is thrown "
        f"away, and only the {name} of the last round is left.\n"
        "Make and compile the model once, before the loop; fit goes on from the weights that are "
        "there.",
        places=distinct([place, line]),
        evidence=(
            Evidence("code", file.line_text(made.lineno), place),
            Evidence("call", f"{count} models are trained here, one after the other", line),
        ),
        fixes=(fix,) if fix is not None else (),
    )


def _before(file: SourceFile, loop: ast.For, made: ast.Assign) -> Fix | None:
    if len(loop.body) < 2:
        return None
    editor = Editor(file).insert_before(loop, file.segment(made)).delete(made)
    title = "Make the model once, before the loop"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.85)
