"""Results of a call that are unpacked in another order than they are returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from graphscope.doctor.facts.data_steps import DataStep
from graphscope.doctor.facts.failing import function_name
from graphscope.doctor.facts.looking import look, shape_of
from graphscope.doctor.findings import Fix, Place, RepairClass
from graphscope.doctor.fixes.arguments import make_fix
from graphscope.doctor.fixes.cardinality_edits import Counted
from graphscope.doctor.origins import Origin
from graphscope.doctor.records import Frame
from graphscope.doctor.source import Editor, SourceFile


@dataclass(frozen=True, slots=True, eq=False)
class WrongOrder:
    """Results of a call that are taken in another order than it returns them.

    Attributes:
        file, statement: the assignment.
        call: what is called.
        names: on the left, as they ought to stand.
    """

    file: SourceFile
    statement: ast.Assign
    call: ast.Call
    names: list[str]

    @property
    def place(self) -> Place:
        """The line of the assignment."""
        return Place(self.file.path, self.statement.lineno)

    def fix(self) -> Fix | None:
        """Put the names in the order of the results."""
        names = ", ".join(self.names)
        return make_fix(
            Editor(self.file).replace(self.statement.targets[0], names),
            f"Take the results in the order in which {function_name(self.call)} returns them: "
            f"{names}",
            repair_class=RepairClass.A,
            likelihood=0.97,
        )


def split_in_wrong_order(first: Counted, second: Counted) -> WrongOrder | None:
    """Find a call whose results are unpacked so that two of them changed places.

    Of several that hand on the same results, the one whose order is known for certain counts.
    """
    for step in (*first.steps, *second.steps):
        pairs = _pairs_changed_places(step)
        if pairs is not None:
            return pairs
    found = [
        order
        for step in (*first.steps, *second.steps)
        if (order := _changed_places(step, first, second)) is not None
    ]
    certain = [each for each in found if function_name(each.call) == "train_test_split"]
    return next(iter([*certain, *found]), None)


def _changed_places(step: DataStep, first: Counted, second: Counted) -> WrongOrder | None:
    unpacking = _unpacking(step)
    if unpacking is None:
        return None
    statement, target, call = unpacking
    mine, other = _index(target, first), _index(target, second)
    if mine is None or other is None or mine == other:
        return None
    names = [step.file.segment(each) for each in target.elts]
    halves = function_name(call) == "train_test_split" and mine // 2 == other // 2
    for index, element in enumerate(target.elts):
        rows = _rows_in(element, step.frame)
        is_mate = index not in (mine, other) and (rows == first.rows or (rows is None and halves))
        if is_mate and _columns_differ(target, mine, index, step.frame):
            names[other], names[index] = names[index], names[other]
            return WrongOrder(step.file, statement, call, names)
    return None


def _pairs_changed_places(step: DataStep) -> WrongOrder | None:
    """Find `(a, b), (c, d) = f()` where the rows of `a` and `b`, of `c` and `d` belong together.

    What is meant is `(a, c), (b, d) = f()`: a function that returns pairs of inputs and targets.
    """
    statement = step.statement
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    target = statement.targets[0]
    pairs = target.elts if isinstance(target, ast.Tuple | ast.List) else []
    if len(pairs) != 2 or not all(isinstance(p, ast.Tuple) and len(p.elts) == 2 for p in pairs):
        return None
    (a, b), (c, d) = [pair.elts for pair in pairs]  # type: ignore[attr-defined]
    rows = [_rows_in(each, step.frame) for each in (a, b, c, d)]
    if None in rows or rows[0] != rows[1] or rows[2] != rows[3] or rows[0] == rows[2]:
        return None
    one, two, three, four = (step.file.segment(each) for each in (a, b, c, d))
    names = [f"({one}, {three})", f"({two}, {four})"]
    return WrongOrder(step.file, statement, statement.value, names)


def _unpacking(step: DataStep) -> tuple[ast.Assign, ast.Tuple, ast.Call] | None:
    """Return the assignment of several results of one call, the call being a split in halves."""
    statement = step.statement
    if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Call):
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or len(target.elts) < 4 or len(target.elts) % 2:
        return None
    return statement, target, statement.value


def _rows_in(node: ast.expr, frame: Frame | None) -> int | None:
    shape = shape_of(look(node, frame)) if frame is not None else None
    return shape[0] if shape else None


def _columns_differ(target: ast.Tuple, first: int, second: int, frame: Frame | None) -> bool:
    """Whether two results are of different kinds, as inputs and targets are, where it shows."""
    if frame is None:
        return True
    shapes = [shape_of(look(target.elts[each], frame)) for each in (first, second)]
    return None in shapes or shapes[0][1:] != shapes[1][1:] or first // 2 != second // 2  # type: ignore[index]


def names_of_unique(counted: Counted) -> WrongOrder | None:
    """Find `np.unique(..., return_inverse=True)` whose two results changed places."""
    for origin in _walk_back(counted):
        node, file = origin.node, origin.file
        if not isinstance(node, ast.Call) or file is None:
            continue
        statement = file.statement_of(node)
        inverse = any(each.arg == "return_inverse" for each in node.keywords)
        if function_name(node) != "unique" or not inverse:
            continue
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if isinstance(target, ast.Tuple) and len(target.elts) == 2:
            assert isinstance(statement, ast.Assign)
            names = [file.segment(each) for each in reversed(target.elts)]
            return WrongOrder(file, statement, node, names)
    return None


def _walk_back(counted: Counted) -> Iterator[Origin]:
    seen: set[int] = set()
    for step in counted.steps:
        for origin in islice(step.origin.walk() if step.origin else (), 60):
            if id(origin) not in seen:
                seen.add(id(origin))
                yield origin


def _index(target: ast.Tuple, counted: Counted) -> int | None:
    for node in (counted.node, *(step.node for step in counted.steps)):
        for index, each in enumerate(target.elts):
            if ast.unparse(each) == ast.unparse(node):
                return index
    return None
