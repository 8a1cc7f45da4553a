"""Holding the heads of a model against the losses it was compiled with."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis
from graphscope.doctor.static.activations import activation_of, is_softmax
from graphscope.doctor.static.compilation import Loss
from graphscope.doctor.static.heads import Head, judge
from graphscope.doctor.static.model import Call, CheckedModel
from graphscope.doctor.static.telling import diagnose, shape_text

_KNOWN = ("Dense", "Activation", "Softmax", "ReLU", "Conv1D", "Conv2D", "Conv3D")
"""Heads whose activation is all that happens to their output."""


def judge_outputs(model: CheckedModel, rule: str) -> Iterator[Diagnosis]:
    """Yield what a rule says about each output and its loss."""
    if model.compilation is None:
        return
    for position, output in enumerate(model.outputs):
        loss = model.compilation.loss_of(position, output.name, len(model.outputs))
        head = model.head(output)
        if loss is not None and head.type in _KNOWN:
            yield from _judge(head, loss, rule)


def _judge(call: Call, loss: Loss, rule: str) -> Iterator[Diagnosis]:
    size = call.shape[-1] if call.shape else None
    units = size if isinstance(size, int) else None
    if units == 1 and is_softmax(call):
        return  # softmax-over-one says more.
    verdict = judge(Head(call.label, units, activation_of(call)), loss)
    if verdict is None or verdict.rule != rule:
        return
    told = f"{loss.name}, from_logits={loss.from_logits}"
    yield diagnose(
        rule,
        call,
        ("value", f"loss = {told}"),
        ("shape", f"{call.label} makes {shape_text(call.shape)}, activation {activation_of(call)}"),
        severity=verdict.severity,
        confidence=verdict.confidence,
        problem=verdict.problem,
        remedy=verdict.remedy,
    )
