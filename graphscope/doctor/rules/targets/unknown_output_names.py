"""Losses are given by names, and no output of the model has such a name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.output_names import Group, groups_of, output_names
from graphscope.doctor.facts.wording_targets import boundary_place
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import Boundary
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, place_of

ID = "unknown-output-names"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the keys of the losses with the names of the outputs, where none agrees."""
    failure = case.failure
    boundary = failure.boundary if failure is not None else None
    if failure is None or boundary is None or failure.layer_call is not None:
        return
    names = output_names(boundary)
    if boundary.kind not in ("fit", "evaluate", "train_on_batch", "test_on_batch") or not names:
        return
    strange = [
        group
        for group in groups_of(case, boundary)[1:]
        if group.names and not set(group.names) & set(names)
    ]
    if strange and len(strange[0].names) == len(names):
        yield _tell(case, boundary, names, strange)


def _tell(
    case: Case, boundary: Boundary, names: tuple[str, ...], strange: list[Group]
) -> Diagnosis:
    first = strange[0]
    pairs = _pairs(boundary, first.names)
    fixes = tuple(_fixes(case, names, strange, pairs))
    keys, outputs = ", ".join(first.names), ", ".join(names)
    made = [place_of(case, layer) for layer in pairs.values()]
    kinds = " and ".join(dict.fromkeys(group.purpose for group in strange))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"The {kinds}{at(case, first.place)} is given by the names {keys}, and the model's outputs "
        f"are called {outputs}: no name agrees.\n"
        "An output has the name of the layer that made it; the name of a Python variable is no "
        "layer name, and a layer without name= is numbered by Keras.\n"
        f"Name the layers, name={first.names[0]!r}, give a list in the order of the outputs, or "
        f"use the names {outputs}.",
        places=distinct([first.place, *made, boundary_place(boundary)]),
        evidence=(
            Evidence("value", f"keys of the {first.purpose}: {keys}", first.place),
            Evidence("value", f"outputs of the model: {outputs}"),
        ),
        fixes=fixes,
    )


def _pairs(boundary: Boundary, keys: tuple[str, ...]) -> dict[str, Any]:
    """Return the layer each key is meant for: by the variable with its output, or by order."""
    outputs = list(getattr(boundary.model, "outputs", None) or [])
    layers = [getattr(getattr(each, "_keras_history", None), "operation", None) for each in outputs]
    held: dict[str, Any] = {}
    for frame in boundary.site:
        for key in keys:
            value = {**frame.globals, **frame.locals}.get(key)
            index = next((i for i, each in enumerate(outputs) if each is value), None)
            if index is not None:
                held.setdefault(key, layers[index])
    if len(held) != len(keys):
        held = dict(zip(keys, layers, strict=False))
    return held


def _fixes(
    case: Case, names: tuple[str, ...], strange: list[Group], pairs: dict[str, Any]
) -> Iterator[Fix]:
    named = _named_layers(case, pairs)
    if named is not None:
        yield named
    for group in strange[:1]:
        file, node = group.file, group.node
        if file is None or node is None or not case.program.is_own(file.path):
            continue
        by_layer = {getattr(layer, "name", None): key for key, layer in pairs.items()}
        order = [by_layer.get(name) for name in names]
        values = dict(zip(group.names, node.values, strict=False))
        if len(strange) == 1 and all(key in values for key in order):
            text = f"[{', '.join(file.segment(values[key]) for key in order if key)}]"
            yield from _made(
                Editor(file).replace(node, text),
                f"Give a list in the order of the outputs: {text}", 0.85,
            )  # fmt: skip
        editor = Editor(file)
        renamed = {key: getattr(layer, "name", "") for key, layer in pairs.items()}
        for key in node.keys:
            if isinstance(key, ast.Constant) and key.value in renamed:
                editor.replace(key, repr(renamed[key.value]).replace("'", '"'))
        if len(strange) == 1:
            yield from _made(editor, f"Use the names of the outputs: {', '.join(names)}", 0.6)


def _named_layers(case: Case, pairs: dict[str, Any]) -> Fix | None:
    """Name the layers as the losses call them."""
    editors: dict[str, Editor] = {}
    for key, layer in pairs.items():
        made = creation_call(case, layer)
        if made is None or not case.program.is_own(made[0].path):
            return None
        file, node, _ = made
        if any(each.arg == "name" for each in node.keywords):
            return None
        editors.setdefault(file.path, Editor(file)).set_keyword(node, "name", f'"{key}"')
    if len(editors) != 1:
        return None
    return make_fix(
        next(iter(editors.values())),
        f"Name the layers of the outputs: {', '.join(map(repr, pairs))}",
        repair_class=RepairClass.A,
        likelihood=0.9,
    )


def _made(editor: Editor, title: str, likelihood: float) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
    if fix is not None:
        yield fix
