"""One run of a model under JAX's tracing, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any

import jax

from graphscope.tracers.inputs import call_for_inference
from graphscope.tracers.jax.inputs import ModelInputs
from graphscope.tracers.jax.tensors import JaxTensors
from graphscope.tracers.jax.weights import TracedWeights
from graphscope.tracers.preserve import preserved
from graphscope.tracers.recorder import Call, Recorder, recording


@dataclass(frozen=True)
class Capture:
    """A traced program with the record of its calls.

    Attributes:
        jaxpr: the closed jaxpr; its inputs are the tensors of the model's inputs.
        calls: all calls by their number.
        root: the call of the model.
        variables: what the index of a `weight` primitive means.
    """

    jaxpr: Any
    calls: list[Call]
    root: Call
    variables: list[Any]


def capture(
    model: Any, inputs: ModelInputs, shapes: Sequence[Sequence[int]], *, to_failure: bool = False
) -> Capture:
    """Trace one call of a built model.

    Args:
        model: the model; it is put back afterwards, so that a second run finds the same.
        inputs: what it is called with.
        shapes: the shape of each input tensor.
        to_failure: whether to keep what a model does until it raises.
    """
    tensors, weights = JaxTensors(), TracedWeights()
    recorder = Recorder(tensors)
    program = make_program(model, inputs, weights)

    def run(*values: Any) -> list[Any]:
        try:
            return program(*values)
        except Exception:
            if not (to_failure and recorder.roots):
                raise
            return []

    with preserved(model), traced_afresh(), recording(recorder):
        jaxpr = jax.make_jaxpr(run)(*inputs.describe(shapes))
    return Capture(jaxpr, tensors.calls, recorder.roots[0], weights.variables)


def make_program(
    model: Any, inputs: ModelInputs, weights: TracedWeights
) -> Callable[..., list[Any]]:
    """Return the call of a model as a function from the tensors of its inputs to its results."""
    tensors = JaxTensors()

    def run(*values: Any) -> list[Any]:
        args, kwargs = inputs.arrange(values)
        with weights.standing_in():
            return tensors.flatten(call_for_inference(model, args, kwargs))

    return run


_trace_numbers = count(1)
_trace_context = jax.make_user_context(0) if hasattr(jax, "make_user_context") else None


def traced_afresh() -> AbstractContextManager[Any]:
    """Give functions under `jax.jit` a trace of their own inside the block.

    JAX keeps their traces. One made here would hold our primitives and be used by the user's next
    call; and one that the user made earlier would hide its calls from us. JAX before 0.8 cannot
    tell the two apart.
    """
    return nullcontext() if _trace_context is None else _trace_context(next(_trace_numbers))
