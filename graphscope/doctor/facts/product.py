"""Products of tensors: which axes are multiplied, whether they fit, and how they would."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.failing import Failing, failing, function_name
from graphscope.doctor.facts.home import revived
from graphscope.doctor.facts.looking import shape_of
from graphscope.doctor.facts.operands import Conflict, Operand, is_variable, recorded_at
from graphscope.doctor.origins import UNKNOWN, Origin
from graphscope.doctor.origins.dimensions.moving import moved_axes
from graphscope.doctor.records import CallRecord, Shape

_MATRIX = {"matmul", "dot"}


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """Two operands and the axes along which they are multiplied.

    Attributes:
        left, right: the operands.
        axes: the axis of each that does not fit, counted from 0.
        function: `matmul`, `@`, `Dot`, `einsum`, `tensordot`.
        failing: the expression; None for layers.
        equation: of an einsum, without spaces.
        letter: of an einsum, the letter with two sizes.
    """

    left: Operand
    right: Operand
    axes: tuple[int, int]
    function: str
    failing: Failing | None
    equation: str = ""
    letter: str = ""

    @property
    def sizes(self) -> tuple[int, int]:
        """The two sizes that differ."""
        one, other = self.left.shape[self.axes[0]], self.right.shape[self.axes[1]]
        assert one is not None and other is not None
        return one, other


def product_of(case: Case) -> Product | None:
    """Return the product that failed for its operands' sizes; None when none did."""
    found = failing(case)
    if found is None:
        return None
    context = case.failure.layer_call if case.failure else None
    frame = revived(found.frame, context)
    # Of what fails when a graph is run, the line is known and not the expression.
    nodes = ast.walk(found.node) if isinstance(found.node, ast.stmt) else [found.node]
    for node in nodes:
        if isinstance(node, ast.expr):
            product = _product(case, Failing(case, found.file, node, frame), context)
            if product is not None:
                return product
    return None


def _product(case: Case, found: Failing, context: CallRecord | None) -> Product | None:
    node = found.node
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        return _matrix(case, found, [node.left, node.right], "@", context)
    if not isinstance(node, ast.Call) or len(node.args) < 2:
        return None
    name = function_name(node)
    if name in _MATRIX and not _transposes(node):
        return _matrix(case, found, node.args[:2], name, context)
    if name == "einsum":
        return _einsum(case, found, context)
    return _tensordot(case, found, context) if name == "tensordot" else None


def _transposes(node: ast.Call) -> bool:
    return any("transpose" in (each.arg or "") or "adjoint" in (each.arg or "")
               for each in node.keywords)  # fmt: skip


def operand_at(
    case: Case, found: Failing, node: ast.expr, context: CallRecord | None
) -> Operand | None:
    """Return what an expression stands for, with its shape."""
    tensor = found.look(node)
    shape = shape_of(tensor)
    if shape is None and is_variable(tensor):
        shape = tuple(tensor.shape)
    if shape is None and isinstance(node, ast.Call):
        call = recorded_at(case, found.file, node)
        if call is not None and call.output_specs:
            tensor, shape = call.outputs[0], call.output_specs[0].shape
        else:
            shape = _shape_of_call(case, found, node, context)
    if not shape:
        return None
    return Operand(tensor, tuple(shape), found.source(node), node, found.frame, context)


def operands_at(
    case: Case, found: Failing, nodes: list[ast.expr], context: CallRecord | None
) -> list[Operand | None]:
    """Return what the operands of an expression that failed stand for.

    What the source does not tell of them, the operation of TensorFlow that refused them does.
    """
    operands = [operand_at(case, found, node, context) for node in nodes]
    if all(operands):
        return operands
    inputs = refused_inputs(case)
    if len(inputs) != len(nodes) or any(shape_of(each) is None for each in inputs):
        return operands
    known = zip(operands, inputs, strict=True)
    if any(each is not None and each.shape != shape_of(held) for each, held in known):
        return operands
    return [
        each or Operand(held, shape_of(held) or (), found.source(node), node, found.frame, context)
        for each, held, node in zip(operands, inputs, nodes, strict=True)
    ]


def refused_inputs(case: Case) -> list[Any]:
    """Return the inputs of the graph operation that could not be made."""
    for name, _, _, variables in case.failure.keras_frames[:1] if case.failure else ():
        inputs = variables.get("inputs")
        if name == "_create_c_op" and isinstance(inputs, list | tuple):
            return list(inputs)
    return []


def _shape_of_call(
    case: Case, found: Failing, node: ast.Call, context: CallRecord | None
) -> Shape | None:
    """Compute the shape of a transposition: of others nothing is known inside of a `call`."""
    moved = moved_axes(node, found.look)
    inner = operand_at(case, found, node.args[0], context) if moved is not None else None
    order = moved(len(inner.shape)) if inner is not None and moved is not None else None
    return tuple(inner.shape[axis] for axis in order) if inner is not None and order else None


def _matrix(
    case: Case, found: Failing, nodes: list[ast.expr], name: str, context: CallRecord | None
) -> Product | None:
    left, right = operands_at(case, found, nodes, context)
    if left is None or right is None:
        return None
    axes = len(left.shape) - 1, max(len(right.shape) - 2, 0)
    product = Product(left, right, axes, name, found)
    return product if _differ(left.shape[axes[0]], right.shape[axes[1]]) else None


def _differ(one: int | None, other: int | None) -> bool:
    return one is not None and other is not None and one != other


def _einsum(case: Case, found: Failing, context: CallRecord | None) -> Product | None:
    assert isinstance(found.node, ast.Call)
    equation = found.look(found.node.args[0])
    if not isinstance(equation, str) or "." in equation:
        return None
    equation = equation.replace(" ", "")
    terms = equation.partition("->")[0].split(",")
    operands = [operand_at(case, found, node, context) for node in found.node.args[1:]]
    if len(terms) != len(operands) or len(terms) != 2:
        return None
    left, right = operands
    if left is None or right is None:
        return None
    if len(terms[0]) != len(left.shape) or len(terms[1]) != len(right.shape):
        return None
    for letter in terms[0]:
        if letter not in terms[1]:
            continue
        axes = terms[0].index(letter), terms[1].index(letter)
        if _differ(left.shape[axes[0]], right.shape[axes[1]]):
            return Product(left, right, axes, "einsum", found, equation, letter)
    return None


def _tensordot(case: Case, found: Failing, context: CallRecord | None) -> Product | None:
    assert isinstance(found.node, ast.Call)
    left = operand_at(case, found, found.node.args[0], context)
    right = operand_at(case, found, found.node.args[1], context)
    given: Any = found.node.args[2] if len(found.node.args) > 2 else None
    given = next((each.value for each in found.node.keywords if each.arg == "axes"), given)
    axes = found.look(given) if given is not None else 2
    if left is None or right is None:
        return None
    if isinstance(axes, int):
        rank = len(left.shape)
        pairs = [(rank - axes + step, step) for step in range(axes)]
    elif isinstance(axes, list | tuple) and len(axes) == 2:
        sides = [each if isinstance(each, list | tuple) else [each] for each in axes]
        pairs = [
            (one % len(left.shape), other % len(right.shape))
            for one, other in zip(sides[0], sides[1], strict=False)
        ]
    else:
        return None
    for one, other in pairs:
        if _differ(left.shape[one], right.shape[other]):
            return Product(left, right, (one, other), "tensordot", found)
    return None


def of_dot(conflict: Conflict) -> Product | None:
    """Return the product of a `Dot` layer that does not fit."""
    if len(conflict.operands) != 2:
        return None
    left, right = conflict.operands
    given = getattr(conflict.layer, "axes", None)
    if given is None:
        return None
    pair = (given, given) if isinstance(given, int) else tuple(given)
    axes = pair[0] % len(left.shape), pair[1] % len(right.shape)
    if not _differ(left.shape[axes[0]], right.shape[axes[1]]):
        return None
    return Product(left, right, axes, "Dot", None)


def fitting_term(product: Product) -> tuple[int, str] | None:
    """Return which term of an einsum to write in another order, and that order."""
    terms = product.equation.partition("->")[0].split(",")
    shapes = product.left.shape, product.right.shape
    weights = [is_variable(product.left.tensor), is_variable(product.right.tensor)]
    for index in sorted((1, 0), key=lambda each: not weights[each]):
        known = dict(zip(terms[1 - index], shapes[1 - index], strict=True))
        for order in _near_orders(terms[index]):
            sizes = dict(zip(order, shapes[index], strict=True))
            shared = set(sizes) & set(known)
            if all(sizes[each] == known[each] for each in shared) and order[0] == terms[index][0]:
                return index, order
            if weights[index] and all(sizes[each] == known[each] for each in shared):
                return index, order
    return None


def _near_orders(term: str) -> Iterator[str]:
    """Yield the other orders of a term's letters, those with the fewest moved first."""
    if len(term) > 5:
        return
    orders = {"".join(each) for each in permutations(term)} - {term}
    moved = {each: sum(a != b for a, b in zip(each, term, strict=True)) for each in orders}
    yield from sorted(orders, key=lambda each: (moved[each], each))


def origin_of(case: Case, operand: Operand, axis: int) -> Origin | None:
    """Return what fixed the size of an axis of an operand; None when that is not to be seen."""
    origin = operand.origin(case, axis - len(operand.shape))
    known = origin.kind != "unknown" and origin.value in (UNKNOWN, operand.shape[axis])
    return origin if known else None


def turned_fits(product: Product) -> bool:
    """Whether the product can be computed once an operand's axes are exchanged."""
    left, right = product.left.shape, product.right.shape
    if product.function == "einsum":
        return fitting_term(product) is not None
    if product.function not in {"matmul", "dot", "@"} or len(left) < 2 or len(right) < 2:
        return False
    return left[-1] == right[-1] and not is_batch(product)


def is_batch(product: Product) -> bool:
    """Whether the axis to be exchanged would be the batch: two tensors of rank 2 in a layer."""
    operands = product.left, product.right
    return (
        all(len(each.shape) == 2 and not is_variable(each.tensor) for each in operands)
        and product.function in {"matmul", "dot", "@"}
        and product.left.call is not None
    )
