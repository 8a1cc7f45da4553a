"""An attribute of a layer was overwritten with something that the layer cannot use."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code, label

ID = "layer-attribute-overwritten"

OF_SELF = re.compile(r"\bself\.(\w+)")


@dataclass(frozen=True, slots=True, eq=False)
class _Assignment:
    file: SourceFile
    statement: ast.Assign
    target: ast.Attribute

    @property
    def place(self) -> Place:
        return Place(self.file.path, self.statement.lineno)


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the attribute that the failing line of Keras uses, and the user's assignment to it."""
    failure = case.failure
    if failure is None or failure.layer_call is None:
        return
    layer = failure.layer_call.operation
    if not type(layer).__module__.startswith("keras."):
        return
    for attribute in _used(case, layer):
        found = _assignment(case, layer, attribute)
        if found is not None:
            yield _tell(case, layer, attribute, found)
            return


def _used(case: Case, layer: Any) -> list[str]:
    """Return the attributes of the layer that stand on the line of Keras that raised."""
    failure = case.failure
    assert failure is not None
    for _, file, line, variables in failure.keras_frames[:2]:
        if dict(variables).get("self") is layer:
            return OF_SELF.findall(linecache.getline(file, line))
    return []


def _assignment(case: Case, layer: Any, attribute: str) -> _Assignment | None:
    value = getattr(layer, attribute, None)
    found = []
    for file in case.program.files:
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.Assign) or not case.program.is_own(file.path):
                continue
            for target in node.targets:
                if isinstance(target, ast.Attribute) and target.attr == attribute:
                    found.append(_Assignment(file, node, target))
    return next((each for each in reversed(found) if _fits(case, each, layer, value)), None)


def _fits(case: Case, assignment: _Assignment, layer: Any, value: Any) -> bool:
    """Whether an assignment can have given the layer its value, as far as that can be told."""
    given, target = assignment.statement.value, assignment.target.value
    if isinstance(target, ast.Name) and target.id == "self":
        return False
    if isinstance(given, ast.Constant) and given.value != value:
        return False
    frame = _module_frame(case, assignment.file)
    owner = live_value(case, target, frame) if frame else None
    import keras

    return not isinstance(owner, keras.layers.Layer) or owner is layer or _in_loop(assignment)


def _in_loop(assignment: _Assignment) -> bool:
    around = assignment.file.ancestors(assignment.statement)
    return any(isinstance(each, ast.For | ast.While) for each in around)


def _module_frame(case: Case, file: SourceFile) -> Frame | None:
    frames = case.failure.site if case.failure else ()
    return next((each for each in reversed(frames) if each.position.file == file.path), None)


def _tell(case: Case, layer: Any, attribute: str, found: _Assignment) -> Diagnosis:
    value = getattr(layer, attribute, None)
    failure = case.failure
    assert failure is not None
    needed = (
        "a function (callable)" if _is_called(case, attribute) else "a value as it was made with"
    )
    is_not = f"{value!r} is not callable" if _is_called(case, attribute) else failure.message
    position = _position(layer, failure.layer_call)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"`{found.file.segment(found.statement)}`{at(case, found.place)} overwrites {attribute} of "
        f"{label(layer)}{position}, which fails when it is used ({failure.stage}): {is_not}.\n"
        f"Received {attribute} = {value!r}; needed {needed}.\n"
        f"Remove the line, or give {attribute} to {type(layer).__name__} when it is made"
        + (", or assign a function of keras.activations." if attribute == "activation" else "."),
        places=(found.place,),
        layer=layer.name,
        evidence=(
            code(case, found.place),
            Evidence(
                "value", f"{attribute} = {value!r} of type {type(value).__name__}", found.place
            ),
            Evidence("call", f"{type(layer).__name__} uses self.{attribute} in its call"),
        ),
        fixes=tuple(_fixes(found, attribute, value)),
    )


def _position(layer: Any, call: Any) -> str:
    parent = call.parent.operation if call is not None and call.parent is not None else None
    layers = getattr(parent, "layers", [])
    if layers and layers[-1] is layer:
        return f", the last {type(layer).__name__} layer"
    return ""


def _is_called(case: Case, attribute: str) -> bool:
    failure = case.failure
    assert failure is not None
    _, file, line, _ = failure.keras_frames[0]
    return f"self.{attribute}(" in linecache.getline(file, line)


def _fixes(found: _Assignment, attribute: str, value: Any) -> Iterator[Fix]:
    if attribute == "activation" and isinstance(value, str):
        reference = refer_to(found.file, "keras.activations.get")
        editor = reference.imported(Editor(found.file))
        text = f"{reference.text}({found.file.segment(found.statement.value)})"
        editor.replace(found.statement.value, text)
        yield from _made(editor, f"Assign the function: {text}", RepairClass.A, 0.95)
    editor = Editor(found.file).delete(found.statement)
    title = f"Remove the line: the layer keeps the {attribute} it was made with"
    yield from _made(editor, title, RepairClass.B, 0.8)
    if attribute == "activation" and not isinstance(value, str):
        for rank, name in enumerate(("linear", "softmax")):
            reference = refer_to(found.file, f"keras.activations.{name}")
            editor = reference.imported(Editor(found.file))
            editor.replace(found.statement.value, reference.text)
            title = f"Assign a function: {reference.text}"
            yield from _made(editor, title, RepairClass.B, 0.5 - 0.1 * rank)


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
