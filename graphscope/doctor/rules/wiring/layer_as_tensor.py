"""A layer or model stands where a tensor is needed: it was not called, or its output is meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.binding import bound_expression
from graphscope.doctor.facts.classes import Method
from graphscope.doctor.facts.live import attribute_of, flat
from graphscope.doctor.facts.tensors import is_layer, is_model, is_tensor, waiting_tensors
from graphscope.doctor.facts.user_call import UserCall, user_calls
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, code, distinct, label

ID = "layer-as-tensor"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for layers among what a layer, a model's constructor or an operator was given."""
    found = _given_layer(case)
    if found is None:
        return
    layer, user = found
    creation = case.recording.creation_of(layer)
    made_of = flat([*creation.args, *creation.kwargs.values()]) if creation else ()
    if any(is_tensor(each) for each in made_of) and not is_model(layer):
        return  # it was made of the tensor that it should have been called on
    for call in user_calls(case):
        node = call.node_of(layer)
        if node is not None:
            yield _tell(call, node, layer, user)
            return


def _given_layer(case: Case) -> tuple[Any, str] | None:
    """Return the layer that was taken for a tensor, and what took it."""
    failure = case.failure
    if failure is None or not isinstance(failure.exception, TypeError | ValueError):
        return None
    if failure.creating is not None and failure.creating[0].__name__ == "Functional":
        given = failure.creating[2]
        values = flat([given.get("inputs"), given.get("outputs"), *failure.creating[1]])
        layer = next((each for each in values if is_layer(each)), None)
        return None if layer is None else (layer, "Model(inputs, outputs)")
    call = failure.layer_call
    if call is None or not failure.keras_frames:
        return None
    # A first argument of a layer's call that is a layer is refused before its own code runs.
    inner = [name for name, _, _, _ in failure.keras_frames[:1]]
    layer = next((each for each in flat(list(call.args)) if is_layer(each)), None)
    is_refused = inner == ["Layer.__call__"]
    return (layer, label(call.operation)) if layer is not None and is_refused else None


def _tell(call: UserCall, node: ast.expr, layer: Any, user: str) -> Diagnosis:
    case = call.case
    text = call.file.segment(node)
    used = Place(call.file.path, node.lineno)
    made = creation_call(case, layer)
    uncalled = _uncalled(call, node)
    made_at = Place(made[0].path, made[1].lineno) if made else None
    has_output = _has_output(layer)
    if uncalled is not None:
        made_at = Place(uncalled[0].path, uncalled[1].lineno)
    fixes = tuple(_fixes(call, node, layer, uncalled or made))
    kind = "model" if is_model(layer) else "layer"
    if has_output:
        why = f"{label(layer)} knows its tensors: {text}.input and {text}.output."
        places = distinct([used, made_at])
    else:
        why = f"{label(layer)} was taken{at(case, made_at)} and not called on a tensor."
        places = distinct([made_at, used])
    advice = fixes[0].title if fixes else f"Call it: {text}(tensor)"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{user}{at(case, used)} needs a tensor, and `{text}` is a {kind} object: {label(layer)}.\n"
        f"{why}\n"
        f"Received the {kind} itself; needed a tensor (KerasTensor), the result of calling it.\n"
        f"{advice}.",
        places=places,
        layer=layer.name,
        evidence=(
            code(case, used),
            Evidence("value", f"{text} is a {kind} ({label(layer)}), not a tensor", used),
            *((code(case, made_at),) if made_at else ()),
        ),
        fixes=fixes,
    )


def _fixes(
    call: UserCall,
    node: ast.expr,
    layer: Any,
    made: tuple[SourceFile, ast.expr, Frame] | None,
) -> Iterator[Fix]:
    text = call.file.segment(node)
    if _has_output(layer):
        whose = "input" if _is_input(call, node) else "output"
        if not is_tensor(attribute_of(layer, whose)):
            whose = f"{whose}s[0]"
        editor = Editor(call.file).replace(node, f"{text}.{whose}")
        title = (
            f"Take the tensor that it {'receives' if whose.startswith('input') else 'returned'}: "
        )
        yield from _made(editor, f"{title}{text}.{whose}", RepairClass.A, 0.9)
        return
    if made is not None and call.case.program.is_own(made[0].path):
        file, creation, frame = made
        for rank, tensor in enumerate(_tensors_for(call.case, file, creation, frame)[:3]):
            editor = Editor(file).wrap(creation, "", f"({tensor})")
            title = f"Call the layer on the tensor: {file.segment(creation)}({tensor})"
            yield from _made(
                editor, title, RepairClass.A if rank == 0 else RepairClass.B, 0.8 - 0.3 * rank
            )


def _has_output(layer: Any) -> bool:
    """Whether the layer knows a tensor that it returned."""
    whole = attribute_of(layer, "outputs") if is_model(layer) else None
    return is_tensor(attribute_of(layer, "output")) or bool(isinstance(whole, list) and whole)


def _is_input(call: UserCall, node: ast.expr) -> bool:
    """Whether the expression is what a model is to begin with."""
    import keras

    is_constructor = isinstance(call.function, type) and issubclass(call.function, keras.Model)
    if not is_constructor:
        return False
    given = [keyword.value for keyword in call.node.keywords if keyword.arg == "inputs"]
    first = [*given, *call.node.args[:1]][:1]
    return bool(first) and any(each is node for each in ast.walk(first[0]))


def _uncalled(call: UserCall, node: ast.expr) -> tuple[SourceFile, ast.expr, Frame] | None:
    """Return where the layer was taken without a call: `h = self.dense`."""
    file, expression, frame = bound_expression(call, node)
    is_taken = expression is not node and isinstance(expression, ast.Attribute | ast.Subscript)
    return (file, expression, frame) if is_taken else None


def _tensors_for(case: Case, file: SourceFile, creation: ast.expr, frame: Frame) -> list[str]:
    """Return names of tensors that a layer which was not called can have been meant for."""
    found = []
    statement = file.statement_of(creation)
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        # x = Dense(8) after x = Dense(16)(y): what x was before.
        name = statement.targets[0].id
        if any(each.value is not None for each in definitions_of(file, name, before=statement)):
            found.append(name)
    site = case.failure.site if case.failure else ()
    live = next((each for each in site if each.code is frame.code), frame)
    function = file.function_of(creation)
    if isinstance(function, Method) and function.name == "call":
        found += [each.arg for each in function.args.args[1:2]]
    found += waiting_tensors(case, live.locals)
    return list(dict.fromkeys(found))


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
