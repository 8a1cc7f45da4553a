"""Fixes that give a dimension another value, at each place where that can be done."""

from __future__ import annotations

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.changes import Change, changes_toward
from graphscope.doctor.fixes.expressions import arithmetic_fixes
from graphscope.doctor.fixes.spelling import Wish
from graphscope.doctor.origins import Origin
from graphscope.doctor.source import Editor


def toward(  # noqa: PLR0913 - what a fix says of itself, keyword-only
    case: Case,
    origin: Origin,
    value: int,
    *,
    purpose: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
    limit: int = 4,
    other: Origin | None = None,
    tensor: str = "",
) -> list[Fix]:
    """Return the fixes that make a value what it should be, most natural first.

    Every step of the origin's chain that hands the value on unchanged is a place to do so. Where a
    name or a setting at that place has the wanted value already, it is used; else the number. A
    number that only this value depends on is changed where it stands; one that serves others too
    is left alone, and the use is changed.

    Args:
        case: the case.
        origin: where the present value came from.
        value: the wanted one.
        purpose: why, for the titles: "to match the 6 classes".
        repair_class: how much intent it presumes.
        likelihood: of the first fix; later ones get less.
        limit: how many fixes at most.
        other: where the wanted value came from, at the other side of the conflict. The names on
            that way are used before the number, names that only happen to have the value after it.
        tensor: the name of a tensor that has the wanted size as its last.
    """
    likely = min(likelihood + 0.05, 0.95)
    fixes = [*arithmetic_fixes(case, origin, value, purpose=purpose, likelihood=likely)][:1]
    is_sure = repair_class is RepairClass.A
    for rank, change in enumerate(changes_toward(case, origin, value, Wish(other, tensor))):
        fix = make_fix(
            change.applied(),
            f"{change.told} {purpose}".strip(),
            repair_class=repair_class if not fixes or not is_sure else RepairClass.B,
            likelihood=max(likelihood - 0.07 * rank, 0.05),
        )
        if fix is not None and all(fix.edits != other.edits for other in fixes):
            fixes.append(fix)
        if len(fixes) == limit:
            break
    return fixes


def toward_all(
    case: Case,
    wishes: list[tuple[Origin, int]],
    *,
    purpose: str,
    repair_class: RepairClass = RepairClass.B,
    likelihood: float = 0.5,
) -> Fix | None:
    """Return the fix that makes several values what they should be, in one file and one go.

    Args:
        case: the case.
        wishes: origins and the values wanted instead; those that end in one expression are one.
        purpose: why, for the title.
        repair_class: how much intent it presumes.
        likelihood: how much the evidence speaks for it.
    """
    changes: dict[int, Change] = {}
    for origin, value in wishes:
        change = next(changes_toward(case, origin, value, Wish()), None)
        if change is None:
            return None
        known = changes.setdefault(id(change.node), change)
        if known.text != change.text:
            return None
    if not changes or len({change.file.path for change in changes.values()}) > 1:
        return None
    editor = Editor(next(iter(changes.values())).file)
    for change in changes.values():
        change.apply(editor)
    told = ", ".join(dict.fromkeys(change.told for change in changes.values()))
    return make_fix(
        editor, f"{told} {purpose}".strip(), repair_class=repair_class, likelihood=likelihood
    )
