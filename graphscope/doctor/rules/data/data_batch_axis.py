"""Data without its batch axis, with the axis in a wrong place, or with two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.batch_pipeline import batch_pipeline, keep_one_batch
from graphscope.doctor.facts.data_telling import (
    best_places,
    called,
    expected,
    facts,
    given,
    layer_of,
    lower,
    made_at,
)
from graphscope.doctor.facts.handed import Part
from graphscope.doctor.facts.handover import handover
from graphscope.doctor.facts.sample_count import counts_samples
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.batch_edits import (
    batch_yielded,
    concatenate_rows,
    drop_axis,
    move_new_axis,
    slice_instead_of_index,
)
from graphscope.doctor.fixes.data_edits import (
    Change,
    change_at_calls,
    change_at_definitions,
    known,
)
from graphscope.doctor.wording import shape

ID = "data-batch-axis"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the rank of what is handed to a model with that of its input."""
    own = handover(case)
    if own is None or case.failure is None or own.is_list_of_samples:
        return
    if case.failure.layer_call is None and not _refused_by_adapter(case):
        return
    for part in own.parts:
        kind = part.mismatch.kind if part.mismatch else ""
        if kind in _TELLING and not counts_samples(part):
            yield _TELLING[kind](part)
            return


def _refused_by_adapter(case: Case) -> bool:
    """Whether Keras stopped at what a generator yields, or when it counted the rows of arrays."""
    frames = case.failure.keras_frames[:3] if case.failure else ()
    return any("tensor_spec" in f[0] or f[0] == "check_data_cardinality" for f in frames)


def _single_sample(part: Part) -> Diagnosis:
    own = part.handover
    if own.source == "dataset":
        return _not_batched(part)
    if own.source in ("generator", "pydataset"):
        return _yields_samples(part)
    text = part.text
    add = (
        Change("[None]", "tensorflow.expand_dims", "0")
        if own.source == "tensor"
        else Change("[None]")
    )
    sliced = slice_instead_of_index(part)
    fixes = known([
        sliced,
        change_at_calls(
            part, add, "Add the batch axis at the call", likelihood=0.9,
            repair_class=RepairClass.A,
        ),
        change_at_definitions(
            part, add, "Add the batch axis", likelihood=0.6, repair_class=RepairClass.B
        )
        if _is_made_as_sample(part)
        else None,
    ])  # fmt: skip
    first = (part.shape or (0,))[0] if part.shape else None
    taken = f" The first axis, of size {first}, was taken for the batch." if first else ""
    return _diagnosis(
        part,
        f"{given(part)}, which is one sample: the batch axis is missing.{taken}\n"
        f"A model always takes a batch, also of one sample: {shape((1, *(part.shape or ())))}. "
        f"Write {text}[None], np.expand_dims({text}, 0), or take the sample as a slice, "
        "x[-1:] instead of x[-1].",
        fixes,
        0.96,
    )


def _is_made_as_sample(part: Part) -> bool:
    """Whether the variable that is handed over was assigned as one sample, not taken out."""
    if part.expression is None:
        return False
    file, node, _ = part.expression
    name = file.segment(node)
    return any(step.assigned == name for step in part.steps[1:2])


def _not_batched(part: Part) -> Diagnosis:
    fixes = known(list(batch_pipeline(part)))
    return _diagnosis(
        part,
        f"{given(part)}: single samples, because the tf.data dataset is not batched "
        "(there is no .batch(...) in its pipeline).\n"
        f"Keras takes each element for a batch and needs {shape(part.declared.shape)}"  # type: ignore[union-attr]
        ", with a batch axis in front. Add .batch(32) at the end of the pipeline; "
        "batch_size= does nothing for datasets.",
        fixes,
        0.96,
    )


def _yields_samples(part: Part) -> Diagnosis:
    own = part.handover
    what = "generator yields" if own.source == "generator" else "PyDataset's __getitem__ returns"
    fixes = known(list(batch_yielded(part)))
    return _diagnosis(
        part,
        f"The {what} single samples: {part.text} gives inputs of shape {shape(part.spec)}, without "
        f"a batch axis.\nEach item must be a whole batch of inputs and targets: "
        f"{shape((1, *(part.shape or ())))} at least. Add an axis to both with [None], or collect "
        "several samples and stack them.",
        fixes,
        0.96,
    )


def _misplaced(part: Part) -> Diagnosis:
    assert part.mismatch is not None
    axis = part.mismatch.axis or 0
    right = Change(f".swapaxes(0, {axis})")
    fixes = known([
        move_new_axis(part),
        change_at_calls(
            part, right, "Move the new axis to the front", likelihood=0.4,
            repair_class=RepairClass.B,
        ),
    ])  # fmt: skip
    return _diagnosis(
        part,
        f"{given(part)}: the axis of size 1 stands at position {axis} and not in front, so that "
        f"{(part.shape or (0,))[0]} was taken for the batch.{made_at(part)}\n"
        f"The batch axis comes first: np.expand_dims(x, axis=0), expand_dims must use axis=0, or "
        f"x[None], gives {shape((1, *part.mismatch.sample))}.",
        fixes,
        0.96,
    )


def _twice(part: Part) -> Diagnosis:
    own = part.handover
    if own.source == "dataset":
        return _batched_twice(part)
    return _surplus(part)


def _batched_twice(part: Part) -> Diagnosis:
    fixes = known(list(keep_one_batch(part)))
    return _diagnosis(
        part,
        f"{given(part)}: it has two batch axes, because the dataset is batched twice: a second "
        ".batch(...) puts batches into batches that were already batched.\n"
        "Remove one .batch(...), or call .unbatch() before the second.",
        fixes,
        0.96,
    )


def _surplus(part: Part) -> Diagnosis:
    assert part.mismatch is not None
    axis = part.mismatch.axis or 0
    size = (part.shape or (0,))[axis]
    sample = ", ".join(str(each) for each in part.mismatch.sample)
    fixes: list[Fix | None] = [drop_axis(part), concatenate_rows(part)]
    if size == 1:
        squeeze = Change(f".squeeze({axis})", "tensorflow.squeeze", str(axis), str(axis))
        fixes.append(
            change_at_calls(
                part, squeeze, "Drop the axis of size 1", likelihood=0.8,
                repair_class=RepairClass.B,
            )
        )  # fmt: skip
    elif None not in part.mismatch.sample:
        join = Change(f".reshape(-1, {sample})", "tensorflow.reshape", f"(-1, {sample})")
        fixes.append(
            change_at_calls(
                part, join, "Join both batch axes", likelihood=0.6, repair_class=RepairClass.B
            )
        )
    return _diagnosis(
        part,
        f"{given(part)}: rank {len(part.shape or ())} instead of {len(part.mismatch.declared)}. "
        f"The axis {axis}, of size {size}, is one too many.{made_at(part)}\n"
        "The data has its batch axis already; perhaps samples that had one of their own, as "
        f"state[None] adds, were stacked: arrays of {shape((1, *part.mismatch.sample))}. Store and "
        f"stack samples without it, join them with np.vstack or np.concatenate, or drop the axis "
        f"with .squeeze({axis}).",
        known(fixes),
        0.94,
    )


_TELLING: dict[str, Callable[[Part], Diagnosis]] = {
    "single-sample": _single_sample,
    "misplaced-batch-axis": _misplaced,
    "batched-twice": _twice,
    "extra-axis": _surplus,
}


def _diagnosis(part: Part, told: str, fixes: tuple[Fix, ...], confidence: float) -> Diagnosis:
    own = part.handover
    return Diagnosis(
        ID,
        Severity.ERROR,
        confidence,
        f"{called(own)} failed: {expected(part)}, but {lower(told)}",
        places=best_places(fixes, own.place),
        layer=layer_of(part),
        evidence=tuple(facts(part)),
        fixes=fixes,
    )
