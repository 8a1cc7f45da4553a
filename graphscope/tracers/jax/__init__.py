"""The JAX tracer: layers from recorded calls, operations from the jaxpr."""

from __future__ import annotations

from typing import Any

from graphscope.graph import Graph


def trace(model: Any, inputs: Any = None, *, ops: bool = True, name: str | None = None) -> Graph:
    """Trace one inference call of a Keras model on the JAX backend.

    No weight is read or allocated, and the model is afterwards what it was before: also an
    unbuilt model stays unbuilt.

    Args:
        model: a Keras model or layer.
        inputs: nested tensor specs, Keras tensors or arrays to call it with; None to use the
            inputs that the model knows.
        ops: False for the data-flow graph of layer calls alone.
        name: name of the graph; the model's own by default.

    Raises:
        TraceError: when the backend is another, the inputs are unknown or the model raises.
    """
    from graphscope.tracers.jax.tracing import trace_model

    return trace_model(model, inputs, ops=ops, name=name)
