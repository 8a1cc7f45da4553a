"""A model's output is one number for the whole batch: a reduction without an axis."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.axis_calls import REDUCING, methods_of
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.home import is_keras_own, written_at
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import CallRecord, LossRecord
from graphscope.doctor.source import Editor, SourceFile
from graphscope.doctor.wording import at, distinct, label, shape

ID = "output-without-batch"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a prediction without any axis, and the layer that took all of them."""
    failure = case.failure
    if failure is None or failure.boundary is None or failure.layer_call is not None:
        return
    record = next((e for e in reversed(case.recording.losses) if e.prediction is not None), None)
    if record is not None:
        yield from explained(case, record)


def explained(case: Case, record: LossRecord) -> Iterator[Diagnosis]:
    """Say what made a prediction a single number, when it is one."""
    if record.prediction is None or record.prediction.shape != ():
        return
    maker = next(
        (
            call
            for call in case.recording.calls
            if call.output_specs and call.output_specs[0].shape == () and call.inputs
            and call.input_specs[0].shape and (call.is_layer or call.parent is None)
            and not _is_model(call.operation)
        ),
        None,
    )  # fmt: skip
    found = next(_reductions(case, maker), None) if maker is not None else None
    if maker is not None and found is not None:
        yield _tell(case, record, maker, *found)


def _is_model(operation: object) -> bool:
    return any(base.__name__ == "Model" for base in type(operation).__mro__)


def _reductions(case: Case, maker: CallRecord) -> Iterator[tuple[SourceFile, ast.Call]]:
    written = written_at(case, maker)
    nodes: list[tuple[SourceFile, ast.AST]] = []
    if is_keras_own(maker.operation) and written is not None:
        nodes.append((written[0], written[0].statement_of(written[1])))
        name = getattr(getattr(maker.operation, "function", None), "__name__", "")
        for file in case.program.files:
            nodes += [(file, node) for node in file.functions(name)]
    else:
        nodes += methods_of(case, maker.operation)
    for file, around in nodes:
        for node in ast.walk(around):
            if not isinstance(node, ast.Call) or function_name(node) not in REDUCING:
                continue
            keywords = {each.arg for each in node.keywords}
            if "axis" not in keywords and len(node.args) == 1 and case.program.is_own(file.path):
                yield file, node


def _tell(
    case: Case, record: LossRecord, maker: CallRecord, file: SourceFile, node: ast.Call
) -> Diagnosis:
    place = Place(file.path, node.lineno)
    text = " ".join(file.segment(node).split())
    target = record.target.shape if record.target is not None else None
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"The model's output is (), a scalar for the whole batch, and the targets are "
        f"{shape(target)}.\n"
        f"{label(maker.operation)} makes it of {shape(maker.input_specs[0])}: `{text}`"
        f"{at(case, place)} has no axis, and averages or sums over all of them, the batch "
        "too.\n"
        "Reduce the last axis alone, and keep the batch: axis=-1, keepdims=True gives "
        "(None, 1).",
        places=distinct([place]),
        layer=maker.name if maker.is_layer else None,
        evidence=(
            Evidence("shape", f"{label(maker.operation)}: {shape(maker.input_specs[0])} becomes ()",
                     place),
            Evidence("shape", f"targets {shape(target)}"),
        ),
        fixes=tuple(_fixes(file, node)),
    )  # fmt: skip


def _fixes(file: SourceFile, node: ast.Call) -> Iterator[Fix]:
    fix = make_fix(
        Editor(file).append_argument(node, "axis=-1, keepdims=True"),
        f"Reduce the last axis alone: {function_name(node)}(..., axis=-1, keepdims=True)",
        repair_class=RepairClass.A,
        likelihood=0.93,
    )
    if fix is not None:
        yield fix
