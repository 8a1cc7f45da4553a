"""A map or sequence is merged with a vector: the numbers of axes differ."""

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
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.layers import insert_after
from graphscope.doctor.origins import as_evidence
from graphscope.doctor.source import Editor, refer_to
from graphscope.doctor.wording import distinct, label, place_of, shape

ID = "merge-of-different-ranks"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the ranks of what is concatenated or added."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining == "product":
        return
    operands = [each for each in conflict.operands if not is_variable(each.tensor)]
    if len(operands) < 2:
        return
    most = max(operands, key=lambda each: len(each.shape))
    least = min(operands, key=lambda each: len(each.shape))
    if len(most.shape) > len(least.shape) >= 2:
        yield _diagnosis(case, conflict, most, least)


def _diagnosis(case: Case, conflict: Conflict, most: Operand, least: Operand) -> Diagnosis:
    ranks = len(most.shape), len(least.shape)
    made = history_of(case, most)
    last = made[-1] if made else None
    fixes = list(_fixes(case, conflict, most))
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.93,
        f"{told_conflict(case, conflict)}: {most.text} is {shape(most.shape)}, rank {ranks[0]}, "
        f"and {least.text} is {shape(least.shape)}, rank {ranks[1]}: rank {ranks[0]} versus rank "
        f"{ranks[1]}.\n"
        f"{_why(most)}\n"
        f"Flatten or pool {most.text} first (Flatten, Global pooling), so that both are vectors of "
        "the shape (None, features).",
        places=distinct(
            [conflict.place, last.place if last else None, *_made(case, conflict)]
        ),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{most.text}: {shape(most.shape)}"),
            Evidence("shape", f"{least.text}: {shape(least.shape)}"),
            *as_evidence(case, most.origin(case, 1)),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _made(case: Case, conflict: Conflict) -> list[Place | None]:
    return [place_of(case, conflict.layer)] if conflict.layer is not None else []


def _why(most: Operand) -> str:
    if len(most.shape) >= 4:
        return f"{most.text} is a feature map: it still has its height and width."
    return f"{most.text} is a sequence: it still has its steps."


def _fixes(case: Case, conflict: Conflict, most: Operand) -> Iterator[Fix]:
    rank = len(most.shape) - 2
    for name, likelihood in (("Flatten", 0.8), (f"GlobalAveragePooling{rank}D", 0.75)):
        title = f"Pass {most.text} through {name} before the merge"
        fix = _wrapped(case, conflict, most, name, title, likelihood)
        producer = case.recording.producer_of(most.tensor)
        if fix is None and producer is not None and producer.is_layer:
            fix = insert_after(
                case, producer.operation, name, call=producer,
                title=f"Add {name} behind {label(producer.operation)}", likelihood=likelihood,
            )  # fmt: skip
        if fix is not None:
            yield fix


def _wrapped(
    case: Case, conflict: Conflict, most: Operand, name: str, title: str, likelihood: float
) -> Fix | None:
    """Wrap the operand where it is merged."""
    if (
        conflict.file is None
        or conflict.node is None
        or not case.program.is_own(conflict.file.path)
    ):
        return None
    node = node_in(conflict, most)
    if node is None:
        return None
    reference = refer_to(conflict.file, f"keras.layers.{name}")
    editor = reference.imported(Editor(conflict.file)).wrap(node, f"{reference.text}()(", ")")
    return make_fix(editor, title, repair_class=RepairClass.B, likelihood=likelihood)
