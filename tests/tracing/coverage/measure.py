"""What a trace of one model amounts to."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import keras

from graphscope.analysis.inventory import take_inventory
from graphscope.tracers.conditions import is_built
from graphscope.tracers.tensorflow import trace
from tests.tracing.zoo.examples import Make


@dataclass(frozen=True, slots=True)
class Row:
    """Counts over the graph of one model.

    Attributes:
        calls: calls of layers.
        ops: single operations.
        unowned: operations that no call made.
        unknown: tensors with a size that is not known.
        implicit: edges between calls that are masks or states, not arguments.
        violations: what the consistency check found.
        parameters: of all weights.
        keras_parameters: what Keras counts; None for a model that it has not built whole.
    """

    name: str
    calls: int
    ops: int
    unowned: int
    unknown: int
    implicit: int
    violations: int
    parameters: int
    keras_parameters: int | None

    @property
    def is_sound(self) -> bool:
        """Whether everything has an owner, all is consistent, and Keras counts the same."""
        agrees = self.keras_parameters in (None, self.parameters)
        return agrees and not self.unowned and not self.violations


def measure(name: str, make: Make) -> Row:
    """Trace a model under the names of a fresh process and count."""
    keras.backend.clear_session()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's own, about masks and dtypes
        model, inputs = make()
        graph = trace(model, inputs)
    found = take_inventory(graph)
    return Row(
        name,
        found.layer_calls,
        found.ops,
        found.unowned_ops,
        found.unknown_shapes,
        found.consistency.implicit_edges,
        len(found.consistency.violations),
        found.parameters,
        model.count_params() if is_built(model) else None,
    )
