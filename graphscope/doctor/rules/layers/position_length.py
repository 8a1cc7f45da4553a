"""Positional embeddings, encodings or biases for another number of steps than the sequence has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing
from graphscope.doctor.facts.home import revived
from graphscope.doctor.facts.mask_sizes import (
    CUTTING,
    WrittenSize,
    outside_first,
    ranked,
    resized,
    size_origin,
    without_addend,
    written_sizes,
)
from graphscope.doctor.facts.operands import Operand, is_variable
from graphscope.doctor.facts.product import operands_at, origin_of
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.expressions import arithmetic_fixes
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.origins import Origin, as_evidence, describe, trace_value
from graphscope.doctor.records import Shape
from graphscope.doctor.source import Editor
from graphscope.doctor.wording import at, distinct, label, shape

ID = "positions-of-other-length"


@dataclass(frozen=True, slots=True, eq=False)
class _Sum:
    """A sequence and what is added to each of its steps."""

    failing: Failing
    steps: Operand
    table: Operand

    @property
    def lengths(self) -> tuple[int, int]:
        """The number of steps of the sequence, and of the table."""
        one, other = self.steps.shape[-2], self.table.shape[-2]
        assert one is not None and other is not None
        return one, other


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Find a sum of a batch of sequences and a table without a batch, of another length."""
    found = failing(case)
    context = case.failure.layer_call if case.failure else None
    if found is None or context is None:
        return
    found = Failing(case, found.file, found.node, revived(found.frame, context))
    nodes = ast.walk(found.node) if isinstance(found.node, ast.stmt) else [found.node]
    for node in nodes:
        added = _sum(case, Failing(case, found.file, node, found.frame)) if isinstance(
            node, ast.expr
        ) else None  # fmt: skip
        if added is not None:
            yield _diagnosis(case, added)
            return


def _sum(case: Case, found: Failing) -> _Sum | None:
    node = found.node
    context = case.failure.layer_call if case.failure else None
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.left, node.right]
    elif isinstance(node, ast.Call) and len(node.args) == 2:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        parts = list(node.args) if name == "add" else []
    operands = operands_at(case, found, parts, context)
    one, other = operands if len(operands) == 2 else (None, None)
    if one is None or other is None:
        return None
    for steps, table in ((one, other), (other, one)):
        if _is_sequence(steps.shape) and _is_table(steps, table):
            return _Sum(found, steps, table)
    return None


def _is_sequence(sizes: Shape) -> bool:
    return len(sizes) == 3 and sizes[-2] is not None


def _is_table(steps: Operand, table: Operand) -> bool:
    """Whether a tensor has no batch of its own, the sequence's width and another length."""
    sizes = table.shape
    without_batch = len(sizes) == 2 or (len(sizes) == 3 and sizes[0] == 1 != steps.shape[0])
    return (
        without_batch
        and sizes[-1] == steps.shape[-1]
        and sizes[-2] not in (None, 1, steps.shape[-2])
    )


def _diagnosis(case: Case, added: _Sum) -> Diagnosis:
    context = case.failure.layer_call if case.failure else None
    layer = context.operation if context else None
    length, has = added.lengths
    origins = [
        origin_of(case, added.table, len(added.table.shape) - 2),
        origin_of(case, added.steps, len(added.steps.shape) - 2),
    ]
    origins[0] = origins[0] or _of_array(case, added, has)
    made = _made(case, added, has) if not is_variable(added.table.tensor) else []
    found = sorted(_fixes(case, added, origins[0], made), key=lambda each: -each.likelihood)
    fixes = list({fix.edits: fix for fix in reversed(found)}.values())[::-1]
    told = [each for each in origins if each is not None]
    lines = [f"{each.value} comes from {describe(case, each)[:240]}." for each in told]
    if origins[0] is None and made:
        lines.insert(0, f"{has} is the length {made[0].text}{at(case, made[0].place)}.")
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.96,
        f"`{added.failing.text}`{at(case, added.failing.place)}"
        f"{' in ' + label(layer) if layer is not None else ''} adds {added.table.text} "
        f"{shape(added.table.shape)}, a table of {has} positions, to {added.steps.text} "
        f"{shape(added.steps.shape)}, a sequence of {length} steps: {has} versus {length}.\n"
        + "\n".join(lines)
        + f"\nMake as many positions as the sequence has steps ({length}"
        + (f", {_why(added)}" if _why(added) else "")
        + "), or take them from the input's own length.",
        places=distinct(
            [*(line for fix in fixes[:1] for line in fix.places),
             *(each.place for each in made[:1]),
             *(line for each in told for line in each.places), added.failing.place]
        ),
        layer=getattr(layer, "name", None),
        evidence=(
            Evidence("shape", f"{added.steps.text}: {shape(added.steps.shape)}",
                     added.failing.place),
            Evidence("shape", f"{added.table.text}: {shape(added.table.shape)}",
                     added.failing.place),
            *(fact for each in told for fact in as_evidence(case, each)),
            *(Evidence("origin", f"{has} <- {each.text}", each.place) for each in made[:2]),
        ),
        fixes=tuple(fixes),
    )  # fmt: skip


def _why(added: _Sum) -> str:
    length, has = added.lengths
    if length == has + 1:
        return "one more than the table: a class token stands before the others"
    return ""


def _of_array(case: Case, added: _Sum, has: int) -> Origin | None:
    """A table of numbers: what fixed its length is on the way that it was computed."""
    node, frame = added.table.node, added.table.frame
    if node is None or frame is None:
        return None
    return size_origin(case, added.failing.file, node, frame, has)


def _made(case: Case, added: _Sum, has: int) -> list[WrittenSize]:
    node, frame = added.table.node, added.table.frame
    if node is None or frame is None:
        return []
    found = [*written_sizes(case, added.failing.file, node, frame, has)]
    # `embedding(positions)` is as long as the positions that it is given.
    if isinstance(node, ast.Call):
        for argument in node.args:
            found += written_sizes(case, added.failing.file, argument, frame, has)
    return found


def _fixes(
    case: Case, added: _Sum, origin: Origin | None, made: list[WrittenSize]
) -> Iterator[Fix]:
    length, has = added.lengths
    purpose = f"so that there are {length} positions"
    if origin is not None:
        yield from without_addend(case, origin, length, purpose)
        yield from list(arithmetic_fixes(case, origin, length, purpose=purpose))[:1]
        yield from ranked(case, toward(case, origin, length, purpose=purpose, limit=8), 0.9)
    for written in made[:1]:
        size = trace_value(case, written.nodes[0], added.failing.frame, file=written.file)
        if size.value == has:
            yield from without_addend(case, size, length, purpose)
            yield from ranked(case, toward(case, size, length, purpose=purpose, limit=8), 0.9)
        found = resized(case, written, length, 0.7, what="the positions are")
        yield from (outside_first(case, fix) for fix in found)
    if has > length and added.table.node is not None:
        yield from _cut(case, added, length)


def _cut(case: Case, added: _Sum, length: int) -> Iterator[Fix]:
    """Of more positions than steps, the first ones are used."""
    node, file = added.table.node, added.failing.file
    if node is None or not case.program.is_own(file.path):
        return
    source = file.segment(node)
    source = f"({source})" if isinstance(node, ast.BinOp) else source
    sizes = [each for each in named_values(case, file, node, length) if ".shape[" in each]
    text = sizes[0] if sizes else str(length)
    index = f"[:, :{text}]" if len(added.table.shape) == 3 else f"[:{text}]"
    fix = make_fix(
        Editor(file).replace(node, source + index),
        f"{CUTTING} {length} of the {added.table.shape[-2]} positions",
        # A table that is much longer is one for the longest sequence.
        likelihood=0.92 if (added.table.shape[-2] or 0) > length + 2 else 0.7,
    )
    if fix is not None:
        yield fix
