"""A sequence is joined with something that has a single step."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.merging import told_conflict
from graphscope.doctor.facts.operands import (
    Conflict,
    Operand,
    conflict_of,
    history_of,
    is_variable,
    node_in,
)
from graphscope.doctor.facts.size_pairs import size_pair
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.origins import as_evidence
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import distinct, shape

ID = "sequence-joined-with-single-step"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for a tensor with one step among others of one length."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining != "concatenate" or len(conflict.operands) < 2:
        return
    operands = conflict.operands
    if any(len(each.shape) != 3 or is_variable(each.tensor) for each in operands):
        return
    single = [each for each in operands if each.shape[1] == 1]
    longer = {each.shape[1] for each in operands} - {1}
    if single and len(longer) == 1 and size_pair(case, conflict) is None:
        along = conflict.axis in (None, -1, 2)
        if along and len({each.shape[2] for each in operands}) > 1:
            sequence = next(each for each in operands if each.shape[1] != 1)
            yield _diagnosis(case, conflict, sequence, single)


def _diagnosis(
    case: Case, conflict: Conflict, sequence: Operand, single: list[Operand]
) -> Diagnosis:
    one, steps = single[0], sequence.shape[1]
    made = history_of(case, one)
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"{told_conflict(case, conflict)}: {sequence.text} is {shape(sequence.shape)}, a sequence "
        f"of {steps} steps, and {one.text} is {shape(one.shape)}, a single step. Along the last "
        f"axis only tensors with equal steps can be joined: {steps} versus 1.\n"
        f"Repeat {one.text} for every step (RepeatVector({steps})), or make vectors of all of them "
        "(Flatten, or pooling over the steps).",
        places=distinct([conflict.place, made[-1].place if made else None]),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{sequence.text}: {shape(sequence.shape)}"),
            Evidence("shape", f"{one.text}: {shape(one.shape)}"),
            *as_evidence(case, sequence.origin(case, 1)),
            *as_evidence(case, one.origin(case, 1)),
        ),
        fixes=tuple(fix for fix in _fixes(case, conflict, single, steps) if fix is not None),
    )


def _fixes(
    case: Case, conflict: Conflict, single: list[Operand], steps: int | None
) -> Iterator[Fix | None]:
    if steps is not None:
        yield _wrapped(
            case, conflict, single, f"RepeatVector({steps})", "Flatten()",
            f"Repeat {single[0].text} for each of the {steps} steps", 0.7,
        )  # fmt: skip
        yield _wrapped(
            case, conflict, list(conflict.operands), "Flatten()", "",
            "Flatten what is joined to vectors", 0.75,
        )  # fmt: skip
    else:
        sequences = [each for each in conflict.operands if each not in single]
        yield _wrapped(
            case, conflict, sequences, "GlobalAveragePooling1D(keepdims=True)", "",
            f"Average the steps of {sequences[0].text}", 0.7,
        )  # fmt: skip


def _wrapped(
    case: Case, conflict: Conflict, operands: list[Operand], outer: str, inner: str,
    title: str, likelihood: float,
) -> Fix | None:  # fmt: skip
    file = conflict.file
    nodes = [node_in(conflict, each) for each in operands]
    if file is None or not case.program.is_own(file.path) or any(node is None for node in nodes):
        return None
    editor = Editor(file)
    before = ""
    for layer in (outer, inner):
        if layer:
            reference = refer_to(file, f"keras.layers.{layer.partition('(')[0]}")
            reference.imported(editor)
            before += f"{reference.text}({layer.partition('(')[2]}("
    for node in nodes:
        if node is not None:
            editor.wrap(node, before, ")" * (2 if inner else 1))
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
