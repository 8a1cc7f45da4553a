"""Tensors are concatenated along an axis other than the one along which they differ."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.merging import told_conflict
from graphscope.doctor.facts.operands import Conflict, conflict_of
from graphscope.doctor.facts.size_pairs import size_pair
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.origins import as_evidence
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import distinct, place_of, shape

ID = "concatenation-axis"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look for the one axis along which the tensors do differ."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining != "concatenate":
        return
    shapes = [operand.shape for operand in conflict.operands]
    rank = len(shapes[0])
    if any(len(each) != rank for each in shapes) or rank < 3:
        return
    joined = (conflict.axis if conflict.axis is not None else -1) % rank
    differing = [axis for axis in range(1, rank) if len({each[axis] for each in shapes}) > 1]
    if size_pair(case, conflict) is not None:
        return
    if len(differing) == 1 and differing[0] != joined and _is_sequence(rank, differing[0]):
        yield _diagnosis(case, conflict, differing[0], joined)


def _is_sequence(rank: int, axis: int) -> bool:
    """Whether joining along an axis makes sense: the steps of sequences, not one side of images."""
    return rank == 3 or axis == rank - 1


def _diagnosis(case: Case, conflict: Conflict, axis: int, joined: int) -> Diagnosis:
    first, second = conflict.operands[:2]
    sizes = [operand.shape[axis] for operand in conflict.operands]
    made = place_of(case, conflict.layer) if conflict.layer is not None else None
    meaning = "the steps" if len(first.shape) == 3 and axis == 1 else "that axis"
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.9,
        f"{told_conflict(case, conflict)}: {first.text} is {shape(first.shape)} and {second.text} "
        f"is {shape(second.shape)}. They are joined along axis {joined}"
        f"{' (the default is the last, axis=-1)' if conflict.axis in (None, -1) else ''}, and all "
        f"other axes must be equal; along axis {axis} they are {' and '.join(map(str, sizes))}.\n"
        f"All axes but axis {axis} are equal: Concatenate along {meaning} with axis={axis}.",
        places=distinct([conflict.place if made is None else made, conflict.place]),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{first.text}: {shape(first.shape)}"),
            Evidence("shape", f"{second.text}: {shape(second.shape)}"),
            *as_evidence(case, first.origin(case, axis)),
            *as_evidence(case, second.origin(case, axis)),
        ),
        fixes=tuple(_fixes(case, conflict, axis)),
    )


def _fixes(case: Case, conflict: Conflict, axis: int) -> Iterator[Fix]:
    title = f"Concatenate along axis={axis}"
    fix = None
    if type(conflict.layer).__name__ == "Concatenate":
        fix = fix_creation(
            case, conflict.layer, "axis", str(axis),
            title=title, repair_class=RepairClass.A, likelihood=0.9,
        )  # fmt: skip
    file, node = conflict.file, conflict.node
    own = file is not None and case.program.is_own(file.path)
    if fix is None and own and file is not None and isinstance(node, ast.Call):
        editor = Editor(file).set_keyword(node, "axis", str(axis))
        fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.9)
    if fix is not None:
        yield fix
