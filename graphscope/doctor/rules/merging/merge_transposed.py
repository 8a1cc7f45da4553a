"""Two tensors are combined whose last two axes stand in opposite order."""

from __future__ import annotations

from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.merging import stages_text, told_conflict
from graphscope.doctor.facts.operands import Conflict, Operand, conflict_of, is_variable, ways_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, RepairClass, Severity
from graphscope.doctor.fixes.layers import insert_after
from graphscope.doctor.wording import distinct, place_of, shape

ID = "merge-of-transposed"


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the shapes of two operands with their last two axes swapped."""
    conflict = conflict_of(case)
    if conflict is None or conflict.joining != "elementwise" or len(conflict.operands) != 2:
        return
    first, second = conflict.operands
    if is_variable(first.tensor) or is_variable(second.tensor) or not _swapped(first, second):
        return
    yield _diagnosis(case, conflict, first, second)


def _swapped(first: Operand, second: Operand) -> bool:
    """Whether `(batch, a, b)` meets `(batch, b, a)`, with two sizes that are known and differ."""
    one, other = first.shape, second.shape
    if len(one) != 3 or len(other) != 3 or None in (*one[1:], *other[1:]):
        return False
    return one[1] != one[2] and one[1:] == (other[2], other[1])


def _diagnosis(case: Case, conflict: Conflict, first: Operand, second: Operand) -> Diagnosis:
    ways = ways_of(case, first, second)
    # The operand that was made for the merge has the longer way, and is the one to turn.
    turned, kept = (first, second) if len(ways.left) > len(ways.right) else (second, first)
    longer = ways.left if turned is first else ways.right
    last = longer[-1].call if longer else None
    fixes = list(_fixes(case, last))
    made = place_of(case, last.operation) if last is not None else None
    maker = f", made by {last.class_name} {last.name!r}" if last is not None else ""
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"{told_conflict(case, conflict)}: {first.text} is {shape(first.shape)} and {second.text} "
        f"is {shape(second.shape)}: the last two axes are swapped.\n"
        f"{turned.text}{maker} has its sizes {turned.shape[1]} and {turned.shape[2]} in the "
        f"opposite order of {kept.text}, {kept.shape[1]} and {kept.shape[2]}.\n"
        f"Transpose {turned.text} first: a Permute((2, 1)) behind it gives "
        f"{shape((turned.shape[0], turned.shape[2], turned.shape[1]))}. Do not make the sizes "
        "equal instead: the axes mean different things.",
        places=distinct([*(place for fix in fixes[:1] for place in fix.places[-1:]), made,
                         conflict.place]),
        layer=getattr(conflict.layer, "name", None),
        evidence=(
            Evidence("shape", f"{first.text}: {shape(first.shape)}{stages_text(ways.left)}"),
            Evidence("shape", f"{second.text}: {shape(second.shape)}{stages_text(ways.right)}"),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _fixes(case: Case, last: object) -> Iterator[Fix]:
    operation = getattr(last, "operation", None)
    if operation is None:
        return
    fix = insert_after(
        case, operation, "Permute", "(2, 1)", call=last,  # type: ignore[arg-type]
        title=f"Swap the two axes behind {type(operation).__name__}: Permute((2, 1))",
        repair_class=RepairClass.A, likelihood=0.94,
    )  # fmt: skip
    if fix is not None:
        yield fix
