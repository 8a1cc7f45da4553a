"""A loss that does not fit the activation or the units of the output that it judges."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.checks._head_fixes import loss_place, set_activation, set_loss, take_logits
from graphscope.doctor.checks._trained import (
    TrainedOutput,
    activation_of,
    trained_outputs,
    units_of,
)
from graphscope.doctor.findings import Diagnosis, Evidence, Fix
from graphscope.doctor.records import CallRecord
from graphscope.doctor.static.compilation import Loss
from graphscope.doctor.static.heads import Head, Verdict, judge
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "loss-and-head"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Hold the head of each trained output against its loss."""
    for output in trained_outputs(case):
        call, loss = output.call, output.loss
        if call is None or loss is None:
            continue
        units, activation = units_of(call), activation_of(call)
        if (units, activation) == (1, "softmax"):
            continue  # softmax-over-one says more.
        verdict = judge(Head(label(call.operation), units, activation), loss)
        if verdict is not None:
            yield _tell(case, output, call, loss, verdict)


def _tell(
    case: Case, output: TrainedOutput, call: CallRecord, loss: Loss, verdict: Verdict
) -> Diagnosis:
    head, chosen = place_of(case, call.operation), loss_place(case, output)
    activation = activation_of(call)
    of = f" of output {output.name!r}" if output.count > 1 else ""
    given = repr(output.given) if isinstance(output.given, str) else loss.name
    return Diagnosis(
        verdict.rule,
        verdict.severity,
        verdict.confidence,
        f"{verdict.problem}\n{label(call.operation)}{at(case, head)} makes "
        f"{shape(call.output_specs[0])} with activation {activation}; the "
        f"loss{of}{at(case, chosen)} is {given} with from_logits={loss.from_logits}."
        f"\n{verdict.remedy}",
        places=distinct([head, chosen] if _head_first(output, activation) else [chosen, head]),
        layer=call.operation.name,
        evidence=(
            Evidence("value", f"loss = {loss.name}, from_logits={loss.from_logits}", chosen),
            Evidence(
                "shape",
                f"{label(call.operation)} is {activation}{_without(activation)}: it makes "
                f"{shape(call.output_specs[0])}",
                head,
            ),
        ),
        fixes=tuple(fix for fix in _fixes(case, output, activation, loss) if fix is not None),
    )


def _without(activation: str | None) -> str:
    return ", without softmax or sigmoid" if activation == "linear" else ""


def _head_first(output: TrainedOutput, activation: str | None) -> bool:
    """A loss that was made for the purpose, and not told that it gets logits, is what to edit."""
    return isinstance(output.given, str) or activation != "linear"


def _fixes(
    case: Case, output: TrainedOutput, activation: str | None, loss: Loss
) -> Iterator[Fix | None]:
    binary = loss.name == "binary_crossentropy"
    if loss.from_logits:
        yield set_activation(case, output, None, likelihood=0.8)
        return
    if activation == "linear":
        logits = 0.75 if _head_first(output, activation) else 0.85
        yield set_activation(case, output, "sigmoid" if binary else "softmax", likelihood=0.8)
        yield take_logits(case, output, likelihood=logits)
    elif activation == "softmax" and binary:
        yield set_loss(case, output, "categorical_crossentropy", likelihood=0.6)
        yield set_activation(case, output, "sigmoid", likelihood=0.55)
    elif activation == "sigmoid":
        yield set_activation(case, output, "softmax", likelihood=0.75)
        yield set_loss(case, output, "binary_crossentropy", likelihood=0.4)
    else:
        yield set_activation(case, output, "sigmoid" if binary else "softmax", likelihood=0.8)
