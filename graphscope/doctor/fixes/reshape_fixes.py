"""Candidate edits for a reshape whose counts of elements differ."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.counting import count, divisors_near, fitting_size
from graphscope.doctor.facts.left_over import left_over_fixes
from graphscope.doctor.facts.reshape_input import other_input
from graphscope.doctor.facts.reshape_sources import (
    handed_over,
    have_of,
    no_reshape,
    setting_that_divides,
    suspicion,
    target_of,
    upstream,
)
from graphscope.doctor.facts.reshaping import Reshaping, made_by
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.origins import evaluate
from graphscope.doctor.source import Editor

_MOST = 5


def reshape_fixes(case: Case, reshaping: Reshaping) -> tuple[Fix, ...]:
    """Return the edits with which the counts agree, most natural first."""
    if not case.program.is_own(reshaping.file.path) or None in reshaping.target:
        return ()
    found = [
        *_without_batch(reshaping),
        *_without_factor(case, reshaping),
        *left_over_fixes(case, reshaping),
        *handed_over(case, reshaping),
        *setting_that_divides(case, reshaping),
        *other_input(case, reshaping),
        *_other_size(case, reshaping),
        *_channels_kept(case, reshaping),
        *_open_axis(reshaping),
        *_trimmed(reshaping),
        *upstream(case, reshaping),
        *no_reshape(case, reshaping),
    ]
    unique = {fix.edits: fix for fix in sorted(found, key=lambda fix: fix.likelihood)}
    return tuple(sorted(unique.values(), key=lambda fix: -fix.likelihood)[:_MOST])


def _fits(reshaping: Reshaping, target: list[int]) -> bool:
    have, want = have_of(reshaping), count(target)
    if target.count(-1) > 1 or not want:
        return False
    return have % want == 0 if -1 in target else have == want


def _edit(
    reshaping: Reshaping, axis: int, text: str, title: str, repair: RepairClass, likelihood: float
) -> Iterator[Fix]:
    if axis >= len(reshaping.elements):
        return
    editor = Editor(reshaping.file).replace(reshaping.elements[axis], text)
    fix = make_fix(editor, title, repair_class=repair, likelihood=max(likelihood, 0.1))
    if fix is not None:
        yield fix


def _without_batch(reshaping: Reshaping) -> Iterator[Fix]:
    """A layer's target that begins with the batch axis."""
    rest = target_of(reshaping)[1:]
    if reshaping.layer is None or not rest or not _fits(reshaping, rest):
        return
    if isinstance(reshaping.container, ast.Tuple | ast.List) and reshaping.elements:
        texts = [reshaping.text(axis) for axis in range(1, len(reshaping.elements))]
        editor = Editor(reshaping.file).replace(
            reshaping.container, f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
        )
        title = "Leave the batch axis out of the target: Reshape keeps it by itself"
        fix = make_fix(editor, title, repair_class=RepairClass.A, likelihood=0.93)
        if fix is not None:
            yield fix


def _without_factor(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """`28 * 28 * 28` with one factor too many."""
    for axis, element in enumerate(reshaping.elements):
        factors = factors_of(element)
        value = reshaping.target[axis]
        if len(factors) < 2 or value is None:
            continue
        for index in range(len(factors) - 1, -1, -1):
            rest = [each for at, each in enumerate(factors) if at != index]
            text = " * ".join(reshaping.file.segment(each) for each in rest)
            size = _value(case, reshaping, rest)
            target = target_of(reshaping)
            target[axis] = size or 0
            if size is None or not _fits(reshaping, target):
                continue
            dropped = reshaping.file.segment(factors[index])
            title = f"Take the factor {dropped} out: {text} = {size} elements"
            yield from _edit(reshaping, axis, text, title, RepairClass.A, 0.95)
            break


def factors_of(node: ast.expr) -> list[ast.expr]:
    """Return the factors of a product; the expression itself when it is none.

    >>> [ast.unparse(each) for each in factors_of(ast.parse("a * 2 * (b + 1)").body[0].value)]
    ['a', '2', 'b + 1']
    """
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return [*factors_of(node.left), *factors_of(node.right)]
    return [node]


def _value(case: Case, reshaping: Reshaping, factors: list[ast.expr]) -> int | None:
    values = [evaluate(case, factor, reshaping.frame) for factor in factors]
    return math.prod(values) if all(type(value) is int for value in values) else None


def _other_size(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """One axis of the target with the size that fits."""
    target, have = target_of(reshaping), have_of(reshaping)
    for axis, element in enumerate(reshaping.elements):
        if target[axis] == -1:
            continue
        if -1 in target:
            others = count([size for at, size in enumerate(target) if at != axis])
            sizes = divisors_near(have // others, target[axis]) if have % others == 0 else ()
        else:
            fitting = fitting_size(have, target, axis)
            sizes = () if fitting is None else (fitting,)
        for rank, size in enumerate(each for each in sizes if each > 1 or -1 not in target):
            likelihood = suspicion(reshaping, axis) - 0.15 * rank + 0.01 * axis
            if -1 in target:
                likelihood -= 0.1 if reshaping.per_sample else 0.35
            text = _text_for(case, reshaping, axis, size)
            old = reshaping.file.segment(element)
            if text.isdigit() and not old.isdigit():
                likelihood -= 0.2  # a name said what the axis is; a bare number says nothing
            elif text.isidentifier() or "." in text:
                likelihood += 0.07
            shown = text if text.isdigit() else f"{text} (= {size})"
            title = f"Use {shown} instead of {old} in the target"
            yield from _edit(reshaping, axis, text, title, RepairClass.B, likelihood)


def _text_for(case: Case, reshaping: Reshaping, axis: int, size: int) -> str:
    given = reshaping.file.segment(reshaping.given) if reshaping.given is not None else ""
    if (
        not reshaping.per_sample
        and axis == 0
        and reshaping.sizes[0] == size
        and given.isidentifier()
    ):
        return f"{given}.shape[0]"
    names = named_values(case, reshaping.file, reshaping.elements[axis], size) if size > 1 else []
    width = made_by(case, reshaping)
    told = width[1].file.segment(width[1].node) if width and width[1] else ""
    if told in names and reshaping.sizes[-1] == size:
        return told
    settings = [name for name in names if "." in name and "shape" not in name]
    own = [name for name in settings if name.startswith("self.")] or settings
    if len(own) == 1 and reshaping.per_sample:
        return own[0]
    return _product_text(reshaping, size) or str(size)


def _product_text(reshaping: Reshaping, size: int) -> str:
    """`28 * 28` for 784, where these are the last axes of what came in."""
    sizes = reshaping.sizes if reshaping.per_sample else reshaping.sizes[1:]
    known = [each for each in sizes if each is not None]
    if len(known) > 1 and count(known) == size:
        return " * ".join(map(str, known))
    return ""


def _channels_kept(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """The last axis as it comes in, and the one before it left open."""
    last = reshaping.sizes[-1] if len(reshaping.sizes) > 1 else None
    elements = reshaping.elements
    if (
        last is None
        or reshaping.is_open
        or len(elements) < 2
        or reshaping.target[-1] == last
        or not reshaping.per_sample
    ):
        return
    target = [*target_of(reshaping)[:-2], -1, last]
    if not _fits(reshaping, target):
        return
    text = _text_for(case, reshaping, len(elements) - 1, last)
    editor = Editor(reshaping.file).replace(elements[-1], text)
    if reshaping.target[-2] != -1:
        editor.replace(elements[-2], "-1")
    title = f"Keep the last axis as it comes in, {text} = {last}, and leave the other one open (-1)"
    likelihood = 0.75 if -1 not in reshaping.target else 0.4
    fix = make_fix(editor, title, likelihood=likelihood)
    if fix is not None:
        yield fix


def _single(reshaping: Reshaping) -> Iterator[int]:
    """The axes of which another size alone would do."""
    for axis in range(len(reshaping.target)):
        if fitting_size(have_of(reshaping), target_of(reshaping), axis) is not None:
            yield axis


def _open_axis(reshaping: Reshaping) -> Iterator[Fix]:
    """-1 for the axis that does not fit."""
    target = target_of(reshaping)
    if -1 in target or reshaping.is_open or not reshaping.elements:
        return
    for axis in sorted(_single(reshaping), key=lambda each: -suspicion(reshaping, each)):
        needed = fitting_size(have_of(reshaping), target, axis)
        if needed == 1:
            continue
        title = f"Let Keras work out axis {axis}: -1 gives {needed}"
        if not reshaping.per_sample:
            title = f"Let axis {axis} be worked out: -1 gives {needed}"
        likelihood = suspicion(reshaping, axis) + (0.04 if axis == 0 else -0.05)
        yield from _edit(reshaping, axis, "-1", title, RepairClass.B, likelihood)


def _trimmed(reshaping: Reshaping) -> Iterator[Fix]:
    """Leave the rows out that fill no whole block."""
    target, have = target_of(reshaping), have_of(reshaping)
    given = reshaping.given
    if reshaping.per_sample or given is None or target[:1] != [-1]:
        return
    block, first = count(target), reshaping.sizes[0] if reshaping.sizes else None
    row = count(reshaping.sizes[1:])
    if first is None or not row or block % row or have < block:
        return
    rows = block // row
    keep = first // rows * rows
    text = reshaping.file.segment(given)
    editor = Editor(reshaping.file).replace(given, f"{text}[: len({text}) // {rows} * {rows}]")
    title = f"Use the first {keep} of {first} only: {first - keep} fill no whole block of {rows}"
    fix = make_fix(editor, title, repair_class=RepairClass.B, likelihood=0.55)
    if fix is not None:
        yield fix
