"""What to draw of a model: its calls in running order, whichever kind of model it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphscope.readers.keras.config import Call, LayerConfig, NamedTensor, TensorRef

ALL_OUTPUTS = -1
"""The output of a `TensorRef` that stands for everything a call returns."""


@dataclass(frozen=True, slots=True)
class Step:
    """One call of one layer."""

    layer: LayerConfig
    index: int
    """Which call of this layer it is, counted from 0."""
    call: Call
    declared: Mapping[int, TensorRef] = field(default_factory=dict)
    """The outputs as the file describes them where they are used, by number."""
    hint: tuple[int | None, ...] | None = None
    """The shape that the next layer was built for, where nothing better is known."""


@dataclass(frozen=True, slots=True)
class Back:
    """What closes a cycle: a tensor that a call takes although it is made later."""

    tensor: TensorRef
    target: tuple[str, int]
    """The call that takes it: its layer's name, and which call of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The inside of a model."""

    steps: tuple[Step, ...]
    """Input layers are steps too."""
    inputs: tuple[NamedTensor, ...]
    outputs: tuple[NamedTensor, ...]
    back: tuple[Back, ...] = ()
    """Of a broken model, what is not among the arguments of the steps."""


def used_layers(plan: Plan) -> set[str]:
    """Return the layers whose outputs another call of the model takes."""
    return {argument.tensor.layer for step in plan.steps for argument in step.call.tensors} - {
        end.tensor.layer for end in plan.outputs
    }
