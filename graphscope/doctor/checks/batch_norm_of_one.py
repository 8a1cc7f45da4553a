"""Batch normalisation in batches of one sample: what is normalised by itself is 0."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import boundary_call, boundary_place
from graphscope.doctor.checks._trained import inputs_of, summaries, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import Boundary, CallRecord
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of

ID = "batch-norm-of-one"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for trainings in batches of one with a BatchNormalization over the batch alone."""
    for fit in trainings(case):
        if not _is_single(fit):
            continue
        layers = {id(each) for each in fit.model._flatten_layers()}
        call = next(
            (
                each
                for each in case.recording.calls
                if id(each.operation) in layers and _sees_one_value(each)
            ),
            None,
        )
        if call is not None:
            yield _tell(case, fit, call)


def _is_single(fit: Boundary) -> bool:
    if fit.kind == "fit" and fit.arguments.get("batch_size") == 1:
        return True
    # A dataset of batches, and what a generator delivers, have their sizes in their shapes.
    batches = fit.batch if fit.batch is not None else None
    shapes = [each.spec.shape for each in summaries(batches)] if batches is not None else []
    if not shapes and fit.arguments.get("batch_size") is None:
        shapes = [each.spec.shape for each in summaries(inputs_of(fit)) if each.kind == "dataset"]
    return bool(shapes) and all(shape is not None and shape[:1] == (1,) for shape in shapes)


def _sees_one_value(call: CallRecord) -> bool:
    """Whether mean and variance are taken over the batch alone: maps have positions besides."""
    shape = call.input_specs[0].shape if call.input_specs else None
    return call.class_name == "BatchNormalization" and shape is not None and len(shape) == 2


def _tell(case: Case, fit: Boundary, call: CallRecord) -> Diagnosis:
    layer, place = call.operation, place_of(case, call.operation)
    fix = _larger(case, fit)
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.9,
        f"{label(layer)}{at(case, place)} normalises batches of one sample (batch size 1): the "
        "mean of a batch is the sample itself and its variance is 0, so whatever comes in, the "
        "answer is the same (beta), and nothing behind it can learn from the inputs.\n"
        "Use larger batches, such as 32, or LayerNormalization, whose statistics are those of "
        "one sample.",
        places=distinct([place, boundary_place(case, fit)]),
        layer=layer.name,
        evidence=(
            Evidence("value", "batch size 1"),
            Evidence("arithmetic", "(x - x) / sqrt(0 + epsilon) = 0", place),
        ),
        fixes=(fix,) if fix is not None else (),
    )


def _larger(case: Case, fit: Boundary) -> Fix | None:
    found = boundary_call(case, fit)
    if found is None or not any(each.arg == "batch_size" for each in found[1].keywords):
        return None
    editor = Editor(found[0]).set_keyword(found[1], "batch_size", "32")
    title = "Train in batches of 32"
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.85)
