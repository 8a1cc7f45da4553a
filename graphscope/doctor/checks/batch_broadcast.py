"""`y - pred` with (batch,) and (batch, 1): every example is held against every other one."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from graphscope.doctor.case import Case
from graphscope.doctor.checks._files import own_files
from graphscope.doctor.checks._shapes import Shapes, function_name
from graphscope.doctor.findings import Diagnosis, Evidence, Fix, Place, RepairClass, Severity
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.records import LossRecord, Shape
from graphscope.doctor.source import Editor, SourceFile, refer_to

ID = "batch-broadcast"

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div)
_FUNCTIONS = frozenset({"subtract", "multiply", "squared_difference", "add", "divide"})


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Look at the elementwise operations of functions whose shapes are known."""
    for file in own_files(case):
        if not case.program.is_own(file.path):
            continue
        shapes = Shapes(case, file, _given_to_losses(case, file))
        for node in ast.walk(file.tree):
            pair = _operands(node)
            if pair is None or not isinstance(node, ast.expr):
                continue
            first, second = (shapes.of(each) for each in pair)
            if first is not None and second is not None and crosses(first, second):
                yield _tell(case, file, node, pair, (first, second))


def _operands(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    if isinstance(node, ast.BinOp) and isinstance(node.op, _OPERATORS):
        return node.left, node.right
    if isinstance(node, ast.Call) and function_name(node) in _FUNCTIONS and len(node.args) == 2:
        return node.args[0], node.args[1]
    return None


def crosses(first: Shape, second: Shape) -> bool:
    """Whether (batch,) meets (batch, 1), so that the batch axis of one meets the 1 of the other.

    >>> crosses((None,), (None, 1)), crosses((32, 1), (32,)), crosses((3,), (32, 1))
    (True, True, False)
    """
    short, long = sorted((first, second), key=len)
    if (len(short), len(long)) != (1, 2) or long[1] != 1:
        return False
    return short[0] == long[0] and short[0] != 1


def _given_to_losses(case: Case, file: SourceFile) -> Mapping[tuple[ast.AST, str], Shape]:
    """Return the shapes that the user's own losses and metrics were called with."""
    found: dict[tuple[ast.AST, str], Shape] = {}
    for record in case.recording.losses:
        for function, names in _functions(record, file):
            for name, spec in zip(names, (record.target, record.prediction), strict=False):
                if spec is not None and spec.shape is not None:
                    found[function, name] = spec.shape
    return found


def _functions(record: LossRecord, file: SourceFile) -> Iterator[tuple[ast.AST, list[str]]]:
    """Yield the function of a loss class of the user's; plain functions are given equal ranks."""
    method = getattr(type(record.function), "call", None)
    code = getattr(method, "__code__", None)
    if code is None or code.co_filename != file.path:
        return
    for node in file.functions(code.co_name):
        lines = [node.lineno, *(each.lineno for each in node.decorator_list)]
        if code.co_firstlineno in lines:
            yield node, [each.arg for each in node.args.args[1:3]]


def _tell(
    case: Case,
    file: SourceFile,
    node: ast.expr,
    pair: tuple[ast.expr, ast.expr],
    shapes: tuple[Shape, Shape],
) -> Diagnosis:
    place = Place(file.path, node.lineno)
    texts = [file.segment(each) for each in pair]
    size = shapes[0][0]
    batch = "n" if size is None else str(size)
    flat, column = (0, 1) if len(shapes[0]) == 1 else (1, 0)
    what = file.segment(node)
    rank = [_told(shape, batch) for shape in shapes]
    return Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        f"{what} at {case.program.relative(file.path)}:{node.lineno} broadcasts: {texts[0]} has "
        f"shape {rank[0]} and {texts[1]} {rank[1]}, so the {_result(node)} is a matrix "
        f"({batch}, {batch}), every example against every other one, not ({batch},).\n"
        f"Aligned from the right, the batch axis of {texts[flat]} (rank 1, 1D) meets the axis of "
        f"size 1 of {texts[column]}; no error is raised, and the loss averages over wrong pairs.\n"
        f"Give both the same rank: squeeze the last axis of {texts[column]} "
        f"(`[:, 0]`), or reshape {texts[flat]} to ({batch}, 1) with `[:, None]`.",
        places=(place,),
        evidence=(
            Evidence("shape", f"{texts[0]}: {rank[0]}, {texts[1]}: {rank[1]}", place),
            Evidence(
                "arithmetic",
                f"{rank[0]} with {rank[1]} broadcasts to ({batch}, {batch})",
                place,
            ),
            Evidence("code", file.line_text(node.lineno), place),
        ),
        fixes=tuple(_fixes(file, pair[flat], pair[column])),
    )


def _told(shape: Shape, batch: str) -> str:
    return f"({batch},)" if len(shape) == 1 else f"({batch}, 1)"


def _fixes(file: SourceFile, flat: ast.expr, column: ast.expr) -> Iterator[Fix]:
    found = [
        make_fix(
            _subscripted(file, flat, "[:, None]"),
            f"Make {file.segment(flat)} a column, (n, 1), with [:, None]",
            repair_class=RepairClass.A,
            likelihood=0.85,
        ),
        make_fix(
            _squeezed(file, column),
            f"Squeeze the last axis of {file.segment(column)}, so that both are (n,)",
            repair_class=RepairClass.A,
            likelihood=0.8,
        ),
    ]
    yield from (fix for fix in found if fix is not None)


def _subscripted(file: SourceFile, node: ast.expr, index: str) -> Editor:
    if isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
        return Editor(file).wrap(node, "", index)
    return Editor(file).wrap(node, "(", f"){index}")


def _squeezed(file: SourceFile, node: ast.expr) -> Editor:
    if isinstance(node, ast.Name):
        return _subscripted(file, node, "[:, 0]")
    reference = refer_to(file, "keras.ops.squeeze")
    return reference.imported(Editor(file)).wrap(node, f"{reference.text}(", ", axis=-1)")


def _result(node: ast.expr) -> str:
    is_difference = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
    return "difference" if is_difference else "result"
