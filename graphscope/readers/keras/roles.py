"""Which tensors of a call are data to a layer, in the order in which its rules take them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from graphscope.readers.keras.config import Argument, LayerConfig

T = TypeVar("T")

_ATTENTION = ("query", "value", "key")

_ROLES = dict.fromkeys(
    ("MultiHeadAttention", "GroupQueryAttention", "GroupedQueryAttention"), _ATTENTION
)
"""The parameters of `call` that take data, of layers that take masks and other things as well."""


def select_data(layer: LayerConfig, given: Iterable[tuple[Argument, T]]) -> list[T]:
    """Return what belongs to the tensors that a layer calculates with.

    Args:
        layer: the layer that is called.
        given: its tensors that are no masks, each with its place among the arguments.
    """
    roles = _ROLES.get(layer.class_name) if layer.is_builtin else None
    if roles is None:
        return [each for _, each in given]
    # Arguments may be named, and are listed in the order in which the program named them.
    placed = [(_find_role(argument, roles), each) for argument, each in given]
    found: dict[str, T] = {role: each for role, each in placed if role is not None}
    return [found[role] for role in roles if role in found]


def _find_role(argument: Argument, roles: tuple[str, ...]) -> str | None:
    first = argument.path[0]
    if isinstance(first, int):
        return roles[first] if first < len(roles) else None
    return first if first in roles else None
