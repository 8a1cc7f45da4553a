"""A softmax over another axis than the one along which the loss expects the classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._trained import TrainedOutput, trained_outputs
from graphscope.doctor.checks.softmax_over_one import softmax_axis
from graphscope.doctor.facts.parameters import Parameter, parameter_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.origins import Origin, as_evidence
from graphscope.doctor.records import Shape
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, place_of, shape

ID = "softmax-axis"

_BY_CLASS = ("categorical_crossentropy", "sparse_categorical_crossentropy")


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the axis of an output's softmax with the last, where the losses look for classes."""
    for output in trained_outputs(case):
        call, loss = output.call, output.loss
        axis = softmax_axis(call) if call is not None else None
        sizes = call.output_specs[0].shape if call is not None and call.output_specs else None
        if axis is None or not sizes or loss is None or loss.name not in _BY_CLASS:
            continue
        given = getattr(output.given, "axis", -1)
        if len(sizes) > 2 and axis not in (-1, len(sizes) - 1) and given in (-1, None):
            yield _tell(case, output, axis % len(sizes), sizes)


def _tell(case: Case, output: TrainedOutput, axis: int, sizes: Shape) -> Diagnosis:
    assert output.call is not None
    assert output.loss is not None
    layer = output.call.operation
    written = parameter_of(case, layer, "axis")
    literal = _literal(written)
    place = place_of(case, layer)
    fixes = [fix for fix in (_at_literal(literal), _at_layer(case, layer)) if fix is not None]
    meaning = {1: "rows" if len(sizes) == 4 else "steps", 2: "columns"}.get(axis, "places")
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        f"{label(layer)}{at(case, place)} takes the softmax over axis {axis} ({meaning}, "
        f"{sizes[axis]} of them) of {shape(sizes)}; the classes are the last axis ({sizes[-1]}), "
        f"where {output.loss.name} looks for them.\n"
        "So the values of one place (pixel, step) do not add up to 1 over the classes: they are no "
        "probabilities, and the loss is wrong without any error.\n"
        "Normalise over the classes: axis=-1.",
        places=distinct(
            [literal[1] if literal else None, written.place if written else None, place]
        ),
        layer=layer.name,
        evidence=(
            Evidence("shape", f"{label(layer)} gives {shape(sizes)}, axis={axis}", place),
            Evidence("value", f"loss {output.loss.name}: classes on axis -1"),
            *(as_evidence(case, written.origin)[:4] if written is not None else ()),
        ),
        fixes=tuple(fixes),
    )


def _literal(written: Parameter | None) -> tuple[Origin, Place] | None:
    """Return the number that the axis came from, when it stands outside of the layer's call."""
    if written is None or isinstance(written.node, ast.Constant):
        return None
    for step in written.origin.walk():
        if isinstance(step.node, ast.Constant) and step.file is not None and not step.causes:
            return step, Place(step.file.path, step.node.lineno)
    return None


def _at_literal(literal: tuple[Origin, Place] | None) -> Fix | None:
    if literal is None or literal[0].file is None or not isinstance(literal[0].node, ast.expr):
        return None
    return make_fix(
        Editor(literal[0].file).replace(literal[0].node, "-1"),
        "Set the axis to -1, the classes",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )


def _at_layer(case: Case, layer: Any) -> Fix | None:
    return fix_creation(
        case, layer, "axis", "-1",
        title=f"Give {label(layer)} axis=-1, the classes",
        repair_class=RepairClass.A, likelihood=0.9,
    )  # fmt: skip
