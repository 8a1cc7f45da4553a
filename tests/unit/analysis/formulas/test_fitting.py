"""A polynomial is found exactly, and what is none is not taken for one."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from graphscope.analysis.formulas import Formula
from graphscope.analysis.formulas.fitting import fit

START = {"B": 2, "T": 3, "H": 4}
STEPS = {"B": 1, "T": 2, "H": 32}

POWERS = st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 2)).map(
    lambda powers: tuple((name, power) for name, power in zip(STEPS, powers, strict=True) if power)
)
FORMULAS = st.dictionaries(POWERS, st.integers(-(10**9), 10**9).filter(bool), max_size=5).map(
    lambda terms: Formula(
        tuple(
            sorted(
                ((powers, Fraction(factor)) for powers, factor in terms.items()),
                key=lambda term: (sum(power for _, power in term[0]), term[0]),
            )
        )
    )
)


@given(FORMULAS)
def test_a_polynomial_is_found(formula: Formula) -> None:
    assert fit(formula.evaluate, STEPS, START) == formula


def test_halves_are_whole_at_multiples() -> None:
    found = fit(lambda sizes: sizes["H"] // 32 * (sizes["T"] // 2), STEPS, START)
    assert found == Formula((((("T", 1), ("H", 1)), Fraction(1, 64)),))
    assert found.evaluate({"B": 1, "T": 4, "H": 64}) == 4


def test_what_is_no_polynomial_has_no_formula() -> None:
    def count(sizes: Mapping[str, int]) -> int:
        return max(sizes["T"] ** 2, 1000 * sizes["T"])

    assert fit(count, {"T": 1}, {"T": 64}) is None
    assert fit(count, {"T": 1}, {"T": 1024}) == Formula((((("T", 2),), Fraction(1)),))
    assert fit(lambda sizes: 2 ** sizes["T"], {"T": 1}, {"T": 2}) is None
    assert fit(lambda _sizes: None, {"T": 1}, {"T": 2}) is None


def test_formulas_for_people() -> None:
    formula = Formula(
        (
            ((), Fraction(7)),
            ((("B", 1), ("T", 1)), Fraction(5)),
            ((("B", 1), ("T", 2)), Fraction(-1)),
        )
    )
    assert formula.text("{:.0f}".format) == "B·T·(5 − 1·T) + 7"
    assert Formula(()).text("{:.0f}".format) == "0"
    assert Formula((((("B", 1), ("H", 2)), Fraction(3)),)).text("{:.0f}".format) == "3·B·H²"
    assert formula.as_list()[2] == {"powers": {"B": 1, "T": 2}, "factor": -1}
