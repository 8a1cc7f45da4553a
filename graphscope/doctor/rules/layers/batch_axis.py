"""A layer of the user's reduces or joins along axis 0: the batch."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.axis_calls import AxisCall, batch_axis_calls
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.home import is_keras_own
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord, LossRecord, Shape
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, class_name, distinct, label, place_of, shape

ID = "batch-axis-reduced"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find the layer whose output has another first axis than its input."""
    failure = case.failure
    if failure is None:
        return
    wrong_loss = _loss_with_other_batch(case)
    lost_rank = _is_without_batch(failure.layer_call)
    if wrong_loss is None and not lost_rank and not _failed_in_loss(case):
        return
    for call in _own_calls(case):
        for found in batch_axis_calls(case, call.operation):
            surely = _changes_batch(call, found) or lost_rank
            if surely or not _keeps_batch(call):
                confidence = 0.95 if surely else 0.9 if wrong_loss is not None else 0.6
                yield _diagnosis(case, call, found, wrong_loss, confidence)
                return


def _own_calls(case: Case) -> list[CallRecord]:
    """Return one call of each of the user's own layers, innermost ones first."""
    found: dict[int, CallRecord] = {}
    for call in case.recording.calls:
        own = call.is_layer and not is_keras_own(call.operation) and call.inputs
        if own and (call.outputs or call.error is not None):
            found[id(call.operation)] = call
    return sorted(found.values(), key=lambda call: -_depth(call))


def _depth(call: CallRecord) -> int:
    depth, parent = 0, call.parent
    while parent is not None:
        depth, parent = depth + 1, parent.parent
    return depth


def _changes_batch(call: CallRecord, found: AxisCall) -> bool:
    """Whether the output begins with another axis than the input's batch."""
    given, made = _shapes(call)
    if given is None or made is None or not given or not made:
        return False
    if found.is_joining:
        return given[0] is not None and made[0] is not None and given[0] != made[0]
    return len(made) < len(given) and made[0] == given[1]


def _keeps_batch(call: CallRecord) -> bool:
    """Whether it is certain that the batch axis came through."""
    given, made = _shapes(call)
    return bool(given and made and given[0] is not None and given[0] == made[0])


def _shapes(call: CallRecord) -> tuple[Shape | None, Shape | None]:
    made = call.output_specs[0].shape if call.output_specs else None
    return call.input_specs[0].shape if call.input_specs else None, made


def _is_without_batch(call: CallRecord | None) -> bool:
    """Whether a layer refused a tensor that lost an axis inside of a user's layer."""
    if call is None or call.parent is None or is_keras_own(call.parent.operation):
        return False
    spec = getattr(call.operation, "input_spec", None)
    least = getattr(spec, "min_ndim", None) or getattr(spec, "ndim", None)
    given = call.input_specs[0].shape if call.input_specs else None
    return least is not None and given is not None and len(given) < least


def _failed_in_loss(case: Case) -> bool:
    failure = case.failure
    if failure is None or failure.boundary is None or failure.layer_call is not None:
        return False
    node = failure.graph_node or ""
    inside = any("loss" in name.lower() for name, _, _, _ in failure.keras_frames)
    return "loss" in node or "loss" in failure.message or inside


def _loss_with_other_batch(case: Case) -> LossRecord | None:
    """Return what a loss was given, when target and prediction differ in their first axis."""
    for record in reversed(case.recording.losses):
        target = record.target.shape if record.target else None
        made = record.prediction.shape if record.prediction else None
        if target and made and None not in (target[0], made[0]) and target[0] != made[0]:
            return record
    return None


def _diagnosis(
    case: Case, call: CallRecord, found: AxisCall, loss: LossRecord | None, confidence: float
) -> Diagnosis:
    layer = call.operation
    given, made = _shapes(call)
    through = f" turns {shape(given)} into {shape(made)}:" if made is not None else ":"
    effect = "joins the samples of the batch" if found.is_joining else "reduces axis 0, the batch"
    told = ""
    if loss is not None and loss.target is not None and loss.prediction is not None:
        told = (
            f"The loss {loss.name} then gets the output {shape(loss.prediction)} for the target "
            f"{shape(loss.target)}: {(loss.prediction.shape or ('?',))[0]} rows for "
            f"{(loss.target.shape or ('?',))[0]} samples.\n"
        )
    meant = "the features (axis=-1)" if found.is_joining else "the steps (axis=1) or features (-1)"
    fixes = tuple(_fixes(found, given))
    return Diagnosis(
        ID,
        Severity.ERROR,
        confidence,
        f"{label(layer)}{through} `{found.text}`{at(case, found.place)} {effect}.\n"
        "Axis 0 of every tensor in a layer is the batch: each sample must keep its own row.\n"
        f"{told}"
        f"In {class_name(layer)}.call use another axis: {meant}.",
        places=distinct([found.place, place_of(case, layer)]),
        layer=layer.name,
        evidence=(
            Evidence("code", found.text, found.place),
            Evidence("shape", f"{label(layer)} receives {shape(given)} and returns {shape(made)}"),
            *((Evidence("shape", told.strip(), None),) if told else ()),
            Evidence("note", f"axis={found.value}: axis 0 is the batch, axis 1 the time steps of "
                     "a sequence, axis -1 the features"),
        ),
        fixes=fixes,
    )  # fmt: skip


def _fixes(found: AxisCall, given: Shape | None) -> Iterator[Fix]:
    name = function_name(found.node)
    for text, likelihood in _axes(found, given):
        fix = make_fix(
            Editor(found.file).replace(found.axis, text),
            f"{'Join' if found.is_joining else 'Apply ' + name} along axis={text}, "
            f"not along the batch",
            repair_class=RepairClass.A if likelihood > 0.9 else RepairClass.B,
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix


def _axes(found: AxisCall, given: Shape | None) -> list[tuple[str, float]]:
    if isinstance(found.value, list | tuple):
        rest = tuple(each for each in found.value if each != 0)
        shifted = tuple(each + 1 for each in found.value if each >= 0)
        kept = str(rest[0]) if len(rest) == 1 else str(rest) if rest else "1"
        wider = [(str(shifted), 0.5)] if given is None or len(given) > max(shifted) else []
        return [(kept, 0.92), *wider]
    if found.is_joining:
        return [("-1", 0.92), ("1", 0.6)]
    steps = given is None or len(given) > 2
    return [("1", 0.93), ("-1", 0.4)] if steps else [("-1", 0.92)]
