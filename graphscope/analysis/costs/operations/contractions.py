"""Matrix products and Einstein sums: 2 FLOPs for each multiply-add."""

from __future__ import annotations

from math import isqrt, prod

from graphscope.analysis.costs.call import Call, Rule, axis_size
from graphscope.analysis.costs.sizes import Sizes, UnknownCostError, known


def _matmul(call: Call) -> int:
    return 2 * call.made * _summed_size(call)


def _summed_size(call: Call) -> int:
    # Either factor tells the size that is summed over; one of them may be unknown.
    settings = call.settings
    left_is_turned = settings.get("transpose_a") or settings.get("adj_x")
    right_is_turned = settings.get("transpose_b") or settings.get("adj_y")
    try:
        sizes = call.argument(0)
        return axis_size(sizes, -2 if left_is_turned and len(sizes) > 1 else -1)
    except UnknownCostError:
        sizes = call.argument(1)
        return axis_size(sizes, -1 if right_is_turned or len(sizes) == 1 else -2)


def _einsum(call: Call) -> int:
    equation = call.settings.get("equation", call.settings.get("subscripts"))
    return count_einsum(equation, call.arguments)


def count_einsum(equation: object, factors: tuple[Sizes | None, ...]) -> int:
    """Return the FLOPs of an Einstein sum of one or two tensors.

    Every combination of labels is visited once: a multiply-add where something is summed, only a
    product or a sum otherwise.

    >>> count_einsum("ab,bc->ac", ((2, 3), (3, 4)))
    48
    >>> count_einsum("...a,a->...a", ((5, 2, 3), (3,)))
    30
    >>> count_einsum("ab->ba", ((2, 3),))
    0

    Raises:
        UnknownCostError: when a size is not known, or more than two tensors leave the order of
            the products open.
    """
    terms, result = _split_equation(equation)
    if len(terms) != len(factors) or len(factors) > 2:
        raise UnknownCostError
    sizes: dict[str, int] = {}
    for term, factor in zip(terms, factors, strict=True):
        if factor is None:
            raise UnknownCostError
        _learn_sizes(term, factor, sizes)
    is_summed = not sizes.keys() <= set(_labels(result, sizes))
    return prod(sizes.values()) * (len(factors) - 1 + is_summed)


def _split_equation(equation: object) -> tuple[list[str], str]:
    if not isinstance(equation, str):
        raise UnknownCostError
    left, arrow, right = equation.replace(" ", "").partition("->")
    terms = left.split(",")
    if not arrow:
        letters = "".join(terms).replace(".", "")
        right = "..." + "".join(sorted(set(letters) - _repeated(letters)))
    return terms, right


def _repeated(letters: str) -> set[str]:
    return {letter for letter in letters if letters.count(letter) > 1}


def _learn_sizes(term: str, factor: Sizes, sizes: dict[str, int]) -> None:
    labels = _expand(term, len(factor))
    if len(labels) != len(factor):
        raise UnknownCostError
    for label, size in zip(labels, factor, strict=True):
        # Axes under an ellipsis broadcast: a size of 1 gives way to the other.
        sizes[label] = max(sizes.get(label, 1), known(size))


def _expand(term: str, rank: int) -> list[str]:
    """Return one label for each axis; axes under an ellipsis are counted from the right."""
    before, dots, after = term.partition("...")
    if not dots:
        return list(term)
    hidden = rank - len(before) - len(after)
    return [*before, *(f"...{hidden - index}" for index in range(hidden)), *after]


def _labels(term: str, sizes: dict[str, int]) -> list[str]:
    shown = list(term.replace("...", ""))
    return shown + [label for label in sizes if label.startswith("...")] if "..." in term else shown


def _tensordot(call: Call) -> int:
    # sqrt(left * right / result) elements are summed over for each result: exact whatever the axes.
    left, right, made = call.taken, prod(known(size) for size in call.argument(1)), call.made
    return 2 * made * isqrt(left * right // made) if made else 0


def _outer(call: Call) -> int:
    return call.made


MATRIX_PRODUCTS = ("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3")

RULES: dict[str, Rule] = {
    **dict.fromkeys(MATRIX_PRODUCTS, _matmul),
    "Einsum": _einsum,
    # Keras operations as files hold them
    "Matmul": _matmul,
    "Tensordot": _tensordot,
    "Dot": _tensordot,
    "Inner": _tensordot,
    "Vdot": _tensordot,
    "Outer": _outer,
    "Kron": _outer,
}
