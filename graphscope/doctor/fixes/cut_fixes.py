"""Fixes for a model whose graph is cut."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.graph_cut import Cut, inputs_node, outputs_node, title_of
from graphscope.doctor.facts.nested_outputs import from_nested
from graphscope.doctor.facts.tensors import is_layer, is_model
from graphscope.doctor.facts.wiring import (
    inputs_behind,
    operation_of,
    path_between,
    tensors_behind,
)
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor
from graphscope.doctor.source.definitions import definitions_of


def cut_fixes(cut: Cut, *, unused: bool) -> list[Fix]:
    """Return the fixes for a cut, most natural first."""
    node = inputs_node(cut.call)
    if node is None or not cut.call.is_own:
        return []
    # Who takes the inputs of an existing model wants a part of that model.
    is_part = any(isinstance(each, ast.Attribute) for each in ast.walk(node))
    again = [*_same_input(cut), *_applied_again(cut)] if unused else []
    added, inner = [*_added(cut, node, first=not is_part)], [*_taken(cut, first=is_part)]
    return [*again, *(inner + added if is_part else added + inner)]


def _added(cut: Cut, node: ast.expr, *, first: bool) -> Iterator[Fix]:
    names = [cut.name(each) for each in cut.missing]
    if not all(names):
        return
    rest, file = ", ".join(map(str, names)), cut.call.file
    editor = Editor(file)
    if isinstance(node, ast.List | ast.Tuple) and node.elts:
        editor.insert_element_after(node.elts[-1], rest)
    elif isinstance(node, ast.Dict):
        return
    elif _holds_many(cut, node):
        editor.wrap(node, "[*", f", {rest}]")
    else:
        editor.wrap(node, "[", f", {rest}]")
    yield from _made(
        editor, f"Add {rest} to the model's inputs", RepairClass.A, 0.9 if first else 0.4
    )


def _holds_many(cut: Cut, node: ast.expr) -> bool:
    return isinstance(cut.call.value(node), list | tuple)


def inner_output(cut: Cut) -> tuple[Any, str] | None:
    """Return the tensor nearest to the output that needs none of the missing inputs."""
    given = frozenset(id(each) for each in cut.inputs)
    for tensor in tensors_behind(cut.output, given):
        if inputs_behind(tensor, given) or id(tensor) in given:
            continue
        text = _text_of(cut, tensor)
        if text is not None:
            return tensor, text
    return None


def _text_of(cut: Cut, tensor: Any) -> str | None:
    named = [name for name, value in cut.call.frame.locals.items() if value is tensor]
    operation = operation_of(tensor)
    node = inputs_node(cut.call)
    owner = (
        next((e.value for e in ast.walk(node) if isinstance(e, ast.Attribute)), None)
        if node
        else None
    )
    if owner is not None and is_layer(operation):
        model = cut.call.value(owner)
        if is_model(model) and operation in getattr(model, "layers", []):
            return f'{cut.call.file.segment(owner)}.get_layer("{operation.name}").output'
    return next(iter(named), None)


def _taken(cut: Cut, *, first: bool) -> Iterator[Fix]:
    inner, node = inner_output(cut), outputs_node(cut.call)
    if inner is None or node is None or len(cut.outputs) != 1:
        return
    text = inner[1]
    editor = Editor(cut.call.file).replace(node, text)
    title = f"Take the output of {title_of(inner[0])} instead: {text}"
    yield from _made(editor, title, RepairClass.B, 0.9 if first else 0.4)


def _applied_again(cut: Cut) -> Iterator[Fix]:
    """Apply the layers behind a new input to it, instead of taking what they gave before."""
    node = outputs_node(cut.call)
    if node is None or len(cut.inputs) != 1 or len(cut.outputs) != 1 or len(cut.missing) != 1:
        return
    owner = next(
        (
            each
            for each in ast.walk(node)
            if isinstance(each, ast.Name) and is_model(cut.call.value(each))
        ),
        None,
    )
    inputs = inputs_node(cut.call)
    if owner is None or inputs is None:
        return
    layers = [operation_of(each) for each in path_between(cut.output, cut.missing[0])]
    held = getattr(cut.call.value(owner), "layers", [])
    wanted = tuple(cut.inputs[0].shape)
    text = cut.call.file.segment(inputs)
    for index in range(len(layers) - 1):
        layer = layers[index]
        given = getattr(layer, "input", None)
        if layer not in held or len(getattr(layer, "_inbound_nodes", ())) != 1:
            return
        if given is None or tuple(getattr(given, "shape", ())) != wanted:
            continue
        for each in reversed(layers[: index + 1]):
            text = f'{owner.id}.get_layer("{each.name}")({text})'
        editor = Editor(cut.call.file).replace(node, text)
        names = ", ".join(each.name for each in reversed(layers[: index + 1]))
        title = f"Call the layers behind the new input on it: {names}"
        yield from _made(editor, title, RepairClass.A, 0.93)
        return


def nested_fixes(cut: Cut, nested: Any) -> Iterator[Fix]:
    """Return the fixes for a model that was nested without being called."""
    inputs, outputs = inputs_node(cut.call), outputs_node(cut.call)
    if nested is None or inputs is None or outputs is None or not is_called(nested):
        return
    fix = from_nested(cut.call, inputs, outputs, cut.output, nested)
    if fix is not None:
        yield fix


def is_called(model: Any) -> bool:
    """Whether a model was called as a layer of another one."""
    return len(getattr(model, "_inbound_nodes", ())) > 0


def nested_model(case: Case, cut: Cut) -> Any:
    """Return the model inside of which an output was made that is taken from outside of it."""
    operation = operation_of(cut.output)
    for creation in case.recording.creations:
        model = creation.instance
        if not is_model(model) or operation not in (getattr(model, "layers", None) or []):
            continue
        behind = {id(each) for each in cut.missing}
        if any(id(each) in behind for each in getattr(model, "inputs", None) or []):
            return model
    return None


def _same_input(cut: Cut) -> Iterator[Fix]:
    """Take out a second Input of the same name that hides the first."""
    node = inputs_node(cut.call)
    if not isinstance(node, ast.Name) or len(cut.missing) != 1:
        return
    found = definitions_of(cut.call.file, node, before=node)
    if not found or not isinstance(found[0].node, ast.Assign):
        return
    if tuple(cut.missing[0].shape) != tuple(cut.inputs[0].shape):
        return
    editor = Editor(found[0].file).delete(found[0].node)
    title = f"Take out the second Input that hides the first {node.id}"
    yield from _made(editor, title, RepairClass.B, 0.92)


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
