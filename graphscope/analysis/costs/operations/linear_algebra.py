"""Factorizations, equations and eigenvalues, for a stack of matrices.

The counts are the leading terms of the algorithms that LAPACK uses: G. Golub, C. Van Loan, Matrix
Computations, 4th edition (Cholesky 4.2.5, LU 3.2.1, QR 5.2.1, least squares 5.3.2, SVD 8.6.3,
symmetric eigenvalues 8.3.3, eigenvalues 7.5.6), and N. Higham, Functions of Matrices (square root
6.2). Iterative ones (SVD, eigenvalues) depend on the values; theirs are the customary estimates.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from graphscope.analysis.costs.call import Call, Rule
from graphscope.analysis.costs.operations.elementwise import per_element
from graphscope.analysis.costs.sizes import UnknownCostError, count_elements, known


def _matrices(call: Call, index: int = 0) -> tuple[int, int, int]:
    """Return how many matrices an argument holds, their rows and columns."""
    sizes = call.argument(index)
    if len(sizes) < 2:
        raise UnknownCostError
    *stack, rows, columns = (known(size) for size in sizes)
    return prod(stack), rows, columns


def _cubic(thirds: int) -> Rule:
    """Return the rule for so many thirds of n cubed."""

    def rule(call: Call) -> int:
        count, rows, _ = _matrices(call)
        return count * rows**3 * thirds // 3

    return rule


def _rectangular(count_one: Callable[[int, int], int]) -> Rule:
    """Return the rule for a factorization of m by n matrices, m the longer side."""

    def rule(call: Call) -> int:
        count, rows, columns = _matrices(call)
        return count * count_one(max(rows, columns), min(rows, columns))

    return rule


def _householder(rows: int, columns: int) -> int:
    return 2 * columns**2 * rows - 2 * columns**3 // 3


def _orthogonal_triangular(rows: int, columns: int) -> int:
    # The triangle, and the orthogonal factor made explicit at the same cost.
    return 2 * _householder(rows, columns)


def _singular_values(rows: int, columns: int) -> int:
    return 4 * rows * columns**2 - 4 * columns**3 // 3


def _singular_vectors(rows: int, columns: int) -> int:
    return 14 * rows * columns**2 + 8 * columns**3


def _svd(call: Call) -> int:
    # TensorFlow and Keras say `compute_uv`; without vectors there is one result.
    wants_vectors = call.settings.get("compute_uv", len(call.results) > 1)
    return _rectangular(_singular_vectors if wants_vectors else _singular_values)(call)


def _eigenvalues(thirds_alone: int, thirds_with_vectors: int) -> Rule:
    def rule(call: Call) -> int:
        wants_vectors = call.settings.get("compute_v", len(call.results) > 1)
        return _cubic(thirds_with_vectors if wants_vectors else thirds_alone)(call)

    return rule


def _right_sides(call: Call) -> int:
    """Return the number of vectors on the right of an equation, of all matrices."""
    rows = _matrices(call)[1]
    return count_elements(call.argument(1)) // max(1, rows)


def _solve(call: Call) -> int:
    _, rows, _ = _matrices(call)
    return _cubic(2)(call) + 2 * rows**2 * _right_sides(call)


def _solve_triangular(call: Call) -> int:
    _, rows, _ = _matrices(call)
    return rows**2 * _right_sides(call)


def _solve_cholesky(call: Call) -> int:
    return 2 * _solve_triangular(call)


def _solve_banded(call: Call) -> int:
    # Tridiagonal matrices are given as three lines; elimination takes 8 for each unknown.
    return 8 * count_elements(call.argument(1))


def _least_squares(call: Call) -> int:
    _, rows, columns = _matrices(call)
    sides = _right_sides(call)
    return _rectangular(_householder)(call) + sides * (4 * rows * columns + columns**2)


def _pseudo_inverse(call: Call) -> int:
    count, rows, columns = _matrices(call)
    product = 2 * count * rows * columns * min(rows, columns)
    return _rectangular(_singular_vectors)(call) + product


def _distances(call: Call) -> int:
    # A subtraction, a product and a sum for each feature of each pair, and a root.
    return call.made * (3 * call.axis(0, -1) + 1)


def _correlation(call: Call) -> int:
    rows, columns = (known(size) for size in call.argument(0)[:2])
    return 2 * rows**2 * columns + 4 * rows * columns


def _sparse_product(call: Call) -> int:
    # SparseTensorDenseMatMul(indices, values, shape, b): each stored value meets a row of b.
    axis = -2 if call.settings.get("adjoint_b") else -1
    return 2 * count_elements(call.argument(1)) * call.axis(3, axis)


RULES: dict[str, Rule] = {
    "Cholesky": _cubic(1),
    "CholeskyInverse": _cubic(4),
    **dict.fromkeys(["Lu", "LuFactor", "Det", "MatrixDeterminant"], _cubic(2)),
    **dict.fromkeys(["LogMatrixDeterminant", "Slogdet", "Logdet"], _cubic(2)),
    "MatrixInverse": _cubic(6),
    "MatrixSquareRoot": _cubic(85),
    "Qr": _rectangular(_orthogonal_triangular),
    **dict.fromkeys(["Svd", "SVD"], _svd),
    "MatrixRank": _rectangular(_singular_values),
    **dict.fromkeys(["SelfAdjointEigV2", "Eigh"], _eigenvalues(4, 27)),
    "Eig": _eigenvalues(30, 75),
    **dict.fromkeys(["MatrixSolve", "Solve"], _solve),
    **dict.fromkeys(["MatrixTriangularSolve", "SolveTriangular"], _solve_triangular),
    "BandedTriangularSolve": _solve_banded,
    "TridiagonalSolve": _solve_banded,
    **dict.fromkeys(["MatrixSolveLs", "Lstsq"], _least_squares),
    "Pinv": _pseudo_inverse,
    "CDist": _distances,
    "Corrcoef": _correlation,
    # Two products and a difference for each element.
    "Cross": per_element(3),
    "SparseTensorDenseMatMul": _sparse_product,
}
