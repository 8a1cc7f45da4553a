"""A model is called inside another one on an input that it does not take."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.declared import declared_inputs
from graphscope.doctor.facts.layer_input import input_layer_of, input_shape_of
from graphscope.doctor.facts.mismatch import Mismatch, compare
from graphscope.doctor.facts.upstream import makers_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.fixes.shape_edits import elements_of, tuple_text
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "nested-model-input"

_PICTURE = 4


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare what a model declares with the symbolic tensor that it was called on.

    Keras lets such a call pass while a functional model is made, and fails when that is run.
    """
    call = _refused(case)
    if call is None:
        return
    symbolic = _made_call(case, call)
    declared = declared_inputs(call.operation)
    if symbolic is None or len(declared) != 1 or len(symbolic.input_specs) != 1:
        return
    received = symbolic.input_specs[0].shape
    mismatch = compare(declared[0].shape, received) if received else None
    if mismatch is None or received is None:
        return
    # What another model or layer made is told with its arithmetic elsewhere.
    if next(makers_of(case, symbolic.inputs[0]), None) not in (None, symbolic):
        return
    yield _tell(case, symbolic, declared[0].shape, received, mismatch)


def _refused(case: Case) -> CallRecord | None:
    """Return the innermost call of a model around the failure, inside of another model."""
    call = case.failure.layer_call if case.failure else None
    while call is not None:
        if _is_model(call.operation):
            return call
        call = call.parent
    return None


def _is_model(operation: object) -> bool:
    return any(base.__name__ == "Model" for base in type(operation).__mro__)


def _made_call(case: Case, call: CallRecord) -> CallRecord | None:
    """Return the call by which the user put the model into the other one."""
    for each in case.recording.calls:
        is_its = each.operation is call.operation and each.site and not each.parent
        if is_its and each.inputs and type(each.inputs[0]).__name__ == "KerasTensor":
            return each
    return None


def _tell(
    case: Case, call: CallRecord, declared: Shape, received: Shape, mismatch: Mismatch
) -> Diagnosis:
    layer = input_layer_of(case, call.inputs[0])
    given = input_shape_of(case, layer) if layer is not None else None
    here, made = call_place(call), place_of(case, call.operation)
    fixes = tuple(sorted(_fixes(case, call, declared, received, mismatch),
                         key=lambda fix: -fix.likelihood))  # fmt: skip
    channels = _only_channels(declared, received)
    what = (
        f"{received[-1]} channel{'s' if received[-1] != 1 else ''} instead of {declared[-1]}"
        if channels
        else f"{shape(received[1:])} instead of {shape(declared[1:])}"
    )
    advice = (
        "Repeat the channel, Concatenate()([x, x, x]), or learn the colours with a Conv2D(3, 1) in "
        "front of it; or make the inner model for one channel."
        if channels and received[-1] == 1
        else "Bring the tensor to that shape first, or make the inner model for this one."
    )
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{label(call.operation)}, made{at(case, made)}, expects {shape(declared)} and is called"
        f"{at(case, here)} on {shape(received)}: {what}.\n"
        + (f"That tensor is {given.text}{at(case, given.place)}.\n" if given is not None else "")
        + f"Keras lets the call pass while the model is put together, and fails when it runs.\n"
        f"{advice}",
        places=distinct([here, given.place if given else None, made]),
        layer=call.operation.name,
        evidence=(
            Evidence("shape", f"{label(call.operation)} expects {shape(declared)}", made),
            Evidence("shape", f"received {shape(received)}", here),
            *([Evidence("origin", given.text, given.place)] if given else []),
        ),
        fixes=fixes,
    )


def _only_channels(declared: Shape, received: Shape) -> bool:
    return len(declared) == len(received) == _PICTURE and declared[-1] != received[-1]


def _fixes(
    case: Case, call: CallRecord, declared: Shape, received: Shape, mismatch: Mismatch
) -> Iterator[Fix]:
    found = case.program.call(call.site[0])
    if found is not None and case.program.is_own(found[0].path) and found[1].args:
        file, node = found
        if _only_channels(declared, received) and received[-1] == 1:
            yield from _repeated(file, node, declared[-1] or 3)
        elif _only_channels(declared, received):
            yield from _wrapped(file, node, "Conv2D", f"{declared[-1]}, 1", 0.6)
        elif len(declared) == _PICTURE and set(mismatch.axes) <= {1, 2} and declared[1]:
            yield from _wrapped(file, node, "Resizing", f"{declared[1]}, {declared[2]}", 0.8)
    yield from _inner_shape(case, call, declared, received)


def _repeated(file: SourceFile, node: ast.Call, count: int) -> Iterator[Fix]:
    argument = file.segment(node.args[0])
    reference = refer_to(file, "keras.layers.Concatenate")
    if isinstance(node.args[0], ast.Name):
        text = f"{reference.text}()([{', '.join([argument] * count)}])"
        fix = make_fix(
            reference.imported(Editor(file)).replace(node.args[0], text),
            f"Repeat the channel: {text}",
            repair_class=RepairClass.B,
            likelihood=0.9,
        )
        if fix is not None:
            yield fix
    yield from _wrapped(file, node, "Conv2D", f"{count}, 1", 0.7)


def _wrapped(
    file: SourceFile, node: ast.Call, name: str, arguments: str, likelihood: float
) -> Iterator[Fix]:
    reference = refer_to(file, f"keras.layers.{name}")
    editor = reference.imported(Editor(file))
    editor.wrap(node.args[0], f"{reference.text}({arguments})(", ")")
    fix = make_fix(
        editor,
        f"Put {name}({arguments}) in front of it",
        repair_class=RepairClass.B,
        likelihood=likelihood,
    )
    if fix is not None:
        yield fix


def _inner_shape(case: Case, call: CallRecord, declared: Shape, received: Shape) -> Iterator[Fix]:
    """Make the inner model for what it is given, where its shape is an argument."""
    made = creation_call(case, call.operation)
    if made is None or not case.program.is_own(made[0].path) or len(declared) != len(received):
        return
    file, node, _ = made
    for keyword in node.keywords:
        parts = elements_of(file, keyword.value) if keyword.arg == "input_shape" else None
        if parts is None or len(parts) != len(received) - 1:
            continue
        texts = [
            part if old == new else str(new)
            for part, old, new in zip(parts, declared[1:], received[1:], strict=True)
        ]
        fix = make_fix(
            Editor(file).replace(keyword.value, tuple_text(texts)),
            f"Make the inner model for {shape(received[1:])}: input_shape={tuple_text(texts)}",
            repair_class=RepairClass.B,
            likelihood=0.65,
        )
        if fix is not None:
            yield fix
