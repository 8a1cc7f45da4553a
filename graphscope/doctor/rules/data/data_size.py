"""Data of the right rank, with other sizes than the model declares: features, steps, pixels."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_common import report, wrong_parts
from graphscope.doctor.facts.data_declared import declare_received
from graphscope.doctor.facts.data_resizing import padded, resized, wanted_text
from graphscope.doctor.facts.data_telling import given, made_at
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.handover import training_of
from graphscope.doctor.facts.prepared_alike import prepared_alike, training_part
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass
from graphscope.doctor.fixes.data_edits import Change, change_at_calls, known
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import (
    Origin,
    as_evidence,
    describe,
    trace_dimension,
    trace_expression_dimension,
)
from graphscope.doctor.wording import shape, where

ID = "data-size"

_PICTURE = 3
"""Axes of a picture: row, column, channel."""


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Trace both sizes to what fixed them."""
    for part in wrong_parts(case):
        mismatch = part.mismatch
        if mismatch is None or mismatch.kind != "size" or 0 in mismatch.axes:
            continue
        if _fits_another_input(part):
            return
        yield _tell(part)
        return


def _fits_another_input(part: Part) -> bool:
    """Whether arrays stand in the wrong order, which is another fault."""
    from graphscope.doctor.facts.mismatch import fits

    own = part.handover
    return part.shape is not None and any(
        fits(each.shape, part.shape)
        for each in own.declared
        if part.declared is not None and each.name != part.declared.name
    )


def _tell(part: Part) -> Diagnosis:
    mismatch = part.mismatch
    assert mismatch is not None
    origins = [_data_origin(part, axis) for axis in mismatch.axes]
    declared = _declared_origin(part, mismatch.axes[0])
    fixes = known([
        *prepared_alike(part),
        *_data_side(part, origins),
        *_model_side(part, declared),
        *_adapted(part),
        declare_received(part, likelihood=0.25 if _is_trained(part) else 0.55),
    ])  # fmt: skip
    return report(
        ID,
        part,
        _told(part, origins, declared),
        fixes,
        evidence=_evidence(part, origins, declared),
    )


def _told(part: Part, origins: list[Origin | None], declared: Origin | None) -> str:
    own, mismatch = part.handover, part.mismatch
    assert mismatch is not None
    axis = mismatch.axes[0]
    wanted, has = mismatch.declared[axis], mismatch.received[axis]
    lines = [f"{given(part)}.{made_at(part)}", _which(part, wanted, has)]
    if origins[0] is not None:
        lines.append(f"{has} comes from {describe(own.case, origins[0])}.")
    if declared is not None:
        lines.append(f"{wanted} comes from {describe(own.case, declared)}.")
    training = training_part(part)
    if training is not None and training.shape is not None:
        line = where(own.case, training.handover.place)
        lines.append(
            f"The model was trained on {training.text}, {shape(training.shape)}, at {line}: data "
            "for prediction must be prepared in the same way; train and test data must be "
            "vectorised with the same vocabulary, columns and lengths."
        )
    lines.append(_advice(part))
    return "\n".join(lines)


def _which(part: Part, wanted: int | None, has: int | None) -> str:
    mismatch = part.mismatch
    assert mismatch is not None
    sample = mismatch.sample
    if len(sample) == _PICTURE and set(mismatch.axes) <= {1, 2}:
        rows = f"{sample[0]}x{sample[1]}"
        return f"The model expects {rows}, the image is {part.shape[1]}x{part.shape[2]}."  # type: ignore[index]
    if mismatch.axes == (len(mismatch.declared) - 1,):
        return f"Last axis mismatch: the model expects {wanted} features, and received {has}."
    return f"Axis {mismatch.axes[0]} must have {wanted} entries (steps), and has {has}."


def _advice(part: Part) -> str:
    mismatch = part.mismatch
    assert mismatch is not None
    if len(mismatch.sample) == _PICTURE and set(mismatch.axes) <= {1, 2}:
        return "Resize the images, or rebuild the model with the other input_shape."
    if _is_sequence(part):
        return "Pad or cut the sequences to the declared length, or declare the other length."
    return "Make the data with the declared number of columns, or build the model for this data."


def _is_trained(part: Part) -> bool:
    return part.handover.role != "x" or training_of(part.handover) is not None


def _is_sequence(part: Part) -> bool:
    return part.spec.dtype.startswith(("int", "uint")) and len(part.shape or ()) == 2


def _data_origin(part: Part, axis: int) -> Origin | None:
    """Return what fixed the size of the data."""
    has = (part.shape or ())[axis]
    for step in part.steps:
        found = _size_behind(step.origin, has) if step.origin is not None else None
        if found is not None:
            return found
    if part.expression is not None:
        _, node, frame = part.expression
        found = trace_expression_dimension(part.handover.case, node, axis, frame)
        if found.kind != "unknown" and found.value == has:
            return found
    return None


def _size_behind(origin: Origin, size: int | None) -> Origin | None:
    """Return the nearest number of that size that an expression was computed with."""
    seen: set[int] = set()
    waiting = [origin]
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        value = current.value
        if type(value) is int and value == size and current.kind not in {"unknown", "data"}:
            return current
        waiting += current.causes
    return None


def _declared_origin(part: Part, axis: int) -> Origin | None:
    tensor = part.declared.tensor if part.declared is not None else None
    if tensor is None:
        return None
    found = trace_dimension(part.handover.case, tensor, axis)
    return found if found.kind != "unknown" and found.place is not None else None


def _data_side(part: Part, origins: list[Origin | None]) -> Iterator[Fix | None]:
    mismatch = part.mismatch
    assert mismatch is not None
    likelihood = 0.85 if _is_trained(part) else 0.7
    for axis, origin in zip(mismatch.axes[:1], origins, strict=False):
        wanted = mismatch.declared[axis]
        if origin is not None and wanted is not None:
            yield from toward(
                part.handover.case,
                origin,
                wanted,
                purpose=f"to match the {wanted} that the model expects",
                likelihood=likelihood,
                limit=2,
            )


def _model_side(part: Part, declared: Origin | None) -> Iterator[Fix | None]:
    mismatch = part.mismatch
    assert mismatch is not None
    has = mismatch.received[mismatch.axes[0]]
    if declared is None or has is None or len(mismatch.axes) > 1:
        return
    yield from toward(
        part.handover.case,
        declared,
        has,
        purpose=f"to build the model for the {has} of the data",
        likelihood=0.3 if _is_trained(part) else 0.65,
        limit=2,
    )


def _adapted(part: Part) -> Iterator[Fix | None]:
    """Yield fixes that cut, pad or resize the data."""
    mismatch = part.mismatch
    assert mismatch is not None
    sample = mismatch.sample
    own = part.handover
    if len(sample) == _PICTURE and set(mismatch.axes) <= {1, 2} and part.expression is not None:
        yield resized(part, sample[0], sample[1])
    axis = mismatch.axes[0]
    wanted, has = mismatch.declared[axis], mismatch.received[axis]
    if len(mismatch.axes) > 1 or wanted is None or has is None:
        return
    if own.source == "dataset":
        return
    if _is_sequence(part):
        yield padded(part, wanted)
    if has > wanted:
        before = ":, " * axis
        cut = Change(f"[{before}:{wanted_text(part, wanted)}]")
        yield change_at_calls(
            part, cut, f"Keep the first {wanted}", likelihood=0.5, repair_class=RepairClass.C
        )


def _evidence(
    part: Part, origins: list[Origin | None], declared: Origin | None
) -> tuple[Evidence, ...]:
    case = part.handover.case
    found: list[Evidence] = []
    for origin in [*origins, declared]:
        if origin is not None:
            found += as_evidence(case, origin)
    return tuple(dict.fromkeys(found))
