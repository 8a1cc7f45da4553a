"""A softmax over one value, which always gives 1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import activation_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation, make_fix, names_class, set_argument
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.records import CallRecord, Shape
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import at, call_place, distinct, label, place_of, shape

ID = "softmax-over-one"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the size of the axis of every softmax that ran."""
    seen: set[int] = set()
    for call in case.recording.calls:
        axis = softmax_axis(call)
        if axis is None or id(call.operation) in seen or call.error is not None:
            continue
        sizes = call.output_specs[0].shape if call.output_specs else None
        if sizes is None or not -len(sizes) <= axis < len(sizes) or sizes[axis] != 1:
            continue
        seen.add(id(call.operation))
        if not _is_of_keras(case, call):
            yield _tell(case, call, sizes, axis % len(sizes))


def softmax_axis(call: CallRecord) -> int | None:
    """Return the axis of a softmax; None for what is none."""
    if activation_of(call) != "softmax":
        return None
    if call.class_name == "Softmax":
        axis = getattr(call.operation, "axis", -1)
        return axis if isinstance(axis, int) else None
    return -1


def _is_of_keras(case: Case, call: CallRecord) -> bool:
    """Whether a layer of Keras made it for itself, as attention does: one key is no mistake."""
    creation = case.recording.creation_of(call.operation)
    parent = creation.parent if creation else None
    around = parent.instance if parent else call.parent.operation if call.parent else None
    if around is None or "Functional" in type(around).__name__:
        return False
    module = type(around).__module__
    return module.startswith("keras.") and "layers" in module


def _tell(case: Case, call: CallRecord, sizes: Shape, axis: int) -> Diagnosis:
    layer = call.operation
    place = place_of(case, layer) if call.is_layer else call_place(call)
    is_head = len(sizes) == 2
    owner = _owner(case, layer)
    where = f" in {label(owner)}" if owner is not None else ""
    source = case.recording.producer_of(call.inputs[0]) if call.inputs else None
    before = call.input_specs[0] if call.class_name in ("Softmax", "Activation") else None
    given = f" {label(source.operation)} gives it {shape(before)}." if source and before else ""
    if is_head:
        meaning = (
            "softmax of a single number is always 1, so the output is 1.0 for every input, every "
            "example is called positive, accuracy equals the positive share and never moves, and "
            "the model cannot learn. (The loss may fall all the same: Keras computes it from the "
            "logits before the softmax.)"
        )
        remedy = 'Use activation="sigmoid" with 1 unit, or softmax with one unit per class.'
    else:
        meaning = (
            f"softmax over the last axis of size 1 is always 1: all {sizes[1] or ''} steps weigh "
            "the same, 1, and nothing is weighted."
        )
        remedy = "Normalise over the steps (frames, tokens): softmax with axis=1."
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.97,
        f"{label(layer)}{at(case, place)}{where} applies softmax over axis {axis} of "
        f"{shape(sizes)}, which has size 1.{given}\n{meaning}\n{remedy}",
        places=distinct([place, call_place(call)]),
        layer=str((owner if owner is not None and not is_head else layer).name),
        evidence=(
            Evidence(
                "shape", f"{label(layer)} makes {shape(sizes)}: axis {axis} has size 1", place
            ),
            Evidence("arithmetic", "softmax of one value: exp(x) / exp(x) = 1"),
        ),
        fixes=tuple(_fixes(case, call, is_head)),
    )


def _owner(case: Case, layer: Any) -> Any:
    """Return the user's own layer that made this one for itself."""
    creation = case.recording.creation_of(layer)
    parent = creation.parent.instance if creation and creation.parent else None
    module = type(parent).__module__ if parent is not None else "keras."
    return None if module.startswith("keras.") else parent


def _fixes(case: Case, call: CallRecord, is_head: bool) -> Iterator[Fix]:
    layer = call.operation
    found: list[Fix | None] = []
    if call.class_name == "Softmax" and call.is_layer:
        found.append(
            fix_creation(
                case, layer, "axis", "1",
                title=f"Let {label(layer)} normalise over axis 1",
                repair_class=RepairClass.A, likelihood=0.9 if not is_head else 0.2,
            )
        )  # fmt: skip
    elif hasattr(layer, "activation"):
        if not is_head:
            found.append(_separate(case, layer))
        found.append(
            fix_creation(
                case, layer, "activation", '"sigmoid"',
                title=f'Give {label(layer)} activation="sigmoid"',
                repair_class=RepairClass.A if is_head else RepairClass.B,
                likelihood=0.9 if is_head else 0.3,
            )
        )  # fmt: skip
    yield from (fix for fix in found if fix is not None)


def _separate(case: Case, layer: Any) -> Fix | None:
    """Apply the softmax over axis 1, in the place of the activation over the last axis."""
    made = creation_call(case, layer)
    if made is None or not case.program.is_own(made[0].path):
        return None
    file, node, _ = made
    if not names_class(file, node, type(layer)):
        return None
    reference = refer_to(file, "keras.activations.softmax")
    editor = reference.imported(Editor(file))
    text = f"lambda scores: {reference.text}(scores, axis=1)"
    set_argument(editor, node, type(layer), "activation", text)
    return make_fix(
        editor,
        f"Let {label(layer)} apply softmax over axis 1",
        repair_class=RepairClass.A,
        likelihood=0.8,
    )
