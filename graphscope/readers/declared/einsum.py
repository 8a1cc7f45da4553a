"""The weights of a product that is written as an equation."""

from __future__ import annotations

from typing import Any

from graphscope.readers.declared.building import Sizes, UndeclaredError
from graphscope.readers.shapes import Shape
from graphscope.readers.shapes.core import einsum_letters


def einsum_weights(
    equation: str, shape: Shape, output_shape: Any, bias_axes: str | None
) -> dict[str, Sizes]:
    """Return the weights of an `EinsumDense`.

    Args:
        equation: such as `abc,cd->abd`; an ellipsis stands for axes that are kept.
        shape: of the input, the batch first.
        output_shape: sizes of the output without the batch, as they stand in the file; None where
            they are those of the input.
        bias_axes: letters of the output along which the bias differs; None without a bias.

    Raises:
        UndeclaredError: when a size is open, or the parts do not fit together.
        IncompatibleError: when the equation does not take the input.
    """
    source, target = einsum_letters(equation, len(shape))
    kernel = equation.replace(" ", "").partition(",")[2].partition("->")[0]
    given = output_shape if isinstance(output_shape, list) else [output_shape]
    sizes: dict[str, int] = {
        letter: size
        for letter, size in (
            *zip(reversed(_lettered(target)), reversed(given), strict=False),
            *zip(source, shape, strict=True),
        )
        if isinstance(size, int)
    }
    weights = {"kernel": tuple(_size(letter, sizes) for letter in kernel)}
    if bias_axes:
        first = min((target.index(letter) for letter in bias_axes if letter in target), default=0)
        weights["bias"] = tuple(
            _size(letter, sizes) if letter in bias_axes else 1 for letter in target[first:]
        )
    return weights


def _lettered(target: list[str]) -> list[str]:
    # The declared shape leaves out what an ellipsis covers.
    return [letter for letter in target if not letter.isdecimal()]


def _size(letter: str, sizes: dict[str, int]) -> int:
    if letter not in sizes:
        raise UndeclaredError("a size of its kernel is open")
    return sizes[letter]
