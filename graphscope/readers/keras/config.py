"""The config of a Keras model as plain values: what the file says, checked and nothing more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

PathStep: TypeAlias = int | str


@dataclass(frozen=True, slots=True)
class TensorRef:
    """A tensor that the file refers to: which output of which call of which layer."""

    layer: str
    call: int
    output: int
    shape: tuple[int | None, ...] | None = None
    dtype: str = ""


@dataclass(frozen=True, slots=True)
class Argument:
    """A tensor among the arguments of a call, and where it stands.

    The path begins with the position or the name of the argument; further steps lead through
    lists and dictionaries.
    """

    path: tuple[PathStep, ...]
    tensor: TensorRef

    @property
    def is_mask(self) -> bool:
        """Whether it is a mask that Keras passes beside the data."""
        return self.path[0] in ("mask", "query_mask", "value_mask", "key_mask")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer: an inbound node of the file."""

    tensors: tuple[Argument, ...]
    constants: Mapping[str, Any]
    """Arguments that hold no tensor, by name or position; those that are None are left out."""


@dataclass(frozen=True, eq=False)
class LayerConfig:
    """A layer, model or Keras operation of the file.

    Compared by identity: two layers of one name in different models are two layers.
    """

    name: str
    class_name: str
    module: str
    config: Mapping[str, Any]
    build_config: Mapping[str, Any] = field(default_factory=dict)
    calls: tuple[Call, ...] = ()
    shared_id: int | None = None
    """Equal in all copies of one layer that the file holds in several places."""
    is_operation: bool = False
    is_builtin: bool = False
    registered_name: str = ""
    model: ModelConfig | None = None
    """The inside, when it is a functional or sequential model."""

    @property
    def is_input(self) -> bool:
        """Whether it is Keras's InputLayer."""
        return self.is_builtin and self.class_name == "InputLayer"

    @property
    def emitting_calls(self) -> tuple[Call, ...]:
        """The calls whose outputs others may take; an input layer counts as called once."""
        return self.calls or ((Call((), {}),) if self.is_input else ())

    @property
    def trainable(self) -> bool:
        """Whether its weights are trained."""
        return self.config.get("trainable") is not False


@dataclass(frozen=True, slots=True)
class NamedTensor:
    """An input or output of a model; the key is its name in a dictionary, else empty."""

    tensor: TensorRef
    key: str = ""


@dataclass(frozen=True, eq=False)
class ModelConfig:
    """The inside of a functional or sequential model."""

    kind: Literal["functional", "sequential"]
    layers: tuple[LayerConfig, ...]
    inputs: tuple[NamedTensor, ...] = ()
    outputs: tuple[NamedTensor, ...] = ()
    input_shape: Any = None
    """The shape a sequential model was built with, as it stands in the file."""
