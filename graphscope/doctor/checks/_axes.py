"""Reshapes of arrays read from the source: do they only exchange the sizes of axes?"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.checks._shapes import Shapes
from graphscope.doctor.origins import UNKNOWN, evaluate
from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import definitions_of

_MODULES = {"np", "numpy", "tf", "ops", "jnp"}


@dataclass(frozen=True, slots=True, eq=False)
class Reshaped:
    """A reshape.

    Attributes:
        array: what is reshaped.
        sizes: of its axes, as numbers or as the names that hold them.
        order: the axes in the order of the target; None when it is no mere exchange.
    """

    array: ast.expr
    sizes: tuple[int | str, ...]
    order: tuple[int, ...] | None


def axes_of_reshape(case: Case, file: SourceFile, node: ast.Call) -> Reshaped | None:
    """Return what a call of reshape does to the axes; None for other calls and unknown shapes."""
    if not isinstance(node.func, ast.Attribute) or node.func.attr != "reshape":
        return None
    owner = node.func.value
    if isinstance(owner, ast.Name) and owner.id in _MODULES:
        if len(node.args) < 2:
            return None
        array, given = node.args[0], node.args[1:]
    else:
        array, given = owner, node.args
    target = list(given[0].elts) if len(given) == 1 and isinstance(given[0], _SEQUENCE) else given
    if len(target) < 2 or any(isinstance(each, ast.Starred) for each in target):
        return None
    return _by_names(file, array, list(target)) or _by_sizes(case, file, array, list(target))


_SEQUENCE = (ast.Tuple, ast.List)


def _by_names(file: SourceFile, array: ast.expr, target: list[ast.expr]) -> Reshaped | None:
    """Read `n, c, t = x.shape; x.reshape(n, t, c)` and `x.reshape(x.shape[0], x.shape[2], ...)`."""
    axes = [_axis_named(file, array, each) for each in target]
    known = [axis for axis, _ in axes if axis is not None]
    if len(known) != len(target):
        return None
    rank = next((rank for _, rank in axes if rank), len(target))
    order = tuple(known)
    if rank != len(order) or sorted(order) != list(range(rank)) or order == tuple(range(rank)):
        return None
    names: dict[int, str] = {
        axis: file.segment(each) for axis, each in zip(order, target, strict=True)
    }
    return Reshaped(array, tuple(names[axis] for axis in range(rank)), order)


def _axis_named(file: SourceFile, array: ast.expr, node: ast.expr) -> tuple[int | None, int | None]:
    """Return the axis of the array whose size an expression is, and the rank if it tells."""
    text = file.segment(array)
    if isinstance(node, ast.Subscript) and _is_shape(file, node.value, text):
        index = node.slice
        axis = index.value if isinstance(index, ast.Constant) else None
        return (axis, None) if isinstance(axis, int) else (None, None)
    if isinstance(node, ast.Call) and file.segment(node) == f"len({text})":
        return 0, None
    if not isinstance(node, ast.Name):
        return None, None
    for definition in definitions_of(file, node, node)[:1]:
        statement, value = definition.node, definition.value
        if not isinstance(statement, ast.Assign) or value is None:
            continue
        if file.segment(value) != f"{text}.shape" or not isinstance(
            statement.targets[0], ast.Tuple
        ):
            continue
        names = [ast.unparse(each) for each in statement.targets[0].elts]
        if node.id in names and not _rebound_between(file, text, statement, node):
            return names.index(node.id), len(names)
    return None, None


def _is_shape(file: SourceFile, node: ast.expr, array: str) -> bool:
    """Whether an expression is the shape of an array: `x.shape`, `ops.shape(x)`."""
    text = file.segment(node)
    return text == f"{array}.shape" or text in {f"{each}.shape({array})" for each in _MODULES}


def _rebound_between(file: SourceFile, name: str, start: ast.stmt, end: ast.expr) -> bool:
    body: ast.AST = file.function_of(end) or file.tree
    return any(
        isinstance(each, ast.Name)
        and each.id == name
        and isinstance(each.ctx, ast.Store)
        and start.lineno < each.lineno < end.lineno
        for each in ast.walk(body)
    )


def _by_sizes(
    case: Case, file: SourceFile, array: ast.expr, target: list[ast.expr]
) -> Reshaped | None:
    sizes = _sizes_of(case, file, array)
    wanted = [_value(case, file, each) for each in target]
    if sizes is None or len(sizes) != len(wanted) or len(sizes) < 3:
        return None
    if not all(type(size) is int for size in [*sizes, *wanted]):
        return None
    rest = [index for index, size in enumerate(wanted) if size == -1]
    if len(rest) == 1:
        spare = [size for size in sizes if size not in wanted]
        wanted[rest[0]] = spare[0] if len(spare) == 1 else -1
    if sorted(sizes) != sorted(wanted) or list(sizes) == wanted or sizes[0] != wanted[0]:
        return None
    order = _order(sizes, wanted)
    return Reshaped(array, tuple(sizes), order) if order is not None else None


def _order(sizes: tuple[int, ...], wanted: list[Any]) -> tuple[int, ...] | None:
    """Return the permutation; axes of equal size keep their order; those of size 1 move freely.

    >>> _order((4, 3, 16, 16), [4, 16, 16, 3]), _order((4, 1, 9), [4, 9, 1])
    ((0, 2, 3, 1), None)
    """
    if [size for size in sizes if size != 1] == [size for size in wanted if size != 1]:
        return None
    left = list(range(len(sizes)))
    order = []
    for size in wanted:
        axis = next(each for each in left if sizes[each] == size)
        left.remove(axis)
        order.append(axis)
    return tuple(order)


def _sizes_of(case: Case, file: SourceFile, array: ast.expr) -> tuple[int, ...] | None:
    found = Shapes(case, file).of(array)
    if found is not None:
        return found if None not in found else None  # type: ignore[return-value]
    if file.function_of(array) is None and file.path == case.program.main:
        held = case.globals.get(array.id) if isinstance(array, ast.Name) else None
        once = isinstance(array, ast.Name) and len(definitions_of(file, array, array)) == 1
        stores = [
            each
            for each in ast.walk(file.tree)
            if isinstance(each, ast.Name)
            and isinstance(array, ast.Name)
            and each.id == array.id
            and isinstance(each.ctx, ast.Store)
        ]
        shape = getattr(held, "shape", None)
        if once and len(stores) == 1 and isinstance(shape, tuple):
            return shape
    value = _value(case, file, array)
    shape = getattr(value, "shape", None)
    return shape if isinstance(shape, tuple) and None not in shape else None


def _value(case: Case, file: SourceFile, node: ast.expr) -> Any:
    if isinstance(node, ast.UnaryOp | ast.Constant):
        try:
            return ast.literal_eval(node)
        except ValueError:
            return UNKNOWN
    return evaluate(case, node, None, file=file)
