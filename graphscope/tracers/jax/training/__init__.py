"""One training step on JAX as a graph: forward, loss, gradient, update and metrics."""

from __future__ import annotations

from typing import Any

from graphscope.graph import Graph


def trace_step(
    model: Any,
    inputs: Any = None,
    *,
    targets: Any = None,
    loss: Any = None,
    optimizer: Any = None,
    ops: bool = True,
    name: str | None = None,
) -> Graph:
    """Trace one training step of a Keras model on the JAX backend.

    It is the model's own stateless `train_step`, overridden or not, with the loss, metrics and
    optimizer it was compiled with. No variable is read or allocated, slots of the optimizer
    included, and model and optimizer are afterwards what they were before.

    Args:
        model: a Keras model, compiled or with a `train_step` of its own.
        inputs: nested tensor specs, Keras tensors or arrays; None to use the inputs that the model
            knows.
        targets: the same for what the loss compares the outputs with; None to infer them from
            outputs and loss.
        loss: a loss to assume where the model was not compiled.
        optimizer: an optimizer to assume where the model was not compiled.
        ops: False for the data-flow graph of calls alone.
        name: name of the graph; the model's own by default.

    Raises:
        TraceError: when the backend is another, the model has nothing to train with, the inputs
            are unknown or the step raises.
    """
    from graphscope.tracers.jax.training.tracing import trace_train_step

    return trace_train_step(
        model, inputs, targets=targets, loss=loss, optimizer=optimizer, ops=ops, name=name
    )
