"""The training step of a model, as a graph."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from graphscope import plugins
from graphscope.errors import TargetError, TraceError
from graphscope.graph import Graph
from graphscope.session.input_shapes import NamedInput
from graphscope.session.models import is_model


@dataclass(frozen=True, slots=True)
class StepOptions:
    """What a training step needs that a model may not say itself."""

    targets: tuple[NamedInput, ...] = ()
    """What the loss compares the outputs with; empty to infer it from outputs and loss."""
    loss: str | None = None
    """The loss to assume for a model that is not compiled."""
    optimizer: str | None = None
    """The optimizer to assume for a model that is not compiled."""


def trace_step(
    model: Any,
    inputs: Any = None,
    *,
    targets: Any = None,
    loss: Any = None,
    optimizer: Any = None,
    ops: bool = True,
) -> Graph:
    """Return the graph of one training step of a live Keras model.

    Raises:
        TraceError: when the value is no model, its backend has no tracer of steps, or the step
            cannot be run.
    """
    if not is_model(model):
        raise TraceError(
            f"A value of type {type(model).__name__} is not a Keras model.",
            "Pass the model itself.",
        )
    backend = sys.modules["keras"].config.backend()
    known = list(plugins.registered("step_tracers"))
    if backend not in known:
        raise TraceError(
            f"The training step cannot be traced on the {backend} backend in this release.",
            f"Use {' or '.join(known)}: --backend on the command line, the environment variable "
            "KERAS_BACKEND in Python.",
        )
    graph: Graph = plugins.find("step_tracers", backend)(
        model, inputs, targets=targets, loss=loss, optimizer=optimizer, ops=ops
    )
    return graph


def refuse_step(text: str, options: StepOptions | None) -> None:
    """Complain when a training step is asked of what cannot be trained.

    Raises:
        TargetError: when it is.
    """
    if options is not None:
        raise TargetError(
            f"{text!r} holds no program, so its training step cannot be traced.",
            "Name the code that makes the model, compiled: net.py:make_model.",
        )
