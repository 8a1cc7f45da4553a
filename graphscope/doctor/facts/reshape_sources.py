"""Edits elsewhere that make a reshape's counts agree: what was handed over, what came in."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import replace

from graphscope.doctor.case import Case
from graphscope.doctor.facts.counting import count, fitting_size, neighbours
from graphscope.doctor.facts.reshaping import Reshaping, made_by
from graphscope.doctor.findings import Fix
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.layers import remove
from graphscope.doctor.fixes.retuning import retune
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import trace_value
from graphscope.doctor.source import Editor
from graphscope.doctor.source.definitions import definitions_of


def target_of(reshaping: Reshaping) -> list[int]:
    """Return the target, with -1 for what is not known."""
    return [size if size is not None else -1 for size in reshaping.target]


def have_of(reshaping: Reshaping) -> int:
    """Return how many elements came in."""
    return count(reshaping.sizes)


def handed_over(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """A size that a caller passed: the caller may have passed the wrong one."""
    target = target_of(reshaping)
    if -1 in target:
        return
    for axis, element in enumerate(reshaping.elements):
        needed = fitting_size(have_of(reshaping), target, axis)
        if not isinstance(element, ast.Name) or needed is None:
            continue
        origin = trace_value(case, element, reshaping.frame)
        definitions = definitions_of(reshaping.file, element, element)
        if any(each.kind == "parameter" for each in definitions):
            likelihood = suspicion(reshaping, axis) + 0.1
            yield from toward(case, origin, needed, purpose="", likelihood=likelihood, limit=2)


def setting_that_divides(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """Another setting of the program, of similar size, with which the rows divide."""
    target, have = target_of(reshaping), have_of(reshaping)
    if -1 not in target:
        return
    for axis, element in enumerate(reshaping.elements):
        size = target[axis]
        others = count([each for at, each in enumerate(target) if at != axis])
        if size <= 1 or not isinstance(element, ast.Name | ast.Attribute) or not others:
            continue
        origin = trace_value(case, element, reshaping.frame)
        for name, value in settings_like(reshaping, size):
            if have % (others * value) == 0:
                purpose = f"as {name}, which divides {have // others}"
                found = toward(case, origin, value, purpose=purpose, likelihood=0.8, limit=3)
                # The setting is right, so the number beside it is wrong, not the one who left it.
                yield from (
                    replace(fix, likelihood=0.85) if fix.places[0] == origin.end.place else fix
                    for fix in found
                )
                break


def settings_like(reshaping: Reshaping, size: int) -> list[tuple[str, int]]:
    """Return the module's constants of about a size, the nearest first."""
    known = {
        name: value
        for name, value in reshaping.frame.globals.items()
        if type(value) is int and value != size and size / 3 <= value <= size * 3 and value > 1
    }
    return sorted(known.items(), key=lambda each: abs(each[1] - size))


def upstream(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """Another width of the layer that made the last axis."""
    made = made_by(case, reshaping)
    parameter = made[1] if made else None
    if made is None or parameter is None:
        return
    layer = made[0]
    have, target = reshaping.sizes[-1] or 0, target_of(reshaping)
    others, want = count(reshaping.sizes[:-1]), count(target)
    if -1 in target:
        sizes = neighbours(have, want // math.gcd(want, others))
    else:
        sizes = (want // others,) if others and want % others == 0 else ()
    for rank, size in enumerate(sizes):
        likelihood = (0.8 if -1 in target else 0.6) - 0.3 * rank
        purpose = f"so that {layer.name} gives {others * size} elements"
        whole = " * ".join(reshaping.text(axis) for axis in range(len(reshaping.elements)))
        fixes = toward(
            case, parameter.origin, size, purpose=purpose, likelihood=likelihood, limit=2
        )
        is_computed = isinstance(parameter.node, ast.BinOp)
        solved = retune(
            case, parameter.origin, size, likelihood=likelihood + (0.1 if is_computed else 0)
        )
        if isinstance(parameter.node, ast.BinOp) and others == 1 and -1 not in target:
            editor = Editor(parameter.file).replace(parameter.node, whole)
            product = make_fix(
                editor, f"Give {layer.name} {whole} = {size} units", likelihood=likelihood
            )
            fixes = [product] if product else fixes
        if solved is not None and (is_computed or not fixes):
            fixes = [solved, *fixes]
        yield from fixes


def no_reshape(case: Case, reshaping: Reshaping) -> Iterator[Fix]:
    """A reshape that keeps the rank may not be needed at all."""
    if reshaping.layer is None or len(reshaping.sizes) != len(reshaping.target):
        return
    title = f"Take the Reshape out: what comes in has rank {len(reshaping.sizes) + 1} already"
    fix = remove(case, reshaping.layer, title=title, likelihood=0.4)
    if fix is not None:
        yield fix


def suspicion(reshaping: Reshaping, axis: int) -> float:
    """How likely it is that an axis of the target is the wrong one."""
    size = reshaping.target[axis]
    element = reshaping.elements[axis] if axis < len(reshaping.elements) else None
    if isinstance(element, ast.Call):
        return 0.5  # counted from something, not written down
    if size in reshaping.sizes and reshaping.target.count(size) <= reshaping.sizes.count(size):
        return 0.35
    return 0.7 if len(reshaping.elements) > 1 else 0.85
