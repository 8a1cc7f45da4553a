"""The shuffles that a function does, read from the source."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from graphscope.doctor.source import SourceFile
from graphscope.doctor.source.definitions import definitions_of


@dataclass(frozen=True, slots=True, eq=False)
class Shuffle:
    """One array or dataset that is put into a random order.

    Attributes:
        kind: `index` for `x[order]`, `inplace` for `rng.shuffle(x)`, `value` for `shuffle(x)`,
            `dataset` for `data.shuffle(n)`.
        source: what is shuffled; `result` is what holds it afterwards.
        node: the expression; `call` draws the order; `index` is what an array is indexed with.
        order: tells two drawings apart.
        seed: the text that fixes the order, when there is one.
    """

    kind: Literal["index", "inplace", "value", "dataset"]
    source: str
    result: str
    node: ast.expr
    statement: ast.stmt
    call: ast.Call
    order: object
    seed: str = ""
    index: ast.expr | None = None


def shuffles_in(file: SourceFile) -> Iterator[list[Shuffle]]:
    """Yield the shuffles of each function of a file, and of its own level."""
    found: defaultdict[int, list[Shuffle]] = defaultdict(list)
    for node in ast.walk(file.tree):
        shuffle = _read(file, node) if isinstance(node, ast.expr) else None
        if shuffle is not None:
            found[id(file.function_of(node))].append(shuffle)
    for shuffles in found.values():
        yield sorted(shuffles, key=lambda each: (each.node.lineno, each.node.col_offset))


def _read(file: SourceFile, node: ast.expr) -> Shuffle | None:
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        return _indexed(file, node)
    if isinstance(node, ast.Call):
        return _called(file, node)
    return None


def _indexed(file: SourceFile, node: ast.Subscript) -> Shuffle | None:
    order = _drawn(file, node.slice)
    if order is None:
        return None
    statement = file.statement_of(node)
    result = _result(statement, node)
    if result is None:
        return None
    source, seed = file.segment(node.value), _generator_seed(file, order)
    return Shuffle("index", source, result, node, statement, order, order, seed, node.slice)


def _drawn(file: SourceFile, index: ast.expr) -> ast.Call | None:
    """Return the call that drew the order an array is indexed with."""
    if isinstance(index, ast.Name):
        found = definitions_of(file, index, index)
        value = found[0].value if len(found) == 1 and not found[0].path else None
        return (
            _drawn(file, value) if value is not None and not isinstance(value, ast.Name) else None
        )
    is_permutation = (
        isinstance(index, ast.Call)
        and isinstance(index.func, ast.Attribute)
        and index.func.attr == "permutation"
    )
    return index if is_permutation and isinstance(index, ast.Call) else None


def _result(statement: ast.stmt, node: ast.expr) -> str | None:
    """Return the name that gets an expression: itself, or its part of a tuple."""
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, value = statement.targets[0], statement.value
    if value is node:
        return ast.unparse(target)
    if isinstance(value, ast.Tuple) and isinstance(target, ast.Tuple) and node in value.elts:
        index = value.elts.index(node)
        return ast.unparse(target.elts[index]) if index < len(target.elts) else None
    return None


def _called(file: SourceFile, node: ast.Call) -> Shuffle | None:
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    statement = file.statement_of(node)
    if name == "shuffle" and isinstance(statement, ast.Expr) and statement.value is node:
        if len(node.args) != 1:
            return None
        source = file.segment(node.args[0])
        seed = _generator_seed(file, node) or _seeded_before(file, statement)
        return Shuffle("inplace", source, source, node, statement, node, node, seed)
    result = _result(statement, _outermost(file, node))
    if result is None or name not in ("shuffle", "permutation"):
        return None
    if _is_dataset(file, node):
        assert isinstance(function, ast.Attribute)
        seed = _keyword(file, node, "seed")
        source = file.segment(function.value)
        return Shuffle("dataset", source, result, node, statement, node, node, seed)
    whole = name == "shuffle" and len(node.args) == 1
    if whole or (name == "permutation" and _is_array(node)):
        seed = _keyword(file, node, "random_state") or _keyword(file, node, "seed")
        seed = seed or _generator_seed(file, node)
        source = file.segment(node.args[0])
        return Shuffle("value", source, result, node, statement, node, node, seed)
    return None


def _outermost(file: SourceFile, node: ast.expr) -> ast.expr:
    """Return the chain of methods around a call: `data.shuffle(8).batch(2)`."""
    parent = file.parent(node)
    while isinstance(parent, ast.Attribute | ast.Call) and (
        isinstance(parent, ast.Attribute) or parent.func is node
    ):
        node, parent = parent, file.parent(parent)
    return node


def _is_dataset(file: SourceFile, node: ast.Call) -> bool:
    function = node.func
    if not isinstance(function, ast.Attribute) or function.attr != "shuffle" or not node.args:
        return False
    module = function.value
    while isinstance(module, ast.Attribute):
        module = module.value
    is_module = isinstance(module, ast.Name) and module.id in {"np", "tf", "random", "sklearn"}
    # A dataset is given the size of its buffer; everything else what is to be shuffled.
    body = ast.unparse(file.function_of(node) or file.tree)
    return not is_module and "Dataset.zip" in body


def _is_array(node: ast.Call) -> bool:
    """Whether `permutation` is given an array rather than a number of rows."""
    given = node.args[0] if len(node.args) == 1 else None
    return isinstance(given, ast.Name | ast.Attribute) and "len" not in ast.unparse(given)


def _keyword(file: SourceFile, node: ast.Call, name: str) -> str:
    found = next((each.value for each in node.keywords if each.arg == name), None)
    return file.segment(found) if found is not None else ""


def _generator_seed(file: SourceFile, node: ast.Call) -> str:
    """Return the seed of a generator made for this one drawing: `default_rng(3).permutation(n)`."""
    function = node.func
    owner = function.value if isinstance(function, ast.Attribute) else None
    if isinstance(owner, ast.Name):
        found = definitions_of(file, owner, node)
        made = found[0].value if len(found) == 1 else None
        uses = [
            each
            for each in ast.walk(file.function_of(node) or file.tree)
            if isinstance(each, ast.Name) and each.id == owner.id and isinstance(each.ctx, ast.Load)
        ]
        owner = made if len(uses) == 1 else None
    if isinstance(owner, ast.Call) and owner.args:
        return file.segment(owner.args[0])
    return ""


def _seeded_before(file: SourceFile, statement: ast.stmt) -> str:
    """Return the seed that the statement before sets: the same one gives the same order."""
    parent = file.parent(statement)
    body = getattr(parent, "body", [])
    index = body.index(statement) if statement in body else 0
    before = body[index - 1] if index else None
    call = before.value if isinstance(before, ast.Expr) else None
    if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("seed") and call.args:
        return file.segment(call.args[0])
    return ""
