"""What a model's inputs declare: their names, shapes and dtypes, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphscope.doctor.case import Case
from graphscope.doctor.facts.layer_input import InputShape, input_shape_of
from graphscope.doctor.findings import Place
from graphscope.doctor.records import Shape
from graphscope.doctor.wording import class_name, place_of


@dataclass(frozen=True, slots=True, eq=False)
class Declared:
    """One input of a model.

    Attributes:
        name: of its InputLayer, or the key under which the model knows it.
        shape: with the batch axis.
        dtype: as declared.
        layer: the InputLayer; None for a model that declares nothing.
        tensor: what it gives.
    """

    name: str
    shape: Shape
    dtype: str
    layer: Any
    tensor: Any = None

    @property
    def layer_name(self) -> str | None:
        """The name of the InputLayer."""
        return getattr(self.layer, "name", None)

    def source(self, case: Case) -> InputShape | None:
        """Return where the shape is written, when it is to be seen."""
        return input_shape_of(case, self.layer) if self.layer is not None else None

    def place(self, case: Case) -> Place | None:
        """Return the line that declares the input."""
        given = self.source(case)
        return given.place if given else place_of(case, self.layer) if self.layer else None


def declared_inputs(model: Any) -> list[Declared]:
    """Return the inputs of a functional or sequential model, in their order; empty for others."""
    struct = _struct(model)
    if isinstance(struct, Mapping):
        pairs = [(str(key), struct[key]) for key in struct]
    else:
        found = struct if isinstance(struct, list | tuple) else [struct]
        pairs = [(str(getattr(each, "name", "")), each) for each in found]
    return [_declared(name, tensor) for name, tensor in pairs if hasattr(tensor, "shape")]


def takes_dictionary(model: Any) -> bool:
    """Whether a model was made with a dictionary of inputs."""
    return isinstance(_struct(model), Mapping)


def is_lazy(model: Any) -> bool:
    """Whether a Sequential took its input shape from the first data it was given."""
    return class_name(model) == "Sequential" and not any(
        class_name(each) == "InputLayer" for each in getattr(model, "_layers", [])
    )


def _struct(model: Any) -> Any:
    inner = getattr(model, "_functional", None)
    holder = model if inner is None else inner
    return getattr(holder, "_inputs_struct", None)


def _declared(name: str, tensor: Any) -> Declared:
    history = getattr(tensor, "_keras_history", None)
    layer = history.operation if history is not None else None
    return Declared(name, tuple(tensor.shape), str(tensor.dtype), layer, tensor)
