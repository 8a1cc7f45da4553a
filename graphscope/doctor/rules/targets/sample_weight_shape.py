"""The sample weights have another shape than the loss has values."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.comparison import Comparison, find_comparison
from graphscope.doctor.facts.data_part import Step
from graphscope.doctor.facts.relation import same
from graphscope.doctor.facts.target_data import data_argument, target_steps
from graphscope.doctor.facts.wording_targets import boundary_place, first_own
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import DataSummary, Shape
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import where

ID = "sample-weight-shape"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Hold the weights' shape against that of the loss: the output's without its last axis."""
    comparison = find_comparison(case)
    if comparison is None or comparison.role != "loss" or comparison.relation != "fits":
        return
    weights = _weights(comparison)
    values = comparison.prediction[:-1]
    if weights is None or comparison.is_at_run or _weighs(weights[1:], values[1:]):
        return
    yield _diagnosis(case, comparison, weights, values)


def _weights(comparison: Comparison) -> Shape | None:
    boundary = comparison.boundary
    given = boundary.data.get("sample_weight") if boundary is not None else None
    if given is None and boundary is not None:
        batch = boundary.batch or boundary.data.get("x")
        given = batch[2] if isinstance(batch, list | tuple) and len(batch) > 2 else None
    return given.spec.shape if isinstance(given, DataSummary) else None


def _weighs(weights: Shape, values: Shape) -> bool:
    if len(weights) > len(values):
        weights = weights[:-1] if weights[-1] == 1 else weights
    return len(weights) <= len(values) and same(weights, values[: len(weights)])


def _diagnosis(case: Case, comparison: Comparison, weights: Shape, values: Shape) -> Diagnosis:
    steps = target_steps(comparison, "sample_weight")
    text = f" `{steps[0].text}`" if steps else ""
    surplus = len(weights) - len(values)
    wanted = values
    maker = next((step for step in steps[1:] if not isinstance(step.node, ast.Name)), None)
    per = "each sample" if len(values) == 1 else "each sample and step"
    told = f" made at {where(case, maker.place)} ({maker.text})," if maker is not None else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"sample_weight{text},{told} has shape {weights}, and the loss is one value for {per}, "
        f"{wanted}: {comparison.name} of an output {comparison.prediction}.\n"
        f"Weights need the shape {_batch(wanted)}: they must not have an axis for the classes.\n"
        "Sum or index the weights over the last axis: weights.sum(axis=-1), or "
        "weight_per_class[labels].",
        places=first_own(
            case,
            [
                maker.place if maker is not None else None,
                *(step.place for step in steps),
                boundary_place(comparison.boundary),
            ],
        ),
        evidence=(
            Evidence("shape", f"sample_weight is {weights}", boundary_place(comparison.boundary)),
            Evidence("shape", f"the loss is {_batch(wanted)}, one value per step or word"),
            *(Evidence("code", step.text, step.place) for step in steps[:4]),
        ),
        fixes=tuple(_fixes(case, comparison, steps, maker, surplus)),
    )


def _batch(shape: Shape) -> str:
    return "(batch,)" if len(shape) == 1 else f"(batch, {', '.join(map(str, shape[1:]))})"


def _fixes(
    case: Case,
    comparison: Comparison,
    steps: list[Step],
    maker: Step | None,
    surplus: int,
) -> Iterator[Fix]:
    if surplus != 1:
        return
    for step, likelihood in ((maker, 0.7), (_returned(steps), 0.75)):
        if step is None or not case.program.is_own(step.file.path):
            continue
        text = step.file.segment(step.node)
        inner = f"({text})" if isinstance(step.node, ast.BinOp) else text
        fix = make_fix(
            Editor(step.file).replace(step.node, f"{inner}.sum(axis=-1)"),
            f"Sum the weights over the classes at line {step.node.lineno}",
            repair_class=RepairClass.B,
            likelihood=likelihood,
        )
        if fix is not None:
            yield fix
    given = data_argument(case, comparison.boundary, "sample_weight")
    if given is not None and case.program.is_own(given[0].path):
        fix = make_fix(
            Editor(given[0]).wrap(given[1], "", ".sum(axis=-1)"),
            "Sum the weights over the classes where they are handed over",
            likelihood=0.6,
        )
        if fix is not None:
            yield fix


def _returned(steps: list[Step]) -> Step | None:
    """Return the step that is what a function returns."""
    for step in steps:
        if isinstance(step.file.parent(step.node), ast.Return):
            return step
    return None
