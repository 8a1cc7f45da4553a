"""A name, key or attribute that is not there, with the one that was probably meant."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import fix_of
from graphscope.doctor.facts.failing import Failing, failing, raised_by
from graphscope.doctor.facts.looking import MISSING
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, distinct, frame_place

ID = "unknown-name"

_MODULES = {"np": "numpy", "tf": "tensorflow", "pd": "pandas", "plt": "matplotlib.pyplot"}
_SUBMODULES = ("layers", "optimizers", "losses", "metrics", "callbacks", "models", "utils", "ops")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for the nearest thing that is there."""
    error = case.failure.exception if case.failure else None
    found = failing(case)
    if found is None or error is None or raised_by(case) != "user":
        return
    if isinstance(error, NameError):
        yield from _name(case, found, error)
    elif isinstance(error, KeyError):
        yield from _key(case, found, error)
    elif isinstance(error, AttributeError):
        yield from _list_attribute(case, found, error)


def _name(case: Case, found: Failing, error: NameError) -> Iterator[Diagnosis]:
    name = error.name or ""
    if not name:
        return
    known = {*found.frame.locals, *found.frame.globals, *vars(builtins)}
    close = get_close_matches(name, sorted(n for n in known if not n.startswith("__")), 3, 0.7)
    node = next((n for n in ast.walk(found.node) if isinstance(n, ast.Name) and n.id == name), None)
    if node is None:
        return
    imported = list(_imported(found, name))
    local = isinstance(error, UnboundLocalError)
    why = (
        f"It is assigned further down in the function, so that it is local there and has no value "
        f"yet{_outer(found, name)}."
        if local
        else f"Similar names that exist: {', '.join(close)}."
        if close
        else "It was never assigned or imported."
    )
    fixes = [*imported]
    for rank, each in enumerate(close if not local else []):
        editor = Editor(found.file).replace(node, each)
        fixes += fix_of(editor, f"Write {each} instead of {name}", 0.85 - 0.2 * rank)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"The name {name!r}{at(case, found.place)} is not defined.\n{why}"
        + (f"\n{imported[0].title}." if imported else ""),
        places=distinct([frame_place(found.frame)]),
        evidence=(Evidence("code", found.text, found.place),),
        fixes=tuple(fixes[:4]),
    )


def _outer(found: Failing, name: str) -> str:
    return "; the module has one of the same name" if name in found.frame.globals else ""


def _imported(found: Failing, name: str) -> Iterator[Fix]:
    """The import that would make the name known."""
    if name in _MODULES:
        first = next((each for each in found.file.tree.body if not _is_docstring(each)), None)
        if first is not None:
            line = f"import {_MODULES[name]} as {name}"
            editor = Editor(found.file).insert_before(first, line)
            yield from fix_of(editor, f"Add `{line}`", 0.95, RepairClass.A)
        return
    import keras

    for module in _SUBMODULES:
        if hasattr(getattr(keras, module, None), name):
            reference = refer_to(found.file, f"keras.{module}.{name}")
            node = next(n for n in ast.walk(found.node) if isinstance(n, ast.Name) and n.id == name)
            editor = reference.imported(Editor(found.file))
            if reference.text != name:
                editor.replace(node, reference.text)
            title = f"Refer to it as {reference.text}, from keras.{module}"
            yield from fix_of(editor, title, 0.95, RepairClass.A)
            return
    if hasattr(keras, name):
        reference = refer_to(found.file, f"keras.{name}")
        editor = reference.imported(Editor(found.file))
        yield from fix_of(editor, f"Import {name} from keras", 0.9, RepairClass.A)


def _is_docstring(node: ast.stmt) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_text or (isinstance(node, ast.ImportFrom) and node.module == "__future__")


def _key(case: Case, found: Failing, error: KeyError) -> Iterator[Diagnosis]:
    node = found.node
    key = error.args[0] if error.args else None
    if not isinstance(node, ast.Subscript):
        return
    held = found.look(node.value)
    if held is MISSING:
        held = _history(found, node.value)
    if not isinstance(held, dict) or key in held:
        return
    names = [each for each in held if isinstance(each, str)]
    close = get_close_matches(str(key), names, 2, 0.5) if isinstance(key, str) else []
    owner = found.source(node.value)
    listed = ", ".join(map(repr, list(held)[:12]))
    fixes = []
    if isinstance(node.slice, ast.Constant):
        for rank, each in enumerate(close):
            quote = found.file.segment(node.slice)[0]
            editor = Editor(found.file).replace(node.slice, f"{quote}{each}{quote}")
            fixes += fix_of(editor, f"Use the key {each!r} instead of {key!r}", 0.85 - 0.2 * rank)
    val = str(key).startswith("val_") and str(key)[4:] in held
    if val:
        fixes = [*_validated(case), *fixes]
    hint = (
        "\nKeys that begin with val_ exist only when fit gets validation_data or validation_split."
        if val
        else ""
    )
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"{found.text}{at(case, found.place)}: {owner} has no key {key!r}.\n"
        f"Its keys are {listed}" + (f"; closest: {close[0]!r}." if close else ".") + hint,
        places=distinct(
            [fixes[0].places[0] if val and fixes else None, found.place, _made(found, node.value)]
        ),
        evidence=(Evidence("value", f"keys of {owner}: {listed}", found.place),),
        fixes=tuple(fixes),
    )


def _validated(case: Case) -> Iterator[Fix]:
    """Validation data for the `fit` whose history was asked for it."""
    fits = [each for each in case.recording.boundaries if each.kind == "fit" and each.site]
    call = case.program.call(fits[-1].site[0]) if fits else None
    if call is not None and case.program.is_own(call[0].path):
        editor = Editor(call[0]).set_keyword(call[1], "validation_split", "0.2")
        yield from fix_of(
            editor, "Let fit validate on a part of the data: validation_split=0.2", 0.9
        )


def _history(found: Failing, node: ast.expr) -> Any:
    """The dictionary of a History, which is Keras's own object."""
    if isinstance(node, ast.Attribute) and node.attr == "history":
        owner = found.look(node.value)
        if type(owner).__name__ == "History":
            return owner.history
    return None


def _made(found: Failing, node: ast.expr) -> Any:
    if isinstance(node, ast.Name):
        definitions = definitions_of(found.file, node, node)
        return definitions[0].place if definitions else None
    return None


def _list_attribute(case: Case, found: Failing, error: AttributeError) -> Iterator[Diagnosis]:
    """`.shape`, `.reshape`, ... of a plain list."""
    import numpy

    node = found.node
    if not isinstance(node, ast.Attribute) and isinstance(node, ast.Call):
        node = node.func if isinstance(node.func, ast.Attribute) else node
    if not isinstance(node, ast.Attribute):
        return
    held = getattr(error, "obj", MISSING)
    if not isinstance(held, list | tuple) or not hasattr(numpy.ndarray, node.attr):
        return
    name, kind = found.source(node.value), type(held).__name__
    array = refer_to(found.file, "numpy.array")
    fixes: list[Fix] = []
    if isinstance(node.value, ast.Name):
        for definition in definitions_of(found.file, node.value, node.value)[:1]:
            value = definition.value
            if definition.kind == "assign" and value is not None and not definition.path:
                is_empty = isinstance(value, ast.List) and not value.elts
                if not is_empty:  # a list that is filled later stays one
                    editor = array.imported(Editor(definition.file))
                    editor.wrap(value, f"{array.text}(", ")")
                    fixes += fix_of(editor, f"Make {name} an array where it is made", 0.85)
    editor = array.imported(Editor(found.file)).wrap(node.value, f"{array.text}(", ")")
    fixes += fix_of(editor, f"Use {array.text}({name}) here", 0.8)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"{found.text}{at(case, found.place)}: {name} is a plain {kind} of {len(held)} elements; "
        f"only NumPy arrays have .{node.attr}.\nMake it an array: np.array({name}).",
        places=distinct([fixes[0].places[0] if fixes else None, found.place]),
        evidence=(Evidence("value", f"{name} is a {kind} of {len(held)} elements", found.place),),
        fixes=tuple(fixes),
    )
