"""One trace of a train step from beginning to end."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import keras
import tensorflow as tf

from graphscope.analysis.collapse import collapse_layers
from graphscope.errors import TraceError
from graphscope.graph import Graph, GraphBuilder
from graphscope.graph.collecting import pause_collecting
from graphscope.tracers.conditions import check_traceable, failures_explained
from graphscope.tracers.inputs import CallArguments, find_arguments
from graphscope.tracers.steps.compiling import compile_if_needed
from graphscope.tracers.steps.data import StepData, as_specs, find_data
from graphscope.tracers.tensorflow.placeholders import Placeholders
from graphscope.tracers.tensorflow.training.assembling import assemble
from graphscope.tracers.tensorflow.training.running import TracedStep, run
from graphscope.tracers.tensorflow.training.state import unchanged
from graphscope.tracers.tensorflow.training.variables import VariableStandIns


def trace_train_step(
    model: Any,
    inputs: Any,
    *,
    targets: Any,
    loss: Any,
    optimizer: Any,
    ops: bool,
    name: str | None,
) -> Graph:
    """See `graphscope.tracers.tensorflow.training.trace_step`."""
    check_traceable(model, "tensorflow")
    if not isinstance(model, keras.Model):
        raise TraceError(
            f"A {type(model).__name__} has no train step.", "Pass a keras.Model that is compiled."
        )
    arguments = find_arguments(model, inputs)
    builder = GraphBuilder(name or model.name, "TrainStep")
    with pause_collecting(), ExitStack() as stack:
        stack.enter_context(unchanged(model))
        without_values = VariableStandIns(tf.__internal__.FuncGraph("graphscope_compile"))
        for note in compile_if_needed(model, loss, optimizer, without_values):
            builder.add_note(note.code, note.message)
        # Only what the model itself does is explained as its failure; the rest is ours.
        with failures_explained(model):
            step = _run_first_that_fits(model, arguments, as_specs(targets), stack)
        graph = assemble(step, builder, guessed_dtype=arguments.guessed_dtype)
    return graph if ops else collapse_layers(graph)


def _run_first_that_fits(
    model: Any, arguments: CallArguments, targets: Any, stack: ExitStack
) -> TracedStep:
    """Trace the step with the first kind of data that it takes.

    Args:
        model: the model.
        arguments: what the model is called with.
        targets: what the user gave as targets.
        stack: restores what the successful attempt changed, once the graph is made.
    """

    def call() -> Any:
        graph = tf.__internal__.FuncGraph("graphscope_build")
        with graph.as_default(), VariableStandIns(graph):
            placeholders = Placeholders(arguments)
            return model(*placeholders.args, **placeholders.kwargs)

    candidates: list[StepData] = find_data(model, arguments, targets, call)
    for data in candidates[:-1]:
        with ExitStack() as attempt:
            attempt.enter_context(unchanged(model))
            try:
                step = run(model, data)
            except Exception:  # noqa: BLE001 - the step wants other data; the last one may raise
                continue
            stack.push(attempt.pop_all())
            return step
    return run(model, candidates[-1])
