"""Makes many frozen values fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field, fields, make_dataclass
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")


def maker(cls: Callable[P, T]) -> Callable[P, T]:
    """Return a function that makes what calling a class makes, in a fourth of the time.

    A frozen dataclass sets each field by way of `object.__setattr__`. The function makes a value of
    a class that has the same slots and is not frozen, and then declares it to be one of the frozen.

    Args:
        cls: a frozen dataclass with slots and without `__post_init__`. The function wants all
            fields.

    Example:
        >>> from graphscope.graph.types import Port, TensorSpec
        >>> maker(TensorSpec)((2, 3), "float32") == TensorSpec((2, 3), "float32")
        True
    """

    def freeze(value: Any) -> None:
        value.__class__ = cls

    thawed = make_dataclass(
        cast("type", cls).__name__,
        [(each.name, object, field()) for each in fields(cast("type", cls))],
        slots=True,
        eq=False,
        repr=False,
        match_args=False,
        namespace={"__post_init__": freeze},
    )
    return cast("Callable[P, T]", thawed)
