"""Layers as the operations inside them, where a graph shows layers only.

Each function below writes down what Keras's `call` does, as far as memory goes. What it does not
know becomes one assumed step, which keeps its arguments and results for the backward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from graphscope.analysis.memory.program import Loop
from graphscope.analysis.memory.writer import ProgramWriter
from graphscope.graph import Dimension, TensorSpec


@dataclass(slots=True)
class Expansion:
    """The call of a layer that is to be written into a program."""

    program: ProgramWriter
    type: str
    inputs: tuple[int, ...]
    results: tuple[TensorSpec, ...]
    weights: tuple[str, ...]
    config: Mapping[str, Any]
    node: str
    loops: tuple[Loop, ...]
    training: bool
    is_layer: bool = True
    """False for the call of a Keras operation, as files hold it."""
    used: int = field(default=0)
    """How many of the weights the steps that were written read."""

    def is_training(self) -> bool:
        """Whether to write what happens in training; asked only where that is something else."""
        if self.training:
            self.program.is_of_training = True
        return self.training

    @property
    def result(self) -> TensorSpec:
        """The first result."""
        return self.results[0] if self.results else TensorSpec(None, "float32")

    def spec(self, tensor: int) -> TensorSpec:
        """Return shape and dtype of a tensor."""
        return self.program.spec_of(tensor)

    def like(self, *shape: Dimension) -> TensorSpec:
        """Return a spec of the dtype that the layer computes in."""
        return TensorSpec(shape, self.result.dtype)

    def step(
        self,
        type_: str,
        inputs: Sequence[int],
        spec: TensorSpec | None = None,
        *,
        weights: int = 0,
    ) -> int:
        """Write one step; of the layer's weights it reads the next so many."""
        read = self.weights[self.used : self.used + weights]
        self.used += weights
        outputs = self.program.add_step(
            type_,
            inputs,
            [spec or self.result],
            node=self.node,
            weights=read,
            loops=self.loops,
        )
        return outputs[0]

    def assume(self) -> tuple[int, ...]:
        """Write the whole layer as one step of which nothing is known."""
        if self.is_layer:
            self.program.assumed.add(len(self.program))
        return self.program.add_step(
            self.type,
            self.inputs,
            self.results,
            node=self.node,
            weights=self.weights,
            loops=self.loops,
        )

    def wrapped(self) -> tuple[str, Mapping[str, Any]]:
        """Return class and config of the layer that a wrapper holds; an empty class if none."""
        inner = self.config.get("layer")
        if not isinstance(inner, Mapping) or not isinstance(inner.get("config"), Mapping):
            return "", {}
        return str(inner.get("class_name") or ""), inner["config"]

    def inner(self, name: str, config: Mapping[str, Any], **changes: Any) -> Expansion:
        """Return the call of a layer inside this one."""
        changed = {"type": name, "config": config, **changes}
        return replace(self, **changed)


Expand: TypeAlias = Callable[[Expansion], int]
"""Writes the steps of a layer and returns its (first) result."""
