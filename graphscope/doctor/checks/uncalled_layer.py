"""A layer that was made for a model and is never called."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._trained import trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix, names_class
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import distinct, label

ID = "uncalled-layer"

_LEARNING = ("Dense", "Conv", "LSTM", "GRU", "SimpleRNN", "Embedding", "Attention")
_METHODS = ("__init__", "build")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the attributes of models and layers that ran; nothing else reads what is unused."""
    if not trainings(case):
        return
    called = {id(each.operation) for each in case.recording.calls}
    for creation in case.recording.creations:
        owner = creation.parent.instance if creation.parent is not None else None
        layer = creation.instance
        if owner is None or id(owner) not in called or id(layer) in called or not _learns(layer):
            continue
        name = next((key for key, held in vars(owner).items() if held is layer), None)
        made = creation_call(case, layer)
        if name is None or made is None or not names_class(made[0], made[1], type(layer)):
            continue
        if not case.program.is_own(made[0].path) or _is_read(case, name):
            continue
        yield _tell(case, owner, layer, name, made[0], made[1])


def _learns(layer: Any) -> bool:
    module, kind = type(layer).__module__, type(layer).__name__
    if not hasattr(layer, "trainable_weights"):
        return False
    return not module.startswith("keras.") or any(part in kind for part in _LEARNING)


def _is_read(case: Case, name: str) -> bool:
    """Whether anything reads an attribute of the name, outside of where it is built."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.ctx, ast.Load)
        and getattr(file.function_of(node), "name", "") not in _METHODS
        for file in own_files(case)
        for node in ast.walk(file.tree)
    ) or any(
        isinstance(node, ast.Constant) and node.value == name
        for file in own_files(case)
        for node in ast.walk(file.tree)
        if isinstance(file.parent(node), ast.Call)
        and ast.unparse(file.parent(node)).startswith("getattr")  # type: ignore[arg-type]
    )


def _tell(
    case: Case, owner: Any, layer: Any, name: str, file: SourceFile, made: ast.Call
) -> Diagnosis:
    place = Place(file.path, made.lineno)
    twins = [key for key, held in vars(owner).items() if type(held) is type(layer) and key != name]
    twice = _called_twice(file, type(owner).__name__, twins)
    unread = _unread(file, type(owner).__name__)
    fixes: list[Fix] = []
    places = [place]
    told = ""
    if twice is not None:
        twin, calls = twice
        told = f"self.{twin} is called {_times(len(calls))} instead. "
        places.insert(0, Place(file.path, calls[-1].lineno))
        fixes += _fixes(file, calls[-1], name, unread)
    if unread:
        told += f"{', '.join(unread)} is never used. "
    return Diagnosis(
        ID,
        Severity.WARNING if twice is None else Severity.ERROR,
        0.85 if twice is None else 0.92,
        f"{label(layer)} (self.{name} of {type(owner).__name__}, "
        f"{case.program.relative(file.path)}:{made.lineno}) is created and never called: the model "
        f"runs and trains without it.\n{told}\n".replace("\n\n", "\n")
        + f"Call self.{name} in call, or remove it.",
        places=distinct(places),
        layer=layer.name,
        evidence=(
            Evidence("call", f"self.{name} ({label(layer)}): created, 0 calls", place),
            *(
                Evidence("code", file.line_text(each.lineno), Place(file.path, each.lineno))
                for each in (twice[1] if twice else ())
            ),
        ),
        fixes=tuple(fixes),
    )


def _times(count: int) -> str:
    return "twice" if count == 2 else f"{count} times"


def _call_methods(file: SourceFile, cls: str) -> Iterator[ast.FunctionDef]:
    for owner in file.classes(cls):
        for node in owner.body:
            if isinstance(node, ast.FunctionDef) and node.name not in _METHODS:
                yield node


def _called_twice(
    file: SourceFile, cls: str, names: list[str]
) -> tuple[str, list[ast.Call]] | None:
    """Return the attribute that one method calls more than once, where its twin is not called."""
    for method in _call_methods(file, cls):
        for name in names:
            calls = [
                node
                for node in ast.walk(method)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == name
            ]
            if len(calls) > 1:
                return name, sorted(calls, key=lambda each: (each.lineno, each.col_offset))
    return None


def _unread(file: SourceFile, cls: str) -> list[str]:
    """Return the local variables of the methods that nothing reads."""
    found: list[str] = []
    for method in _call_methods(file, cls):
        read = {
            each.id
            for each in ast.walk(method)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
        }
        found += [
            target.id
            for node in ast.walk(method)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name) and target.id not in read and target.id != "_"
        ]
    return list(dict.fromkeys(found))


def _fixes(file: SourceFile, call: ast.Call, name: str, unread: list[str]) -> Iterator[Fix]:
    if unread and len(call.args) == 1:
        editor = Editor(file).replace(call.func, f"self.{name}").replace(call.args[0], unread[0])
        fix = make_fix(
            editor,
            f"Call self.{name} on {unread[0]}",
            repair_class=RepairClass.B,
            likelihood=0.9,
        )
        if fix is not None:
            yield fix
    fix = make_fix(
        Editor(file).replace(call.func, f"self.{name}"),
        f"Call self.{name} instead of {file.segment(call.func)}",
        repair_class=RepairClass.B,
        likelihood=0.75,
    )
    if fix is not None:
        yield fix
