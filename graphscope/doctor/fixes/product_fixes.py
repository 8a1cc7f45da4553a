"""Fixes for products: a transposition, other axes, another order of letters, another width."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.operands import Operand, is_variable
from graphscope.doctor.facts.product import Product, fitting_term, is_batch, turned_fits
from graphscope.doctor.findings import Fix, RepairClass
from graphscope.doctor.fixes.arguments import fix_creation, make_fix
from graphscope.doctor.fixes.values import toward
from graphscope.doctor.fixes.weight_entries import resize_weight
from graphscope.doctor.origins import Origin
from graphscope.doctor.records import Shape
from graphscope.doctor.source import Editor, SourceFile, refer_to
from graphscope.doctor.source.naming import imported_names


def fixes_for(
    case: Case, product: Product, origins: tuple[Origin | None, Origin | None]
) -> Iterator[Fix]:
    """Yield the edits with which a product can be computed, most natural first."""
    if product.function == "einsum":
        yield from _letters(case, product)
    elif product.function == "Dot":
        yield from _other_axes(case, product)
    elif product.failing is not None and case.program.is_own(product.failing.file.path):
        yield from _row_by_row(product)
        yield from _transposed(product)
        yield from _exchanged(product)
    if not turned_fits(product):
        yield from _widths(case, product, origins)


def _transposed(product: Product) -> Iterator[Fix]:
    left, right = product.left, product.right
    if len(left.shape) < 2 or len(right.shape) < 2 or product.function == "tensordot":
        return
    if turned_fits(product):
        yield from _turned(product, right, "transpose_b", 0.95)
    elif (
        left.shape[-2] == right.shape[-2] is not None
        and len(left.shape) > 2
        and not (is_variable(left.tensor) or is_variable(right.tensor))
    ):
        yield from _turned(product, left, "transpose_a", 0.7)


def _turned(product: Product, operand: Operand, keyword: str, likelihood: float) -> Iterator[Fix]:
    assert product.failing is not None
    file, node = product.failing.file, operand.node
    if node is None:
        return
    title = f"Transpose the last two axes of {operand.text}"
    repair_class = RepairClass.A if keyword == "transpose_b" else RepairClass.B
    call = product.failing.node
    if isinstance(call, ast.Call) and _is_tensorflows(file, call):
        editor = Editor(file).set_keyword(call, keyword, "True")
        fix = make_fix(
            editor, f"{title} ({keyword}=True)", repair_class=repair_class, likelihood=likelihood
        )
        if fix is not None:
            yield fix
        return
    rank = len(operand.shape)
    order = (*range(rank - 2), rank - 1, rank - 2)
    transpose = refer_to(file, "keras.ops.transpose")
    editor = transpose.imported(Editor(file))
    editor.replace(node, f"{transpose.text}({file.segment(node)}, {order})")
    fix = make_fix(editor, title, repair_class=repair_class, likelihood=likelihood)
    if fix is not None:
        yield fix


def _is_tensorflows(file: SourceFile, call: ast.Call) -> bool:
    root = call.func
    while isinstance(root, ast.Attribute):
        root = root.value
    known = imported_names(file)
    named = known.get(root.id, "") if isinstance(root, ast.Name) else ""
    return named.partition(".")[0] == "tensorflow" and "keras" not in file.segment(call.func)


def _exchanged(product: Product) -> Iterator[Fix]:
    """`kernel @ x` where `x @ kernel` fits."""
    left, right = product.left, product.right
    nodes = left.node, right.node
    if product.failing is None or nodes[0] is None or nodes[1] is None or len(left.shape) < 2:
        return
    if right.shape[-1] != left.shape[-2] or right.shape[-1] is None or len(right.shape) < 2:
        return
    editor = Editor(product.failing.file).swap(nodes[0], nodes[1])
    fix = make_fix(
        editor,
        f"Multiply {right.text} by {left.text}, in this order",
        # A square matrix (an adjacency, a rotation) stands before what it mixes.
        likelihood=0.85 if is_variable(left.tensor) or _is_square(right.shape) else 0.4,
    )
    if fix is not None:
        yield fix


def _is_square(sizes: Shape) -> bool:
    return sizes[-1] == sizes[-2]


def _row_by_row(product: Product) -> Iterator[Fix]:
    """Two batches of vectors: the product of each pair is a sum over the last axis."""
    failing = product.failing
    if failing is None or not is_batch(product) or product.left.shape != product.right.shape:
        return
    total = refer_to(failing.file, "keras.ops.sum")
    text = f"{total.text}({product.left.text} * {product.right.text}, axis=-1, keepdims=True)"
    if isinstance(failing.node, ast.expr):
        editor = total.imported(Editor(failing.file)).replace(failing.node, text)
        fix = make_fix(editor, "Multiply row by row and sum over the last axis", likelihood=0.8)
        if fix is not None:
            yield fix


def _letters(case: Case, product: Product) -> Iterator[Fix]:
    found = fitting_term(product)
    failing = product.failing
    if found is None or failing is None or not isinstance(failing.node, ast.Call):
        return
    equation = failing.node.args[0]
    if not isinstance(equation, ast.Constant) or not case.program.is_own(failing.file.path):
        return
    terms, arrow, result = str(equation.value).partition("->")
    parts = terms.split(",")
    old = parts[found[0]].strip()
    parts[found[0]] = parts[found[0]].replace(old, found[1])
    quote = failing.file.segment(equation)[-1]
    text = f"{quote}{','.join(parts)}{arrow}{result}{quote}"
    fix = make_fix(
        Editor(failing.file).replace(equation, text),
        f"Write {found[1]!r} instead of {old!r} for {(product.left, product.right)[found[0]].text}",
        repair_class=RepairClass.A,
        likelihood=0.92,
    )
    if fix is not None:
        yield fix


def _other_axes(case: Case, product: Product) -> Iterator[Fix]:
    """Another axis of a Dot layer, where exactly one fits."""
    left, right = product.left.shape, product.right.shape
    fitting = [
        (one, other)
        for one in range(1, len(left))
        for other in range(1, len(right))
        if left[one] is not None and left[one] == right[other]
    ]
    layer = _dot_layer(case)
    for one, other in sorted(fitting, key=lambda pair: pair[0] != pair[1])[:2]:
        text = str(one) if one == other else f"({one}, {other})"
        if all(pair == (len(left) - 1, len(right) - 1) for pair in [(one, other)]):
            text = "-1" if one != other else text
        fix = fix_creation(
            case, layer, "axes", text,
            title=f"Multiply along axes={text}, where both have {left[one]}",
            likelihood=0.9 if one == other else 0.7,
        )  # fmt: skip
        if fix is not None:
            yield fix


def _dot_layer(case: Case) -> object:
    call = case.failure.call if case.failure else None
    return call.operation if call else None


def _widths(
    case: Case, product: Product, origins: tuple[Origin | None, Origin | None]
) -> Iterator[Fix]:
    one, other = product.sizes
    left_is_weight = is_variable(product.left.tensor)
    sides = [
        (origins[1], one, product.right, 0.75),
        (origins[0], other, product.left, 0.6),
    ]
    if left_is_weight and not is_variable(product.right.tensor):
        sides = [(*sides[1][:3], 0.75), (*sides[0][:3], 0.6)]
    for origin, wanted, operand, likelihood in sides:
        if origin is None:
            continue
        weight = _weight_step(origin)
        if weight is not None:
            own = is_variable(operand.tensor)
            axis = product.axes[operand is product.right] if own else -1
            yield from _of_input(case, origin)
            sure = 0.88 if own else 0.75  # behind a product, the order of that one may be meant
            yield from resize_weight(case, _owner(case), weight, axis, wanted, likelihood=sure)
        if weight is not None and origin.end.kind not in {"literal", "default"}:
            continue
        yield from toward(
            case, origin, wanted, likelihood=likelihood, limit=2,
            purpose=f"so that {operand.text} has the size {wanted} that it is multiplied along",
        )  # fmt: skip


def _weight_step(origin: Origin) -> Origin | None:
    """Return the step of an origin at which a weight got its shape."""
    return next((each for each in origin.chain() if each.text.startswith("add_weight(")), None)


def _owner(case: Case) -> Any:
    call = case.failure.layer_call if case.failure else None
    return call.operation if call else None


def _of_input(case: Case, origin: Origin) -> Iterator[Fix]:
    """Size a weight by the last axis of the input instead of another one."""
    for step in origin.chain():
        for node in ast.walk(step.node) if step.node is not None else ():
            if not isinstance(node, ast.Subscript) or step.file is None:
                continue
            index = node.slice
            if not isinstance(index, ast.Constant) or not isinstance(index.value, int):
                continue
            named = step.file.segment(node.value)
            if "shape" not in named or not case.program.is_own(step.file.path):
                continue
            fix = make_fix(
                Editor(step.file).replace(index, "-1"),
                f"Size the weight by {named}[-1], the last axis of the input, not by "
                f"{named}[{index.value}]",
                repair_class=RepairClass.A,
                likelihood=0.95,
            )
            if fix is not None:
                yield fix
                return
