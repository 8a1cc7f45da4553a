"""Edits that give arrays as many rows as each other: slices, loops, splits, names."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from graphscope.doctor.case import Case
from graphscope.doctor.facts.data_steps import DataStep
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.batch_edits import constant_of
from graphscope.doctor.fixes.data_edits import binds_loosely
from graphscope.doctor.fixes.names import named_values
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """An array that must have as many rows as the others.

    Attributes:
        name: the argument it is given as: `x`, `y`.
        text: how it is written.
        rows: how many it has.
        file, node, frame: the expression at the call.
        steps: what made it, nearest first.
    """

    name: str
    text: str
    rows: int
    file: SourceFile
    node: ast.expr
    frame: Frame
    steps: list[DataStep]


def same_slice(first: Counted, second: Counted) -> Iterator[Fix | None]:
    """Cut the second array as the first one, and the other way round."""
    mine, other = _slice_step(first), _slice_step(second)
    for one, model, gets, counted in (
        (other, mine, second, first), (mine, other, first, second),
    ):  # fmt: skip
        if one is None or model is None:
            continue
        wanted = model.file.segment(_rows_of(model.node))  # type: ignore[arg-type]
        had = one.file.segment(_rows_of(one.node))  # type: ignore[arg-type]
        if wanted == had:
            continue
        yield make_fix(
            Editor(one.file).replace(_rows_of(one.node), wanted),  # type: ignore[arg-type]
            f"Cut {gets.text} as {counted.text}: [{wanted}] instead of [{had}]",
            repair_class=RepairClass.B,
            likelihood=0.9 if gets is second else 0.85,
        )


def _slice_step(counted: Counted) -> DataStep | None:
    for step in counted.steps:
        if _rows_of(step.node) is not None:
            return step
    return None


def _rows_of(node: ast.expr) -> ast.Slice | None:
    """Return the slice of the first axis."""
    if not isinstance(node, ast.Subscript):
        return None
    first = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
    has_bound = isinstance(first, ast.Slice) and (first.lower or first.upper)
    return first if isinstance(first, ast.Slice) and has_bound else None


def same_loop(counted: Counted, other: Counted) -> Iterator[Fix | None]:
    """Let the loop that collected one array run as often as the other's."""
    more = other.rows - counted.rows
    if abs(more) > 2:
        return
    for file, stop in _stops(counted):
        text, plain = _shifted(file, stop, more)
        yield make_fix(
            Editor(file).replace(stop, text),
            f"Let the loop for {counted.text} run "
            f"{'once more' if more == 1 else 'once less' if more == -1 else f'{more:+d} times'}, "
            f"{other.rows} times: up to {text} instead of {file.segment(stop)}",
            repair_class=RepairClass.B,
            likelihood=0.92 if plain else 0.8,
        )
        return


def _stops(counted: Counted) -> Iterator[tuple[SourceFile, ast.expr]]:
    """Yield the ends of the ranges over which an array was collected."""
    for step in counted.steps:
        loops: list[ast.expr] = [
            each.iter for each in step.file.ancestors(step.node) if isinstance(each, ast.For)
        ]
        loops += [
            generator.iter
            for each in ast.walk(step.node)
            if isinstance(each, ast.ListComp | ast.GeneratorExp)
            for generator in each.generators[:1]
        ]
        for loop in loops:
            if not isinstance(loop, ast.Call) or not loop.args:
                continue
            if function_name(loop) in {"range", "arange"}:
                yield step.file, loop.args[0 if len(loop.args) == 1 else 1]


def _shifted(file: SourceFile, stop: ast.expr, more: int) -> tuple[str, bool]:
    """Return an end moved by some steps, and whether a number of it simply went away."""
    text = file.segment(stop)
    if isinstance(stop, ast.BinOp) and isinstance(stop.op, ast.Sub | ast.Add):
        number = constant_of(stop.right)
        if isinstance(number, int):
            signed = number if isinstance(stop.op, ast.Add) else -number
            left, total = file.segment(stop.left), signed + more
            if total == 0:
                return left, True
            return f"{left} {'+' if total > 0 else '-'} {abs(total)}", False
    return f"{text} {'+' if more > 0 else '-'} {abs(more)}", False


def name_that_fits(case: Case, counted: Counted, rows: int, method: str) -> Iterator[Fix | None]:
    """Hand over another variable of the right length, with a name alike."""
    if not isinstance(counted.node, ast.Name) or not case.program.is_own(counted.file.path):
        return
    own = shape_of(counted.frame.locals.get(counted.node.id)) or shape_of(
        counted.frame.globals.get(counted.node.id)
    )
    stem = counted.node.id.lower().split("_")[0]
    for name, value in {**counted.frame.globals, **counted.frame.locals}.items():
        shape = shape_of(value)
        if name == counted.node.id or shape is None or own is None or not shape:
            continue
        alike = name.lower().split("_")[0] == stem and shape[1:] == own[1:]
        if alike and shape[0] == rows:
            trains = "train" in name.lower()
            if trains != (method in ("fit", "train_on_batch")):
                continue
            yield make_fix(
                Editor(counted.file).replace(counted.node, name),
                f"Hand over {name}, which has {rows} rows, instead of {counted.text}",
                repair_class=RepairClass.B,
                likelihood=0.95,
            )


def all_shortened(case: Case, found: list[Counted]) -> Fix | None:
    """Cut all arrays that are longer than the shortest, where there are several."""
    rows = min(each.rows for each in found)
    longer = [each for each in found if each.rows > rows]
    if len(longer) < 2 or not all(case.program.is_own(each.file.path) for each in longer):
        return None
    editor = Editor(longer[0].file)
    for each in longer:
        if each.file is not editor.file:
            return None
        loose = binds_loosely(each.node)
        editor.wrap(each.node, "(" if loose else "", f"{')' if loose else ''}[:{rows}]")
    return make_fix(
        editor,
        f"Cut {', '.join(each.text for each in longer)} to {rows} rows",
        repair_class=RepairClass.C,
        likelihood=0.55,
    )


def shortened(case: Case, longer: Counted, rows: int) -> Iterator[Fix | None]:
    """Cut the longer array: by what is missing at its front, or at its end."""
    if not case.program.is_own(longer.file.path):
        return
    surplus = longer.rows - rows
    names = named_values(case, longer.file, longer.node, surplus)
    before = "(" if binds_loosely(longer.node) else ""
    after = ")" if before else ""
    if names:
        yield make_fix(
            Editor(longer.file).wrap(longer.node, before, f"{after}[{names[0]}:]"),
            f"Leave out the first {surplus} ({names[0]}) of {longer.text}",
            repair_class=RepairClass.B,
            likelihood=0.6,
        )
    yield make_fix(
        Editor(longer.file).wrap(longer.node, before, f"{after}[:{rows}]"),
        f"Cut {longer.text} to {rows} rows",
        repair_class=RepairClass.C,
        likelihood=0.4,
    )
