"""The PyTorch tracer: layers from recorded calls, operations as PyTorch dispatches them."""

from __future__ import annotations

from typing import Any

from graphscope.graph import Graph


def trace(model: Any, inputs: Any = None, *, ops: bool = True, name: str | None = None) -> Graph:
    """Trace one inference call of a Keras model on the PyTorch backend.

    The model runs twice on tensors without memory, with different numbers for its open sizes. No
    weight is read or allocated, and the model is afterwards what it was before.

    The loops and choices of `keras.ops` are shown as scopes with their bodies, each body once,
    though PyTorch runs it trip by trip.

    Args:
        model: a Keras model or layer.
        inputs: nested tensor specs, Keras tensors or arrays to call it with; None to use the
            inputs that the model knows.
        ops: False for the data-flow graph of layer calls alone.
        name: name of the graph; the model's own by default.

    Raises:
        TraceError: when the backend is another, the inputs are unknown, the model raises, or what
            it does depends on the values in its tensors.
    """
    from graphscope.tracers.torch.tracing import trace_model

    return trace_model(model, inputs, ops=ops, name=name)
