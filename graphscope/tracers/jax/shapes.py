"""Dimensions that depend on the batch and other open sizes: two traces, read side by side.

JAX traces with numbers only. The model is therefore traced twice, with different numbers for its
open sizes; see `Symbols` for how the two results are read. The traces must be the same program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jax.extend.core import Literal

from graphscope.graph import Dimension, TensorSpec
from graphscope.tracers.symbols import Symbols


class Shapes:
    """The shapes of the variables of one jaxpr.

    Args:
        twins: the variables of the other trace; empty where there was only one.
        reader: reads two sizes as one.
    """

    def __init__(self, twins: Mapping[Any, Any], reader: SizeReader) -> None:
        self._twins = twins
        self._reader = reader

    def spec(self, atom: Any) -> TensorSpec:
        """Return shape and dtype of a variable or literal of the jaxpr."""
        first = atom.aval
        second = self._twins[atom].aval if self._twins and not is_literal(atom) else first
        return self._reader.spec(first, second)


class SizeReader:
    """Reads sizes that came out of two traces.

    Args:
        symbols: the names behind the numbers.
    """

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._specs: dict[tuple[Any, ...], TensorSpec] = {}

    def size(self, first: int, second: int) -> Dimension:
        """Return a size as it is to be settled when the document is complete."""
        return self._symbols.mark(first, second)

    def spec(self, first: Any, second: Any) -> TensorSpec:
        """Return the spec of a tensor from its abstract values in both traces."""
        key = (first.shape, second.shape, first.dtype)
        if key not in self._specs:
            sizes = map(self.size, first.shape, second.shape)
            self._specs[key] = TensorSpec(tuple(sizes), str(first.dtype))
        return self._specs[key]


def is_literal(atom: Any) -> bool:
    """Whether an operand is a value written into the jaxpr, not a variable."""
    return isinstance(atom, Literal)


def pair_variables(jaxpr: Any, twin: Any) -> dict[Any, Any]:
    """Return the variables of the same program in another trace, by variable."""
    pairs: dict[Any, Any] = {}
    if twin is None:
        return pairs
    _pair(pairs, jaxpr.invars, twin.invars)
    _pair(pairs, jaxpr.constvars, twin.constvars)
    for one, other in zip(jaxpr.eqns, twin.eqns, strict=True):
        _pair(pairs, one.outvars, other.outvars)
    return pairs


def _pair(pairs: dict[Any, Any], ones: Sequence[Any], others: Sequence[Any]) -> None:
    pairs.update(zip(ones, others, strict=True))
