"""What a rule is given, and what it returns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from graphscope.graph import Dimension
from graphscope.readers.shapes import UNKNOWN, Shape, compute_dtype
from graphscope.readers.shapes.dtypes import without_map
from graphscope.readers.shapes.settings import MAX_SIZE, Settings
from graphscope.readers.weights.names import quantization_mode
from graphscope.readers.weights.tree import StoredWeight, WeightGroup

Sizes: TypeAlias = tuple[int, ...]

PATH = "/"
"""Stands in the name of a weight that a wrapper saves although it is that of the layer in it."""


class UndeclaredError(Exception):
    """The weights of a layer cannot be told: why, as half a sentence."""


@dataclass(frozen=True)
class Building:
    """The settings of a layer and the shapes that it is built for."""

    settings: Settings
    inputs: Sequence[Shape] | None
    """None where they are not known."""
    declare: Callable[[Any, Sequence[Shape] | None], WeightGroup]
    """Applies the rule of a layer that this one holds, given as it is serialized in the file."""

    @property
    def dtype(self) -> str:
        """The dtype of its weights, unless they are made of another on purpose.

        Raises:
            UndeclaredError: when the file does not tell it.
        """
        policy = self.settings.get("dtype")
        dtype = compute_dtype(policy)
        if dtype == UNKNOWN:
            raise UndeclaredError("the dtype of its weights is not in the file")
        return "float32" if _is_mixed(policy) else dtype

    @property
    def mode(self) -> str:
        """How it was quantized; empty when it was not."""
        return quantization_mode(self.settings.values) or ""

    def input(self, index: int = 0) -> Shape:
        """Return one of the shapes.

        Raises:
            UndeclaredError: when it is not known.
        """
        if self.inputs is None or index >= len(self.inputs):
            raise UndeclaredError("the shape of its input is not known")
        return self.inputs[index]

    def size(self, axis: int, index: int = 0) -> int:
        """Return one size of an input.

        Raises:
            UndeclaredError: when it is not known, or no such axis exists.
        """
        shape = self.input(index)
        if not -len(shape) <= axis < len(shape):
            raise UndeclaredError(f"its input of rank {len(shape)} has no axis {axis}")
        return whole(shape[axis])

    def channels(self, *, before: int = 1) -> int:
        """Return the number of channels of its input, whose first `before` axes are no space."""
        return self.size(before if self.settings.channels_first() else -1)

    def entries(self, key: str) -> list[Mapping[str, Any]]:
        """Return the layers of a setting as they are serialized.

        Raises:
            UndeclaredError: when they are none.
        """
        found = self.settings.get(key)
        if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
            raise UndeclaredError(f"its config names no {key}")
        return found

    def bias(self, *sizes: int) -> dict[str, Sizes]:
        """Return the bias, if the layer has one."""
        return {"bias": sizes} if self.settings.flag("use_bias", default=True) else {}

    def group(
        self,
        weights: Mapping[str, Sizes],
        children: Mapping[str, WeightGroup] | None = None,
        dtypes: Mapping[str, str] | None = None,
    ) -> WeightGroup:
        """Return what the layer owns.

        Args:
            weights: shapes by name, in the order in which files hold them.
            children: what the layers in it own, by the attribute that holds them.
            dtypes: of the weights whose dtype is another than that of the layer.

        Raises:
            UndeclaredError: when nothing that large can exist.
        """
        for name, shape in weights.items():
            if max(shape, default=0) > MAX_SIZE:
                raise UndeclaredError(f"its {name} cannot be that large")
        own = dict.fromkeys(weights, self.dtype) | dict(dtypes or {})
        stored = [StoredWeight(name, shape, own[name]) for name, shape in weights.items()]
        return WeightGroup("", is_object=True, weights=stored, children=dict(children or {}))


Rule: TypeAlias = Callable[[Building], WeightGroup]
"""Returns what a layer owns, laid out as Keras lays it out in a file.

Raises:
    UndeclaredError: when that cannot be told.
    ReadError: when its settings are impossible.
"""


def whole(size: Dimension) -> int:
    """Return a size that is a number.

    Raises:
        UndeclaredError: when it is open.
    """
    if not isinstance(size, int):
        raise UndeclaredError("a size of its input is open")
    return size


def unknown_group() -> WeightGroup:
    """Return the group of an object of which nobody can tell what it owns."""
    return WeightGroup("", is_object=True, is_known=False)


def named(group: WeightGroup, name: str) -> WeightGroup:
    """Give a group the name under which its object would have been saved, and return it."""
    group.read_name = lambda: name
    return group


def _is_mixed(policy: Any) -> bool:
    policy = without_map(policy)
    if isinstance(policy, Mapping):
        config = policy.get("config")
        if not isinstance(config, Mapping):
            return False
        policy = config.get("source_name") or config.get("name")
    return isinstance(policy, str) and policy.startswith("mixed_")
