"""A tensor stands where a layer or model is needed: added, called, compiled."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.binding import bound_expression
from graphscope.doctor.facts.live import live_value
from graphscope.doctor.facts.tensors import (
    is_layer,
    is_tensor,
    loaded_keras,
    maker_of,
    tensor_text,
)
from graphscope.doctor.facts.user_call import UserCall, innermost_call
from graphscope.doctor.facts.wiring import inputs_behind
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, code, distinct, label

ID = "tensor-as-layer"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at a tensor added to a Sequential model, a called tensor, a tensor's method."""
    failure = case.failure
    if failure is None:
        return
    yield from _added(case)
    yield from _called(case)
    yield from _of_model(case)


def _added(case: Case) -> Iterator[Diagnosis]:
    """`model.add(base.output)`, `Sequential([Dense(3)(x)])`."""
    failure, call = case.failure, innermost_call(case)
    assert failure is not None
    frames = [dict(held) for name, _, _, held in failure.keras_frames[:1] if name.endswith(".add")]
    tensor: Any = frames[0].get("layer") if frames else None
    if call is None or not is_tensor(tensor):
        return
    node = _node_of_tensor(call, tensor)
    if node is None:
        return
    text, shown = call.file.segment(node), tensor_text(case, tensor)
    file, written, frame = bound_expression(call, node)
    line, used = Place(file.path, written.lineno), Place(call.file.path, node.lineno)
    fixes = tuple(_instead(case, file, written, frame, tensor))
    advice = f" {fixes[0].title}." if fixes else ""
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"Sequential.add{at(case, used)} needs a Layer instance, and `{text}` is {shown}.\n"
        f"A Sequential model calls its layers itself: it wants the layer or model object, not the "
        f"tensor that came out of it.\n"
        f"Received a KerasTensor; needed a layer.{advice}",
        places=distinct([used] if written is node else [line, used]),
        layer=None,
        evidence=(
            code(case, used),
            Evidence("value", f"{text} is a symbolic tensor: {shown}", used),
            Evidence("shape", f"{text} has the shape {tuple(tensor.shape)}", used),
        ),
        fixes=fixes,
    )


def _node_of_tensor(call: UserCall, tensor: Any) -> ast.expr | None:
    node = call.node_of(tensor)
    if node is not None:
        return node
    producer = call.case.recording.producer_of(tensor)
    for _, part in call.parts():
        found = call.case.program.call(producer.site[0]) if producer and producer.site else None
        if found is not None and found[1] is part:
            return part
    unknown = [part for _, part in call.parts() if isinstance(part, ast.Attribute | ast.Subscript)]
    return unknown[0] if len(unknown) == 1 else None


def _instead(
    case: Case, file: SourceFile, node: ast.expr, frame: Any, tensor: Any
) -> Iterator[Fix]:
    """Put the layer in the place of the tensor."""
    base = _base(node)
    if base is not None and is_layer(live_value(case, base, frame)):
        text = file.segment(base)
        whole = live_value(case, base, frame)
        title = f"Use the {'model' if hasattr(whole, 'layers') else 'layer'} itself: {text}"
        yield from _made(Editor(file).replace(node, text), title, RepairClass.A, 0.95)
    elif isinstance(node, ast.Call) and maker_of(case, tensor) is not None:
        text = file.segment(node.func)
        title = f"Give the layer without calling it: {text}"
        yield from _made(Editor(file).replace(node, text), title, RepairClass.A, 0.9)


def _base(node: ast.expr) -> ast.expr | None:
    """Return `base` of `base.output`, `base.outputs[0]`, `base.layers[-1].output`."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Attribute) and node.attr in {"output", "outputs"}:
        return node.value
    return None


def _called(case: Case) -> Iterator[Diagnosis]:
    """`x(y)` where x is a tensor."""
    failure, call = case.failure, innermost_call(case)
    assert failure is not None
    if call is None or not isinstance(failure.exception, TypeError) or failure.keras_frames:
        return
    tensor: Any = call.function
    if not is_tensor(tensor):
        last = next(reversed(case.recording.calls), None)
        found = case.program.call(last.site[0]) if last and last.site else None
        if "KerasTensor" not in failure.message or found is None or found[1] is not call.node.func:
            return
        assert last is not None
        tensor = next(iter(last.outputs), None)
    file = call.file
    text, given = file.segment(call.node.func), ", ".join(map(file.segment, call.node.args))
    maker = maker_of(case, tensor)
    written, expression, _ = bound_expression(call, call.node.func)
    line = Place(written.path, expression.lineno)
    fixes = tuple(_uncalled(call, written, expression))
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"`{file.segment(call.node)}`{at(case, call.place)} calls {text}, which is "
        f"{tensor_text(case, tensor)}.\n"
        f"A tensor is not callable: only layers and models are. {text} is already the result of "
        f"calling {label(maker) if maker else 'a layer'}.\n"
        f"Keep the layer in a variable of its own and call that on {given or 'the tensor'}.",
        places=distinct([call.place, line]),
        layer=getattr(maker, "name", None),
        evidence=(
            code(case, call.place),
            Evidence("value", f"{text} is a tensor of shape {tuple(tensor.shape)}, no layer", line),
            Evidence("shape", tensor_text(case, tensor), line),
        ),
        fixes=fixes,
    )


def _uncalled(call: UserCall, file: SourceFile, expression: ast.expr) -> Iterator[Fix]:
    node = call.node
    editor = Editor(call.file).replace(node, call.file.segment(node.func))
    once = f"Call the layer once: {call.file.segment(node.func)}"
    if isinstance(node.func, ast.Call):
        yield from _made(editor, once, RepairClass.A, 0.85)
        return
    if isinstance(expression, ast.Call) and isinstance(expression.func, ast.Call):
        text = file.segment(expression.func)
        keep = Editor(file).replace(expression, text)
        title = f"Keep the layer, not its output: {text}"
        yield from _made(keep, title, RepairClass.B, 0.7)
    yield from _made(
        editor, f"Use the tensor as it is: {call.file.segment(node.func)}", RepairClass.B, 0.4
    )


def _of_model(case: Case) -> Iterator[Diagnosis]:
    """`out.compile(...)`: the model was never made of its tensors."""
    failure = case.failure
    error = failure.exception if failure else None
    if not isinstance(error, AttributeError) or failure is None or not failure.site:
        return
    tensor: Any = error.obj
    name = error.name or ""
    if not is_tensor(tensor) or not hasattr(loaded_keras().Model, name):
        return
    found = case.program.node(failure.site[0])
    if found is None:
        return
    file, node = found
    owner = node.value if isinstance(node, ast.Attribute) else getattr(node, "func", node)
    owner = owner.value if isinstance(owner, ast.Attribute) else owner
    text = file.segment(owner)
    used = Place(file.path, node.lineno)
    inputs = inputs_behind(tensor)
    names = {id(value): key for key, value in failure.site[0].locals.items() if is_tensor(value)}
    named = [names.get(id(each)) for each in inputs]
    fixes = tuple(_model_of(file, node, text, named)) if isinstance(owner, ast.Name) else ()
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"`{file.line_text(used.line)}`{at(case, used)} calls {name} of {text}, which is "
        f"{tensor_text(case, tensor)}, not a model.\n"
        f"A KerasTensor has no {name}: only a model does. Calling layers gives tensors; the model "
        f"is made of its inputs and outputs.\n"
        f"Make it first: {text} = keras.Model(inputs={_listed(named)}, outputs={text}).",
        places=(used,),
        layer=getattr(maker_of(case, tensor), "name", None),
        evidence=(
            code(case, used),
            Evidence("value", f"{text} is a tensor of shape {tuple(tensor.shape)}", used),
        ),
        fixes=fixes,
    )


def _listed(names: list[str | None]) -> str:
    known = [each or "..." for each in names]
    return known[0] if len(known) == 1 else f"[{', '.join(known)}]"


def _model_of(file: SourceFile, node: ast.AST, text: str, names: list[str | None]) -> Iterator[Fix]:
    if not names or any(each is None or each == text for each in names):
        return
    reference = refer_to(file, "keras.Model")
    line = f"{text} = {reference.text}({_listed(names)}, {text})"
    editor = reference.imported(Editor(file)).insert_before(file.statement_of(node), line)
    yield from _made(editor, f"Make the model of its tensors first: {line}", RepairClass.A, 0.9)


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
