"""Inputs in the hundreds, and nothing that scales them, under an optimizer that minds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._arguments import GivenArgument, boundary_place, given_argument
from graphscope.doctor.checks._scales import Scale, scale_of
from graphscope.doctor.checks._trained import activation_of, inputs_of, summaries, trainings
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import trace_data
from graphscope.doctor.records import Boundary, CallRecord
from graphscope.doctor.source import Editor
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import distinct, label, place_of

ID = "input-scale"

_LARGE = 50.0
"""Nine of ten values beyond this: raw pixels, euros, years."""
_SATURATING = 1000.0
_WEIGHTED = ("Dense", "Conv1D", "Conv2D", "Conv3D", "SimpleRNN", "LSTM", "GRU")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the first layer with weights of each trained model and at what it receives."""
    for fit in trainings(case):
        given = list(summaries(inputs_of(fit)))
        scale = scale_of(given[0]) if len(given) == 1 else None
        first = _first(case, fit.model)
        if scale is None or first is None or scale.typical < _LARGE:
            continue
        activation = activation_of(first)
        saturating = activation in ("sigmoid", "tanh") and scale.typical >= _SATURATING
        plain = type(fit.model.optimizer).__name__ == "SGD"
        if saturating or plain:
            yield _tell(case, fit, first, scale, activation if saturating else None)


def _first(case: Case, model: Any) -> CallRecord | None:
    """Return the call of the first layer, when it has weights and scales nothing."""
    layers = [
        each
        for each in model._flatten_layers(include_self=False)
        if type(each).__name__ not in ("InputLayer", "Flatten")
    ]
    layers = [each for each in layers if not hasattr(each, "layers")]
    if not layers or type(layers[0]).__name__ not in _WEIGHTED:
        return None
    calls = (call for call in case.recording.calls if call.operation is layers[0])
    return next((call for call in calls if call.error is None), None)


def _tell(
    case: Case, fit: Boundary, first: CallRecord, scale: Scale, saturated: str | None
) -> Diagnosis:
    name = label(first.operation)
    argument = given_argument(case, fit, "x", 0)
    made = _made(case, fit)
    if saturated:
        outcome = (
            f"Its {saturated} saturates (units are at the end of their range), and the gradient "
            "through it is almost 0: the layer does not learn."
        )
    else:
        outcome = (
            "With SGD the gradient grows with the input: the loss starts far above normal and "
            "diverges, becomes NaN, or the ReLU units die."
        )
    pixels = scale.low >= 0 and 200 < scale.high <= 255
    remedy = "divide by 255" if pixels else f"divide by {scale.high:.5g}, or standardise"
    text = "255.0" if pixels else f"{max(abs(scale.low), abs(scale.high)):.6g}"
    fix = _scaled(case, argument, text) if argument is not None else None
    return Diagnosis(
        ID,
        Severity.WARNING,
        0.85,
        f"The inputs of fit range from {scale}, and {name} receives them as they are: nothing "
        f"scales them.\n{outcome}\n"
        f"Normalise (rescale) the inputs before training: {remedy}, or start the model with "
        "Rescaling or Normalization.",
        places=distinct([made, boundary_place(case, fit), place_of(case, first.operation)]),
        layer=first.operation.name,
        evidence=(
            Evidence("data", f"input range {scale.low:.6g} to {scale.high:.6g}", made),
            Evidence("value", f"optimizer {type(fit.model.optimizer).__name__}, first {name}"),
        ),
        fixes=(fix,) if fix is not None else (),
        symptom="saturated-activation" if saturated else "no-learning",
    )


def _made(case: Case, fit: Boundary) -> Place | None:
    argument = given_argument(case, fit, "x", 0)
    if argument is None:
        return None
    origin = trace_data(case, argument.node, argument.frame, file=argument.file)
    own = [place for place in origin.places if place.line != argument.node.lineno]
    return own[0] if own else None


def _scaled(case: Case, argument: GivenArgument, factor: str) -> Fix | None:
    """Divide the inputs where they are made, else where fit is given them."""
    file, node = argument.file, argument.node
    if not case.program.is_own(file.path):
        return None
    editor = Editor(file)
    found = definitions_of(file, node, node) if isinstance(node, ast.Name) else []
    if len(found) == 1 and found[0].kind == "assign" and isinstance(found[0].node, ast.stmt):
        name = file.segment(node)
        editor.insert_after(found[0].node, f"{name} = {name} / {factor}")
    else:
        editor.wrap(node, "", f" / {factor}")
    return make_fix(
        editor,
        f"Scale the inputs: {file.segment(node)} / {factor}",
        repair_class=RepairClass.B,
        likelihood=0.7,
    )
