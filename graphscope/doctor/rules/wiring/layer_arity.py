"""A layer is called on too few or too many tensors."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.live import flat
from graphscope.doctor.facts.tensors import is_tensor, waiting_tensors
from graphscope.doctor.facts.user_call import UserCall, innermost_call
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, code, label, plural

ID = "layer-arity"

ATTENTION = ("MultiHeadAttention", "GroupQueryAttention")
"""Layers that take query and value as arguments of their own."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the tensors that the failing call gives with what the layer takes."""
    failure, call = case.failure, innermost_call(case)
    record = failure.layer_call if failure else None
    if failure is None or call is None or record is None or failure.boundary is not None:
        return
    if not isinstance(failure.exception, TypeError | ValueError) or len(call.node.args) == 0:
        return
    if not type(record.operation).__module__.startswith("keras.") or record.parent is not None:
        return
    given = [each for each in flat(list(record.args)) if is_tensor(each)]
    frames = [name for name, _, _, _ in failure.keras_frames[:2]]
    needed = _needed(record, frames, len(given))
    if needed is not None and given:
        yield _tell(call, record, given, needed)


def _needed(record: CallRecord, frames: list[str], count: int) -> int | None:
    """Return how many tensors the layer needs, when the number is what it complained about."""
    import keras

    layer = record.operation
    if isinstance(layer, keras.layers.Add.__mro__[1]):
        return 2 if count == 1 and frames[:1] == ["Merge.build"] else None
    if type(layer).__name__ in ATTENTION:
        return 2 if "value" not in record.kwargs and len(record.args) == 1 else None
    if isinstance(layer, keras.Model):
        inputs = len(getattr(layer, "inputs", None) or [])
        is_count = frames[:1] == ["assert_input_compatibility"]
        return inputs if inputs and inputs != count and is_count else None
    spec = layer.input_spec
    is_single = spec is None or not isinstance(spec, list | tuple)
    binds = any(name.startswith("Signature.") for name in frames)
    counted = frames[:1] == ["assert_input_compatibility"]
    return 1 if count > 1 and is_single and (binds or counted) and not record.kwargs else None


def _tell(call: UserCall, record: CallRecord, given: list[Any], needed: int) -> Diagnosis:
    case, file = call.case, call.file
    texts = [file.segment(part) for _, part in call.parts()][: len(given)]
    shapes = ", ".join(
        f"{text} {tuple(tensor.shape)}" for text, tensor in zip(texts, given, strict=False)
    )
    takes = "a list of at least two tensors" if _is_merge(record) else plural(needed, "input")
    fixes = tuple(_fixes(call, record, texts, needed))
    advice = f"{fixes[0].title}." if fixes else "Give it as many tensors as it takes."
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.88,
        f"{label(record.operation)}{at(case, call.place)} takes {takes}, and received "
        f"{plural(len(given), 'tensor')}: {shapes}.\n"
        f"`{file.segment(call.node)}`\n{advice}",
        places=(call.place,),
        layer=record.name,
        evidence=(
            code(case, call.place),
            Evidence("call", f"needed {takes}, received {len(given)}: {shapes}"),
        ),
        fixes=fixes,
    )


def _is_merge(record: CallRecord) -> bool:
    import keras

    return isinstance(record.operation, keras.layers.Add.__mro__[1])


def _fixes(call: UserCall, record: CallRecord, texts: list[str], needed: int) -> Iterator[Fix]:
    import keras

    node, file = call.node.args[0], call.file
    if record.class_name in ATTENTION:
        yield from _attention(call, node, texts)
    elif len(texts) < needed:
        rest = _others(call, record, texts)[: needed - len(texts)]
        if len(rest) == needed - len(texts):
            both = ", ".join([*texts, *rest])
            editor = Editor(file).replace(node, f"[{both}]")
            yield from _made(editor, f"Give it both tensors: [{both}]", RepairClass.B, 0.75)
        if _is_merge(record) and isinstance(file.parent(call.node), ast.Assign):
            editor = Editor(file).replace(call.node, file.segment(node))
            yield from _made(
                editor, f"Leave the layer out: {file.segment(node)}", RepairClass.B, 0.35
            )
    elif needed == 1:
        for text in texts if isinstance(record.operation, keras.Model) else ():
            editor = Editor(file).replace(node, text)
            yield from _made(editor, f"Give it {text} alone", RepairClass.B, 0.5)
        reference = refer_to(file, "keras.layers.Concatenate")
        editor = reference.imported(Editor(file))
        joined = f"{reference.text}()([{', '.join(texts)}])"
        editor.replace(call.node, f"{file.segment(call.node.func)}({joined})")
        yield from _made(editor, f"Join them first: {joined}", RepairClass.B, 0.8)


def _others(call: UserCall, record: CallRecord, texts: list[str]) -> list[str]:
    """Return names of tensors in sight that the call may lack, likeliest first."""
    variables = call.frame.locals
    waiting = [e for e in waiting_tensors(call.case, variables) if e not in texts]
    inputs = getattr(record.operation, "inputs", None) or []
    shapes = [tuple(each.shape) for each in inputs[len(texts) :]]
    fitting = [
        name
        for name, value in variables.items()
        if is_tensor(value) and tuple(value.shape) in shapes and name not in texts
    ]
    return list(dict.fromkeys([*waiting, *fitting]))


def _attention(call: UserCall, node: ast.expr, texts: list[str]) -> Iterator[Fix]:
    both = texts if len(texts) > 1 else texts * 2
    editor = Editor(call.file).replace(node, ", ".join(both))
    what = "self-attention" if len(set(both)) == 1 else "query and value as separate arguments"
    yield from _made(
        editor, f"Give query and value ({what}): {', '.join(both)}", RepairClass.A, 0.9
    )


def _made(
    editor: Editor, title: str, repair_class: RepairClass, likelihood: float
) -> Iterator[Fix]:
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix
