"""Edits after which an axis of the output has the target's size: found by playing them through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from graphscope.doctor.case import Case
from graphscope.doctor.facts.output_side import OutputSide
from graphscope.doctor.facts.size_factors import factor_fixes
from graphscope.doctor.facts.size_flow import Change, SizeStep, play
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import fix_creation
from graphscope.doctor.fixes.constants import Setting, settings_with
from graphscope.doctor.fixes.layers import insert_after
from graphscope.doctor.fixes.placement import creation_call
from graphscope.doctor.wording import label

SIZES = (
    "size", "side", "height", "width", "dim", "len", "res", "shape", "img", "image", "pixel",
    "rows", "col", "steps", "window", "patch", "crop", "time", "horizon", "target",
)  # fmt: skip
STRIDES = ("stride", "down", "scale", "factor", "reduc", "cell", "ratio")
GRIDS = ("grid", "cells", "size", "side", "out", "target", "mask", "res", "feature", "height",
         "width", "len", "horizon", "steps")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """An edit, and the layers it gives padding to, if that is what it does."""

    fix: Fix
    padded: tuple[SizeStep, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Conflict:
    """An axis of which the output and the target have different sizes.

    Attributes:
        case: the case.
        side: the layers behind the output.
        steps: what they do to the axis, since it began.
        got, needed: the two sizes.
        rank: of the output.
        axis: counted from 1.
        source: size of the same axis of the model's input, where there is one.
    """

    case: Case
    side: OutputSide
    steps: Sequence[SizeStep]
    got: int
    needed: int
    rank: int
    axis: int
    source: int | None

    @property
    def start(self) -> int:
        """The size with which the axis began."""
        return self.steps[0].before if self.steps else self.got


def repairs(conflict: Conflict) -> Iterator[Repair]:
    """Yield edits after which the sizes agree, most natural first."""
    yield from _padding(conflict)
    yield from _other_source(conflict)
    yield from map(
        Repair, factor_fixes(conflict.case, conflict.steps, conflict.needed, conflict.got)
    )
    yield from _settings(conflict)
    yield from _trimming(conflict)


def _groups(conflict: Conflict) -> list[list[int]]:
    """Return the steps that one line of the source makes, together: helpers and loops."""
    found: dict[object, list[int]] = {}
    for index, step in enumerate(conflict.steps):
        made = creation_call(conflict.case, step.stage.call.operation)
        found.setdefault(id(made[1]) if made else index, []).append(index)
    return list(found.values())


def _padding(conflict: Conflict) -> Iterator[Repair]:
    for indexes in _padding_sets(conflict):
        changed = _same(conflict, indexes)
        if play(conflict.steps, conflict.start, changed) != conflict.needed:
            continue
        fix = pad(conflict, indexes, likelihood=0.92)
        if fix is not None:
            yield Repair(fix, tuple(conflict.steps[index] for index in indexes))
        return


def _padding_sets(conflict: Conflict) -> Iterator[list[int]]:
    groups = [group for group in _groups(conflict) if any(conflict.steps[i].same for i in group)]
    if len(groups) > 8:
        yield [index for group in groups for index in group]
        return
    for count in range(1, len(groups) + 1):
        for chosen in combinations(groups, count):
            yield [index for group in chosen for index in group]


def _same(conflict: Conflict, indexes: Sequence[int]) -> dict[int, Change]:
    found = ((index, conflict.steps[index].same) for index in indexes)
    return {index: change for index, change in found if change is not None}


def pad(conflict: Conflict, indexes: Sequence[int], *, likelihood: float) -> Fix | None:
    """Return the fix that gives layers padding="same"."""
    fixes: list[Fix] = []
    for index in indexes:
        layer = conflict.steps[index].stage.call.operation
        fix = fix_creation(
            conflict.case, layer, "padding", '"same"', title=f'Give {label(layer)} padding="same"',
            repair_class=RepairClass.A, likelihood=likelihood,
        )  # fmt: skip
        if fix is not None and all(fix.edits != other.edits for other in fixes):
            fixes.append(fix)
    return joined(fixes) if fixes else None


def joined(fixes: Sequence[Fix]) -> Fix | None:
    """Return several fixes as one; None when two of them change one line."""
    edits = [edit for fix in fixes for edit in fix.edits]
    if len({(edit.file, edit.line) for edit in edits}) < len(edits):
        return None
    title = "; ".join(dict.fromkeys(fix.title for fix in fixes))
    return replace(fixes[0], title=title, edits=tuple(edits))


def _other_source(conflict: Conflict) -> Iterator[Repair]:
    """Change the size of input and target to the nearest one that comes back as it went in."""
    if conflict.source == conflict.needed and conflict.start == conflict.source:
        sets = [[], *_padding_sets(conflict)]
        for indexes in sets:
            size = _fixed_point(conflict, indexes)
            if size is None:
                continue
            padding = pad(conflict, indexes, likelihood=0.8) if indexes else None
            if indexes and padding is None:
                continue
            yield from _resized(conflict, size, padding, indexes)
            if not indexes and len(sets) > 1:
                continue
            return
    else:
        yield from _restarted(conflict)


def _fixed_point(conflict: Conflict, indexes: Sequence[int]) -> int | None:
    """Return the nearest size that the layers give back as it was; None if none is near."""
    changed = _same(conflict, indexes)
    for distance in range(max(conflict.needed // 2, 2)):
        for size in (conflict.needed + distance, conflict.needed - distance):
            if size > 0 and play(conflict.steps, size, changed) == size:
                return size if distance else None
    return None


def _resized(
    conflict: Conflict, size: int, padding: Fix | None, indexes: Sequence[int]
) -> Iterator[Repair]:
    for setting in _told(conflict.case, conflict.needed, SIZES):
        fix = setting.changed(
            size, purpose=", so that it halves and doubles evenly", likelihood=0.7
        )
        both = joined([padding, fix]) if fix is not None and padding is not None else fix
        if both is not None:
            both = replace(both, repair_class=RepairClass.C, likelihood=0.7)
            yield Repair(both, tuple(conflict.steps[index] for index in indexes))
            return


def _restarted(conflict: Conflict) -> Iterator[Repair]:
    """Choose a size that the decoder's factor divides, where it starts from a reshaped vector."""
    factor = conflict.got // conflict.start if conflict.start else 0
    if factor < 2 or conflict.got % conflict.start or conflict.needed % factor == 0:
        return
    below = conflict.needed // factor * factor
    for setting in _told(conflict.case, conflict.needed, SIZES)[:2]:
        for size, likelihood in ((below + factor, 0.75), (below, 0.7)):
            if size > 0:
                fix = setting.changed(
                    size, purpose=f", a multiple of {factor}", likelihood=likelihood
                )
                if fix is not None:
                    yield Repair(fix)


def _told(case: Case, value: int, names: tuple[str, ...]) -> list[Setting]:
    """Return settings with a value: with telling names, else the only one there is."""
    found = settings_with(case, value, names)
    telling = [each for each in found if any(part in each.name.lower() for part in names)]
    return telling or found[:1] if len(found) <= 1 or telling else found[:1]


def _settings(conflict: Conflict) -> Iterator[Repair]:
    """Change the setting by which the targets' grid was made."""
    source = conflict.source
    if source is None or source == conflict.needed:
        return
    if source % conflict.needed == 0 and source % conflict.got == 0:
        stride, wanted = source // conflict.needed, source // conflict.got
        for setting in settings_with(conflict.case, stride, STRIDES)[:2]:
            if any(part in setting.name.lower() for part in STRIDES):
                fix = setting.changed(
                    wanted,
                    purpose=f": {stride} disagrees with the model's real stride, {source} / "
                    f"{conflict.got} = {wanted}",
                    likelihood=0.9,
                )
                if fix is not None:
                    yield Repair(fix)
    for setting in settings_with(conflict.case, conflict.needed, GRIDS)[:2]:
        if any(part in setting.name.lower() for part in GRIDS):
            fix = setting.changed(conflict.got, purpose=", as the model's output", likelihood=0.6)
            if fix is not None:
                yield Repair(fix)


def _trimming(conflict: Conflict) -> Iterator[Repair]:
    """Cut off what is too much, behind the last layer; or let a convolution do it."""
    over = conflict.got - conflict.needed
    rank = conflict.rank - 2
    for group in _groups(conflict):
        changed = {
            index: change for index in group if (change := conflict.steps[index].valid) is not None
        }
        if changed and play(conflict.steps, conflict.start, changed) == conflict.needed:
            layer = conflict.steps[group[0]].stage.call.operation
            fix = fix_creation(
                conflict.case, layer, "padding", '"valid"', likelihood=0.35,
                title=f'Give {label(layer)} padding="valid", which trims the map',
            )  # fmt: skip
            if fix is not None:
                yield Repair(fix)
    if over > 0 and 1 <= rank <= 3 and conflict.side.stages:
        pair = f"({over // 2}, {over - over // 2})"
        arguments = pair if rank == 1 else f"({', '.join([pair] * rank)})"
        last = conflict.side.stages[-1]
        fix = insert_after(
            conflict.case, conflict.side.layer, f"Cropping{rank}D", arguments,
            call=last.call if last.call.operation is conflict.side.layer else None,
            title=f"Crop {over} off the output with Cropping{rank}D", likelihood=0.45,
        )  # fmt: skip
        if fix is not None:
            yield Repair(fix)
