"""A saved model names a class or function of the user's that loading does not know."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import get_close_matches

from graphscope.doctor.case import Case
from graphscope.doctor.facts.loading import UserCall, keras_locals, user_call
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, distinct, where

ID = "custom-objects"

_LOADERS = ("load_model", "from_config", "model_from_json", "clone_model", "deserialize")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the class that could not be located in the user's source."""
    asked = keras_locals(case, "_retrieve_class_or_fn") or keras_locals(case, "_locate_object")
    call = user_call(case, *_LOADERS)
    if asked is None or call is None or not isinstance(asked.get("name"), str):
        return
    name, kind = asked["name"], str(asked.get("obj_type", "class"))
    defined = _definition(case, name)
    place = Place(defined[0].path, defined[1].lineno) if defined else None
    fixes = [*_given(call, name, defined), *_registered(name, defined)] if defined else []
    told = (
        f"It is defined{at(case, place)}, but a saved model holds only names: Keras looks them up "
        "among its own classes and the registered ones."
        if place
        else f"No {kind} of that name is in the program{_close(case, name)}."
    )
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{call.file.segment(call.node.func)}{at(case, call.place)}: the saved model uses the "
        f"custom {kind} '{name}', which loading cannot locate.\n{told}\n"
        f"Pass it, custom_objects={{'{name}': {name}}}, or decorate it with "
        "@keras.saving.register_keras_serializable() (and import its module before loading). A "
        "layer with constructor arguments needs get_config() too.",
        places=distinct([call.place, place]),
        layer=name if kind == "class" else None,
        evidence=(
            Evidence("value", f"unknown {kind} '{name}' in the saved configuration", call.place),
            *([Evidence("code", f"defined at {where(case, place)}", place)] if place else []),
        ),
        fixes=tuple(fixes),
    )


def _definition(case: Case, name: str) -> tuple[SourceFile, ast.ClassDef | ast.FunctionDef] | None:
    for file in case.program.files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name:
                return file, node
    return None


def _close(case: Case, name: str) -> str:
    names = {
        node.name
        for file in case.program.files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }
    found = get_close_matches(name, sorted(names), 1)
    return f" (there is '{found[0]}')" if found else ""


def _given(
    call: UserCall, name: str, defined: tuple[SourceFile, ast.ClassDef | ast.FunctionDef]
) -> Iterator[Fix]:
    editor = Editor(call.file)
    known = next((each for each in call.node.keywords if each.arg == "custom_objects"), None)
    if known is not None:
        if not isinstance(known.value, ast.Dict) or not known.value.values:
            return
        editor.insert_element_after(known.value.values[-1], f'"{name}": {name}')
    else:
        editor.set_keyword(call.node, "custom_objects", f'{{"{name}": {name}}}')
    if not _is_known(call, name, defined[0]):
        module = defined[0].path.rpartition("/")[2].removesuffix(".py")
        editor.add_import(module, name)
    title = f'Pass custom_objects={{"{name}": {name}}}'
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.85)
    if fix is not None:
        yield fix


def _is_known(call: UserCall, name: str, file: SourceFile) -> bool:
    if file is call.file:
        return True
    return name in call.frame.locals or name in call.frame.globals


def _registered(
    name: str, defined: tuple[SourceFile, ast.ClassDef | ast.FunctionDef]
) -> Iterator[Fix]:
    file, node = defined
    if file.parent(node) is not file.tree:
        return
    reference = refer_to(file, "keras.saving.register_keras_serializable")
    editor = reference.imported(Editor(file))
    editor.insert_before(node, f"@{reference.text}()")
    title = f"Register {name} with @keras.saving.register_keras_serializable()"
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.8)
    if fix is not None:
        yield fix
