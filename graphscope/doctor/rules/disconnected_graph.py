"""A model's output depends on an Input that is not among the model's inputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.rules._live import flat
from graphscope.doctor.rules._nested_outputs import from_nested
from graphscope.doctor.rules._tensors import is_layer, is_model, is_tensor
from graphscope.doctor.rules._user_call import UserCall, user_calls
from graphscope.doctor.rules._wiring import (
    inputs_behind,
    operation_of,
    path_between,
    tensors_behind,
)
from graphscope.doctor.source import Editor
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, code, distinct

ID = "disconnected-graph"


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Where the graph is cut: an output, the inputs given and those missing."""

    call: UserCall
    inputs: list[Any]
    outputs: list[Any]
    output: Any
    missing: list[Any]

    @property
    def variables(self) -> Mapping[str, Any]:
        """The variables in sight where the model is made."""
        return {**self.call.frame.globals, **self.call.frame.locals}

    def name(self, tensor: Any) -> str | None:
        """Return how the user can write a tensor at that place."""
        for name, value in self.variables.items():
            if value is tensor:
                return name
        for name, value in self.variables.items():
            if is_model(value):
                inputs = getattr(value, "_inputs", None) or []
                for index, each in enumerate(inputs):
                    if each is tensor:
                        return f"{name}.inputs[{index}]"
        return None

    def title(self, tensor: Any) -> str:
        """Return a tensor's name for messages."""
        operation = operation_of(tensor)
        return self.name(tensor) or str(getattr(operation, "name", "an Input"))


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Walk back from the outputs of a model that could not be made."""
    cut = _cut(case)
    if cut is not None:
        yield _tell(case, cut)


def _cut(case: Case) -> _Cut | None:
    failure = case.failure
    if failure is None or not isinstance(failure.exception, ValueError):
        return None
    for name, _, _, variables in failure.keras_frames[:4]:
        if not name.endswith("Function.__init__"):
            continue
        held = dict(variables)
        inputs = [each for each in flat(held.get("inputs")) if is_tensor(each)]
        outputs = [each for each in flat(held.get("outputs")) if is_tensor(each)]
        given = frozenset(id(each) for each in inputs)
        call = next(user_calls(case), None)
        for output in outputs:
            missing = inputs_behind(output, given)
            if missing and call is not None:
                return _Cut(call, inputs, outputs, output, missing)
    return None


def _tell(case: Case, cut: _Cut) -> Diagnosis:
    call = cut.call
    missing = [cut.title(each) for each in cut.missing]
    shapes = ", ".join(f"{cut.title(each)} {tuple(each.shape)}" for each in cut.missing)
    given = ", ".join(f"{cut.title(each)} {tuple(each.shape)}" for each in cut.inputs)
    path = " <- ".join(_titles(path_between(cut.output, cut.missing[0])))
    unused = not any(path_between(cut.output, each) for each in cut.inputs)
    names, listed = " and ".join(missing), ", ".join(missing)
    nested = _nested(case, cut) if unused else None
    fixes = [*_from_nested(cut, nested), *_fixes(cut, unused=unused)]
    inner = _inner(cut)
    others = f", or take {inner[1]} instead, which does not need {names}" if inner else ""
    again = ""
    if unused:
        again = "No given input leads to this output: it was computed from another Input.\n"
    if nested is not None:
        again += (
            f"{_title(cut.output)} is a layer of the model {nested.name!r}, and its .output "
            f"belongs to the graph of {nested.name!r} alone, not to that of the model around it. "
            f"Call its layers on the new input, build the new model from {nested.name}.inputs, or "
            f"take what {nested.name} gave when it was called.\n"
        )
    made = [_place_of(case, each) for each in cut.missing]
    node = _inputs_node(call)
    line = Place(call.file.path, node.lineno if node is not None else call.place.line)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"The graph is disconnected{at(case, line)}: the output of {_title(cut.output)} depends on "
        f"input {names}, and {names} is an Input that is not listed in the model's inputs.\n"
        f"Path from the output: {path}; it is cut at '{missing[0]}'.\n{again}"
        f"Received inputs: {given}; missing from inputs: {shapes}.\n"
        f"Add {listed} to inputs=[...]{others}.",
        places=distinct([line, *made]),
        layer=nested.name if nested is not None and _is_called(nested) else "InputLayer",
        evidence=(
            code(case, line),
            Evidence("note", f"the output depends on {listed}, which is missing from inputs", line),
            Evidence("note", f"graph disconnected at '{missing[0]}': {path}"),
            *(
                Evidence("shape", f"Input {cut.title(each)}: {tuple(each.shape)}")
                for each in cut.missing
            ),
        ),
        fixes=tuple(fixes),
    )


def _titles(path: list[Any]) -> list[str]:
    titles = [_title(each) for each in path]
    return titles if len(titles) <= 7 else [*titles[:3], "...", *titles[-3:]]


def _title(tensor: Any) -> str:
    operation = operation_of(tensor)
    return f"{type(operation).__name__} '{operation.name}'" if operation else "a tensor"


def _place_of(case: Case, tensor: Any) -> Place | None:
    creation = case.recording.creation_of(operation_of(tensor))
    if creation is None or not creation.site:
        return None
    return Place(creation.site[0].position.file, creation.site[0].position.line)


def _inputs_node(call: UserCall) -> ast.expr | None:
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "inputs"]
    return next(iter([*given, *call.node.args[:1]]), None)


def _outputs_node(call: UserCall) -> ast.expr | None:
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "outputs"]
    has_inputs = any(keyword.arg == "inputs" for keyword in call.node.keywords)
    rest = call.node.args[:1] if has_inputs else call.node.args[1:2]
    return next(iter([*given, *rest]), None)


def _fixes(cut: _Cut, *, unused: bool) -> list[Fix]:
    node = _inputs_node(cut.call)
    if node is None or not cut.call.is_own:
        return []
    # Who takes the inputs of an existing model wants a part of that model.
    is_part = any(isinstance(each, ast.Attribute) for each in ast.walk(node))
    again = [*_same_input(cut), *_applied_again(cut)] if unused else []
    added, inner = [*_added(cut, node, first=not is_part)], [*_taken(cut, first=is_part)]
    return [*again, *(inner + added if is_part else added + inner)]


def _added(cut: _Cut, node: ast.expr, *, first: bool) -> Iterator[Fix]:
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


def _holds_many(cut: _Cut, node: ast.expr) -> bool:
    return isinstance(cut.call.value(node), list | tuple)


def _inner(cut: _Cut) -> tuple[Any, str] | None:
    """Return the tensor nearest to the output that needs none of the missing inputs."""
    given = frozenset(id(each) for each in cut.inputs)
    for tensor in tensors_behind(cut.output, given):
        if inputs_behind(tensor, given) or id(tensor) in given:
            continue
        text = _text_of(cut, tensor)
        if text is not None:
            return tensor, text
    return None


def _text_of(cut: _Cut, tensor: Any) -> str | None:
    named = [name for name, value in cut.call.frame.locals.items() if value is tensor]
    operation = operation_of(tensor)
    node = _inputs_node(cut.call)
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


def _taken(cut: _Cut, *, first: bool) -> Iterator[Fix]:
    inner, node = _inner(cut), _outputs_node(cut.call)
    if inner is None or node is None or len(cut.outputs) != 1:
        return
    text = inner[1]
    editor = Editor(cut.call.file).replace(node, text)
    title = f"Take the output of {_title(inner[0])} instead: {text}"
    yield from _made(editor, title, RepairClass.B, 0.9 if first else 0.4)


def _applied_again(cut: _Cut) -> Iterator[Fix]:
    """Apply the layers behind a new input to it, instead of taking what they gave before."""
    node = _outputs_node(cut.call)
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
    inputs = _inputs_node(cut.call)
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


def _from_nested(cut: _Cut, nested: Any) -> Iterator[Fix]:
    inputs, outputs = _inputs_node(cut.call), _outputs_node(cut.call)
    if nested is None or inputs is None or outputs is None or not _is_called(nested):
        return
    fix = from_nested(cut.call, inputs, outputs, cut.output, nested)
    if fix is not None:
        yield fix


def _is_called(model: Any) -> bool:
    """Whether a model was called as a layer of another one."""
    return len(getattr(model, "_inbound_nodes", ())) > 0


def _nested(case: Case, cut: _Cut) -> Any:
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


def _same_input(cut: _Cut) -> Iterator[Fix]:
    """Take out a second Input of the same name that hides the first."""
    node = _inputs_node(cut.call)
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
