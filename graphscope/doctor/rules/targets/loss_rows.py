"""A loss that the user calls is given labels for more or fewer samples than there are outputs."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_telling import best_places
from graphscope.doctor.facts.failing import Failing, failing
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.data_edits import known
from graphscope.doctor.records import LossRecord, Shape
from graphscope.doctor.source import Editor
from graphscope.doctor.source.definitions import Definition, definitions_of
from graphscope.doctor.wording import code, shape, where

ID = "loss-rows"

_LABELS = {"ones", "zeros", "full", "ones_like", "zeros_like", "fill", "uniform", "constant"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the batch axes of what a loss was given in the user's own step or loop."""
    found, record = failing(case), _failed(case)
    if found is None or record is None or not isinstance(found.node, ast.Call):
        return
    target, prediction = _shape(record.target), _shape(record.prediction)
    if not target or not prediction or len(found.node.args) < 2:
        return
    if None in (target[0], prediction[0]) or target[0] == prediction[0]:
        return
    if tuple(target[1:]) == tuple(prediction[1:]):
        yield _tell(case, found, record, target, prediction)


def _failed(case: Case) -> LossRecord | None:
    failure = case.failure
    if failure is None or failure.layer_call is not None or not case.recording.losses:
        return None
    record = case.recording.losses[-1]
    return record if record.error is not None and record.role == "loss" else None


def _shape(spec: object) -> Shape | None:
    return shape_of(spec) if spec is not None else None


def _tell(
    case: Case, found: Failing, record: LossRecord, target: Shape, prediction: Shape
) -> Diagnosis:
    assert isinstance(found.node, ast.Call)
    labels, outputs = found.node.args[0], found.node.args[1]
    made, ratio = _made(found, labels), (target[0] or 1) / (prediction[0] or 1)
    fixes = known(list(_fixes(found, made, ratio)))
    lines = [
        f"{record.name} at {where(case, found.place)} compares labels {found.source(labels)} "
        f"{shape(target)} with the outputs {found.source(outputs)} {shape(prediction)}: the batch "
        f"axis is {target[0]} versus {prediction[0]}."
    ]
    for name, node, rows in (
        ("labels", labels, target[0]),
        ("outputs", outputs, prediction[0]),
    ):
        definition = _made(found, node)
        if definition is not None and definition.value is not None:
            text = " ".join(definition.file.segment(definition.value).split())
            lines.append(
                f"The {name} {found.source(node)} are made for {rows} samples at "
                f"{where(case, definition.place)}: {text}."
            )
    if ratio == 2:
        lines.append(
            "Two batches joined (real and made ones) need twice the labels; a step that judges "
            "only one of them needs as many labels as samples."
        )
    lines.append("Make one label per sample: both must have the same batch size.")
    places = best_places(fixes, made.place if made else None, found.place)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.94,
        "\n".join(lines),
        places=places,
        layer=None,
        evidence=(
            Evidence("shape", f"labels {found.source(labels)}: {shape(target)}", found.place),
            Evidence("shape", f"outputs {found.source(outputs)}: {shape(prediction)}", found.place),
            *([code(case, made.place)] if made else []),
        ),
        fixes=fixes,
    )


def _made(found: Failing, node: ast.expr) -> Definition | None:
    if not isinstance(node, ast.Name):
        return None
    definitions = definitions_of(found.file, node, node)
    return next((each for each in definitions if each.kind == "assign"), None)


def _fixes(found: Failing, made: Definition | None, ratio: float) -> Iterator[Fix | None]:
    """A factor taken away or added where the labels are made; or labels like the outputs."""
    if made is None or made.value is None or made.path:
        return
    for size in _sizes(made.value):
        for text, told in _scaled(found, size, ratio):
            yield make_fix(
                Editor(made.file).replace(size, text),
                f"Make the labels for as many samples as are judged: {told}",
                repair_class=RepairClass.A,
                likelihood=0.92,
            )
    assert isinstance(found.node, ast.Call)
    outputs = found.node.args[1]
    value = made.value
    if isinstance(outputs, ast.Name) and isinstance(value, ast.Call):
        name = str(getattr(value.func, "attr", getattr(value.func, "id", "")))
        defined = _made(found, outputs)
        is_known = defined is not None and defined.place.line < made.place.line
        if name in {"ones", "zeros"} and is_known:
            text = f"{found.file.segment(value.func)}_like({outputs.id})"
            yield make_fix(
                Editor(made.file).replace(value, text),
                f"Make the labels like the outputs: {text}", likelihood=0.7,
            )  # fmt: skip


def _sizes(value: ast.expr) -> Iterator[ast.expr]:
    """Yield the first entry of the shape that labels are made with."""
    for call in ast.walk(value):
        if isinstance(call, ast.Call) and call.args:
            name = str(getattr(call.func, "attr", getattr(call.func, "id", "")))
            first = call.args[0]
            if name in _LABELS and isinstance(first, ast.Tuple | ast.List) and first.elts:
                yield first.elts[0]


def _scaled(found: Failing, size: ast.expr, ratio: float) -> Iterator[tuple[str, str]]:
    if isinstance(size, ast.BinOp) and isinstance(size.op, ast.Mult):
        for factor, rest in ((size.left, size.right), (size.right, size.left)):
            if isinstance(factor, ast.Constant) and factor.value == ratio:
                text = found.file.segment(rest)
                yield text, f"{text} instead of {found.file.segment(size)}"
    elif isinstance(size, ast.BinOp) and isinstance(size.op, ast.FloorDiv):
        divisor = size.right.value if isinstance(size.right, ast.Constant) else None
        if isinstance(divisor, int) and divisor * ratio == 1:
            text = found.file.segment(size.left)
            yield text, f"{text} instead of {found.file.segment(size)}"
    elif ratio < 1 and (1 / ratio).is_integer():
        text = f"{int(1 / ratio)} * {found.file.segment(size)}"
        yield text, f"{text} instead of {found.file.segment(size)}"
