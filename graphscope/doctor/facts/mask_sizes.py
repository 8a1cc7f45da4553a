"""Where the length of a mask is written, and what may stand there instead."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from graphscope.doctor.case import Case
from graphscope.doctor.findings import Fix, Place
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.names import frames_in, named_values
from graphscope.doctor.origins import Origin, evaluate, trace_value
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile

CUTTING = "Use the first"
"""How titles of fixes begin that take a part of an array."""


@dataclass(frozen=True, slots=True, eq=False)
class WrittenSize:
    """The expressions of one statement that give an array its size."""

    file: SourceFile
    nodes: list[ast.expr]
    size: int

    @property
    def place(self) -> Place:
        """The first one's line."""
        return Place(self.file.path, self.nodes[0].lineno)

    @property
    def text(self) -> str:
        """The first one's source."""
        return self.file.segment(self.nodes[0])


def written_sizes(
    case: Case, file: SourceFile, node: ast.expr, frame: Frame, size: int
) -> list[WrittenSize]:
    """Return where a size is written in the statements that made an array, nearest first.

    Args:
        case: the case.
        file, node, frame: the expression that stands for the array.
        size: the size that is looked for.
    """
    found: dict[int, WrittenSize] = {}
    while isinstance(node, ast.Subscript):  # a part of an array, or the array with another axis
        node = node.value
    for step in trace_value(case, node, frame, file=file).walk():
        if step.file is None or not isinstance(step.node, ast.expr):
            continue
        if not case.program.is_own(step.file.path):
            continue
        nodes = [*_with_size(case, step.file, step.node, size)]
        if nodes and id(nodes[0]) not in found and isinstance(step.node, ast.Call):
            found[id(nodes[0])] = WrittenSize(step.file, nodes, size)
    return list(found.values())


def _with_size(case: Case, file: SourceFile, node: ast.expr, size: int) -> Iterator[ast.expr]:
    """Yield the outermost parts of an expression that have a value."""
    frame = next((each for each, _ in frames_in(case, file, node)), None)
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, ast.expr) and part is not node:
            value = part.value if isinstance(part, ast.Constant) else evaluate(
                case, part, frame, file=file
            )  # fmt: skip
            if type(value) is int and value == size:
                yield part
                continue
        waiting += ast.iter_child_nodes(part)


def resized(
    case: Case, written: WrittenSize, needed: int, likelihood: float, what: str = "the mask is"
) -> Iterator[Fix]:
    """Yield the edits that give an array another size."""
    texts = named_values(case, written.file, written.nodes[0], needed)[:1]
    difference = needed - written.size
    simple = isinstance(written.nodes[0], ast.Name | ast.Attribute)
    if simple and 0 < abs(difference) <= 2:
        texts.append(f"{written.text} {'+' if difference > 0 else '-'} {abs(difference)}")
    texts = texts or [str(needed)]
    for rank, text in enumerate(texts):
        editor = Editor(written.file)
        for node in written.nodes:
            editor.replace(node, text)
        fix = make_fix(
            editor,
            f"Use {text} instead of {written.text}, so that {what} for {needed} steps",
            likelihood=likelihood - 0.04 * rank,
        )
        if fix is not None:
            yield fix


def size_origin(
    case: Case, file: SourceFile, node: ast.expr, frame: Frame, size: int
) -> Origin | None:
    """Return where the number came from that gave an array a size, on the way that made it."""
    while isinstance(node, ast.Subscript):
        node = node.value
    for step in trace_value(case, node, frame, file=file).walk():
        if type(step.value) is int and step.value == size and step.places:
            return step
    return None


def without_addend(case: Case, origin: Origin, needed: int, purpose: str) -> Iterator[Fix]:
    """Yield the edit that leaves out what was added to, or taken from, the needed size."""
    for step in origin.chain():
        node, file = step.node, step.file
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add | ast.Sub):
            continue
        if file is None or not isinstance(node.right, ast.Constant):
            continue
        added, size = node.right.value, step.value
        if not isinstance(added, int) or not isinstance(size, int):
            continue
        rest = size - added if isinstance(node.op, ast.Add) else size + added
        if rest == needed and case.program.is_own(file.path):
            text = file.segment(node.left)
            fix = make_fix(
                Editor(file).replace(node, text),
                f"Use {text} instead of {file.segment(node)} {purpose}",
                likelihood=0.94,
            )
            if fix is not None:
                yield fix
        return


def ranked(case: Case, fixes: Iterable[Fix], best: float) -> Iterator[Fix]:
    """Yield fixes of one size, those outside of the layer's own methods first."""
    judged = sorted((outside_first(case, fix) for fix in fixes), key=lambda fix: -fix.likelihood)
    inside = [fix for fix in judged if _is_inside(case, fix)]
    outside = [fix for fix in judged if not _is_inside(case, fix)]
    for rank, fix in enumerate([*outside[:3], *inside[:2]]):
        yield replace(fix, likelihood=best - 0.06 * rank - (0.15 if fix in inside else 0))


def _is_inside(case: Case, fix: Fix) -> bool:
    edit = fix.edits[0]
    file = case.program.file(edit.file)
    statement = file.statement_on(edit.line) if file else None
    return file is not None and statement is not None and file.class_of(statement) is not None


def outside_first(case: Case, fix: Fix) -> Fix:
    """Prefer the length that a layer is made with to what its own methods do with it.

    Whatever else the layer makes from the same length must grow with it.
    """
    if not _is_inside(case, fix) or fix.title.startswith(CUTTING):
        return fix
    return replace(fix, likelihood=fix.likelihood - 0.25)
