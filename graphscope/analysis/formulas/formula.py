"""A polynomial in open sizes, with exact coefficients, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any, TypeAlias

Powers: TypeAlias = tuple[tuple[str, int], ...]
"""Names with their exponents, in the order of the names; empty for a constant."""


@dataclass(frozen=True)
class Formula:
    """A sum of terms; zero has none."""

    terms: tuple[tuple[Powers, Fraction], ...]
    """Exponents and coefficients: by degree, those of few names first."""

    def evaluate(self, sizes: Mapping[str, int]) -> int:
        """Return the value, rounded to a whole number.

        >>> formula = Formula((((("B", 1),), Fraction(3)), ((("B", 1), ("T", 2)), Fraction(1, 2))))
        >>> formula.evaluate({"B": 2, "T": 4}), formula.text(str)
        (22, 'B·(3.0 + 0.5·T²)')
        """
        total = Fraction(0)
        for powers, factor in self.terms:
            total += factor * prod(sizes[name] ** power for name, power in powers)
        return round(total)

    def text(self, write: Callable[[float], str]) -> str:
        """Return the formula for people, what its terms share before a bracket.

        Args:
            write: prints a coefficient.
        """
        if not self.terms:
            return write(0)
        fixed = [factor for powers, factor in self.terms if not powers]
        varying = [term for term in self.terms if term[0]]
        shared = _find_shared([powers for powers, _ in varying])
        parts = [_write_term(_without(powers, shared), factor, write) for powers, factor in varying]
        text = _add(parts)
        if shared:
            outside = "·".join(_write_power(name, power) for name, power in shared.items())
            text = f"{outside}·({text})" if len(parts) > 1 else f"{text}·{outside}"
        return _add([*([text] if parts else []), *(_write_term((), each, write) for each in fixed)])

    def as_list(self) -> list[dict[str, Any]]:
        """Return the terms as JSON values: exponents, and the coefficient as number or fraction."""
        return [
            {
                "powers": dict(powers),
                "factor": factor.numerator if factor.denominator == 1 else str(factor),
            }
            for powers, factor in self.terms
        ]


def _find_shared(terms: Sequence[Powers]) -> dict[str, int]:
    """Return the powers that all terms have."""
    shared = dict(terms[0]) if terms else {}
    for powers in terms[1:]:
        found = dict(powers)
        shared = {name: min(power, found.get(name, 0)) for name, power in shared.items()}
    return {name: power for name, power in shared.items() if power}


def _add(parts: Sequence[str]) -> str:
    # What is subtracted reads best behind what it is subtracted from.
    ordered = sorted(parts, key=lambda part: part.startswith("-"))
    return " + ".join(ordered).replace("+ -", "− ").replace("-", "−")


def _without(powers: Powers, shared: Mapping[str, int]) -> Powers:
    rest = ((name, power - shared.get(name, 0)) for name, power in powers)
    return tuple((name, power) for name, power in rest if power)


def _write_term(powers: Powers, factor: Fraction, write: Callable[[float], str]) -> str:
    names = "·".join(_write_power(name, power) for name, power in powers)
    number = write(float(factor)) if factor > 0 else f"-{write(float(-factor))}"
    if not names:
        return number
    return names if factor == 1 else f"{number}·{names}"


def _write_power(name: str, power: int) -> str:
    return name if power == 1 else name + str(power).translate(_RAISED)


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
