"""NumPy operands whose shapes do not go together, in arithmetic, products and assignments."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from graphscope.doctor.case import Case
from graphscope.doctor.facts.arrays import (
    Operand,
    append,
    argument,
    broadcast,
    fix_of,
    operands,
    told_origins,
)
from graphscope.doctor.facts.failing import Failing, failing, function_name, module_of, raised_by
from graphscope.doctor.facts.looking import is_array
from graphscope.doctor.findings import Diagnosis, Fix, RepairClass, Severity
from graphscope.doctor.fixes.retuning import retune
from graphscope.doctor.origins import trace_data, trace_value
from graphscope.doctor.source import Editor
from graphscope.doctor.source.definitions import definitions_of
from graphscope.doctor.wording import at, distinct

ID = "array-broadcast"

_PRODUCTS = {"dot", "matmul", "inner"}
_ELEMENTWISE = {"add", "subtract", "multiply", "divide", "maximum", "minimum", "power", "equal",
                "where", "logical_and", "logical_or", "greater", "less"}  # fmt: skip
_REDUCTIONS = {"mean", "sum", "std", "max", "min", "var", "median", "norm"}


def diagnose(case: Case) -> Iterator[Diagnosis]:
    """Compare the shapes of the two sides of a failed operation."""
    found = failing(case)
    if found is None or not isinstance(case.failure and case.failure.exception, ValueError):
        return
    if raised_by(case) not in {"user", "numpy"}:
        return
    sides, kind = _sides(found)
    given = operands(found, sides) if len(sides) == 2 else None
    if given is None or not any(is_array(each.value) for each in given):
        return
    left, right = given
    if kind == "store":
        if broadcast(left.sizes, right.sizes) == left.sizes:
            return
        fixes = list(_stored(found, left, right))
    elif kind == "product":
        if not left.sizes or not right.sizes or _inner_fits(left, right):
            return
        fixes = list(_product_fixes(found, left, right))
    elif broadcast(left.sizes, right.sizes) is not None:
        return
    else:
        fixes = list(_broadcast_fixes(found, left, right))
    fixes.sort(key=lambda fix: -fix.likelihood)
    yield Diagnosis(
        ID,
        Severity.ERROR,
        0.95,
        _message(case, found, left, right, kind),
        places=distinct(
            [fixes[0].places[0] if fixes else None, found.place, *(f.places[0] for f in fixes)]
        ),
        evidence=tuple(told_origins(found, given)),
        fixes=tuple(fixes[:5]),
    )


def _sides(  # noqa: PLR0911 - one answer for each form of expression
    found: Failing,
) -> tuple[list[ast.expr], str]:
    """The operands of the failed expression, and what it is: `pair`, `product` or `store`."""
    node = found.node
    if isinstance(node, ast.BinOp):
        return [node.left, node.right], _kind(node.op)
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        return [node.left, node.comparators[0]], "pair"
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name | ast.Subscript):
        return [node.target, node.value], _kind(node.op)
    if isinstance(node, ast.Call):
        name = function_name(node)
        if isinstance(node.func, ast.Attribute) and is_array(found.look(node.func.value)):
            return ([node.func.value, *node.args[:1]], "product") if name == "dot" else ([], "")
        if module_of(found, node) == "numpy" and name in _PRODUCTS | _ELEMENTWISE:
            return list(node.args[-2:]), "product" if name in _PRODUCTS else "pair"
    statement = found.file.statement_of(node)
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    if isinstance(target, ast.Subscript) and node in (statement, target):
        assert isinstance(statement, ast.Assign)
        return [target, statement.value], "store"
    return [], ""


def _kind(operator: ast.operator) -> str:
    return "product" if isinstance(operator, ast.MatMult) else "pair"


def _inner_fits(left: Operand, right: Operand) -> bool:
    inner = right.sizes[-2] if len(right.sizes) > 1 else right.sizes[0]
    return left.sizes[-1] == inner


def _message(case: Case, found: Failing, left: Operand, right: Operand, kind: str) -> str:
    both = f"{left.told()} and {right.told()}"
    if kind == "product":
        inner = right.sizes[-2] if len(right.sizes) > 1 else right.sizes[0]
        return (
            f"The product {found.text}{at(case, found.place)} gets {both}: the last axis of the "
            f"left one, {left.sizes[-1]}, must equal the second to last of the right one, {inner}."
            "\nTranspose one of them (.T) or exchange them, so that the inner sizes agree."
        )
    if kind == "store":
        statement = found.source(found.file.statement_of(found.node))
        return (
            f"The assignment {statement}{at(case, found.place)} puts {right.told()} "
            f"into {left.told()}: a value of shape {right.sizes} does not fit there.\n"
            "Make the array as wide as the values, or cut or pad the value."
        )
    rank = max(len(left.sizes), len(right.sizes))
    pairs = zip(reversed(left.sizes), reversed(right.sizes), strict=False)
    clash = next((pair for pair in pairs if pair[0] != pair[1] and 1 not in pair), None)
    clashing = f"; {clash[0]} and {clash[1]} do not" if clash else ""
    return (
        f"{found.text}{at(case, found.place)} gets {both}: operands could not be broadcast.\n"
        f"Shapes are compared from the last axis backwards; two sizes go together when they are "
        f"equal or one of them is 1{clashing} (rank {rank}).\n"
        "Give the smaller one its missing axis ([:, None], keepdims=True), reduce along the other "
        "axis, or bring both to the same size."
    )


def _broadcast_fixes(found: Failing, left: Operand, right: Operand) -> Iterator[Fix]:
    for one, other in ((right, left), (left, right)):
        if one.sizes and len(one.sizes) < len(other.sizes):
            yield from _reduced(found, one, other)
            yield from _with_axis(found, one, other)
    if len(left.sizes) == len(right.sizes) == 2 and broadcast(left.sizes, right.sizes[::-1]):
        title = f"Transpose {right.text}: {right.sizes[::-1]}"
        yield from fix_of(append(found, right.node, ".T"), title, 0.7)
    yield from _cut(found, left, right)


def _with_axis(found: Failing, one: Operand, other: Operand) -> Iterator[Fix]:
    for position in range(len(one.sizes), -1, -1):
        sizes = (*one.sizes[:position], 1, *one.sizes[position:])
        if broadcast(sizes, other.sizes) is None:
            continue
        inside = [":"] * position + ["None"] if position < len(one.sizes) else ["...", "None"]
        if position == 1 == len(one.sizes):
            inside = [":", "None"]
        suffix = f"[{', '.join(inside)}]"
        title = f"Give {one.text} the missing axis: {one.text}{suffix} is {sizes}"
        yield from fix_of(append(found, one.node, suffix), title, 0.75)
        return


def _reduced(found: Failing, one: Operand, other: Operand) -> Iterator[Fix]:
    """A mean or sum along an axis: keep it, or take the other axis."""
    call = _defining_call(found, one.node)
    if call is None or function_name(call) not in _REDUCTIONS:
        return
    axis = argument(call, "axis", 0 if _is_method(found, call) else 1)
    if axis is None:
        return
    keep = Editor(found.file).set_keyword(call, "keepdims", "True")
    yield from fix_of(
        keep, f"Keep the reduced axis: {function_name(call)}(..., keepdims=True)", 0.85
    )
    value = found.look(axis)
    if value in (0, 1) and len(other.sizes) == 2:
        editor = Editor(found.file).replace(axis, str(1 - value))
        unit = "column" if value == 1 else "row"
        yield from fix_of(editor, f"Reduce along axis {1 - value}: one value for each {unit}", 0.6)


def _is_method(found: Failing, call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and is_array(found.look(call.func.value))


def _defining_call(found: Failing, node: ast.expr) -> ast.Call | None:
    if isinstance(node, ast.Call):
        return node
    if isinstance(node, ast.Name):
        for definition in definitions_of(found.file, node, node)[:1]:
            if isinstance(definition.value, ast.Call) and not definition.path:
                return definition.value
    return None


def _cut(found: Failing, left: Operand, right: Operand) -> Iterator[Fix]:
    """The longer one cut to the length of the shorter one."""
    if not left.sizes or not right.sizes or left.sizes[1:] != right.sizes[1:]:
        return
    longer, shorter = sorted((left, right), key=lambda each: -each.sizes[0])
    editor = append(found, longer.node, f"[: len({shorter.text})]")
    title = f"Use the first {shorter.sizes[0]} of the {longer.sizes[0]} rows of {longer.text}"
    yield from fix_of(editor, title, 0.5)


def _product_fixes(found: Failing, left: Operand, right: Operand) -> Iterator[Fix]:
    if len(right.sizes) == 2 and left.sizes[-1] == right.sizes[-1]:
        title = f"Transpose {right.text}: {right.sizes[::-1]}"
        yield from fix_of(append(found, right.node, ".T"), title, 0.85, RepairClass.A)
    inner = right.sizes[-2] if len(right.sizes) > 1 else right.sizes[0]
    if len(left.sizes) == 2 and left.sizes[0] == inner:
        title = f"Transpose {left.text}: {left.sizes[::-1]}"
        yield from fix_of(append(found, left.node, ".T"), title, 0.7)
    if len(left.sizes) > 1 and right.sizes[-1] == left.sizes[-2]:
        editor = Editor(found.file).swap(left.node, right.node)
        yield from fix_of(editor, "Exchange the two factors", 0.6)


def _stored(found: Failing, left: Operand, right: Operand) -> Iterator[Fix]:
    """A row that is longer or shorter than the array has room for."""
    if len(left.sizes) != len(right.sizes) or not isinstance(left.node, ast.Subscript):
        return
    made = trace_data(found.case, left.node.value, found.frame)
    axis = next(i for i, (a, b) in enumerate(zip(left.sizes, right.sizes, strict=True)) if a != b)
    have, need = left.sizes[axis], right.sizes[axis]
    for step in made.walk():
        if not isinstance(step.node, ast.Call) or not step.node.args or step.file is None:
            continue
        sizes = step.node.args[0]
        for element in sizes.elts if isinstance(sizes, ast.Tuple) else []:
            if found.look(element) == have and found.case.program.is_own(step.file.path):
                origin = trace_value(found.case, element, found.frame)
                fix = retune(found.case, origin, need, likelihood=0.8)
                yield from [fix] if fix else []
                break
        break
    if need > have:
        suffix = f"[:{have}]" if axis == 0 else f"[..., :{have}]"
        title = f"Cut the value to {have}: {right.text}{suffix}"
        yield from fix_of(append(found, right.node, suffix), title, 0.6)
