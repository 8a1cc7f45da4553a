"""Holding literal heads against literal losses in source."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.findings import Diagnosis, Fix, RepairClass
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.editing import Editor
from graphscope.doctor.static.compilation import Loss
from graphscope.doctor.static.heads import Head, judge
from graphscope.doctor.static.models_in_source import (
    compiled_models,
    head_of,
    loss_argument,
    loss_of,
)
from graphscope.doctor.static.names import argument, layer_class
from graphscope.doctor.static.telling_source import diagnose, make_fix


def judge_source(file: SourceFile, rule: str) -> Iterator[Diagnosis]:
    """Yield what a rule says about each model that is compiled in the file."""
    for model in compiled_models(file):
        given, layer = loss_argument(model), model.heads[0]
        if len(model.heads) != 1 or layer is None or given is None:
            continue
        head, loss = head_of(file, layer), loss_of(file, given)
        if head is not None and loss is not None:
            yield from _judge(file, layer, head, given, loss, rule)


def _judge(
    file: SourceFile, layer: ast.Call, head: Head, given: ast.expr, loss: Loss, rule: str
) -> Iterator[Diagnosis]:
    if head.units == 1 and head.activation == "softmax":
        return  # softmax-over-one says more.
    verdict = judge(head, loss)
    if verdict is None or verdict.rule != rule:
        return
    yield diagnose(
        rule,
        file,
        layer,
        severity=verdict.severity,
        confidence=verdict.confidence,
        problem=verdict.problem,
        remedy=verdict.remedy,
        layer=layer_class(file, layer),
        also=(given,),
        fixes=_fixes(file, layer, head, given, loss),
    )


def _fixes(
    file: SourceFile, layer: ast.Call, head: Head, given: ast.expr, loss: Loss
) -> tuple[Fix | None, ...]:
    if layer_class(file, layer) != "Dense":
        return ()
    activation = argument(layer, "activation", 1)
    if loss.from_logits and activation is not None and isinstance(given, ast.Call):
        return (
            _fix("Leave the activation to the loss", Editor(file).replace(activation, "None")),
            _fix(
                "Take probabilities: from_logits=False",
                Editor(file).set_keyword(given, "from_logits", "False"),
            ),
        )
    if head.activation == "linear" and head.units != 1:
        fitting = '"sigmoid"' if loss.name == "binary_crossentropy" else '"softmax"'
        editor = Editor(file).set_keyword(layer, "activation", fitting)
        return (_fix(f"Give the last layer activation={fitting}", editor),)
    return ()


def _fix(title: str, editor: Editor) -> Fix | None:
    return make_fix(title, editor, repair_class=RepairClass.B, likelihood=0.7)
