"""One trace of a train step from beginning to end."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import keras

from graphscope.analysis.collapse import collapse_layers
from graphscope.errors import TraceError
from graphscope.graph import ROOT, Graph, GraphBuilder, Scope, ScopeKind
from graphscope.graph.collecting import pause_collecting
from graphscope.tracers.conditions import (
    check_traceable,
    failures_explained,
    is_built,
)
from graphscope.tracers.document import finish
from graphscope.tracers.functional import match_declarations
from graphscope.tracers.inputs import find_arguments
from graphscope.tracers.jax.bodies import Body
from graphscope.tracers.jax.capture import Capture, traced_afresh
from graphscope.tracers.jax.inputs import ModelInputs
from graphscope.tracers.jax.shapes import Shapes, SizeReader, pair_variables
from graphscope.tracers.jax.tensors import JaxTensors
from graphscope.tracers.jax.tracing import build_model, call_on_symbols
from graphscope.tracers.jax.training.assembly import StepAssembly
from graphscope.tracers.jax.training.finishing import finish_step
from graphscope.tracers.jax.training.owners import StepOwners
from graphscope.tracers.jax.training.phases import Phases
from graphscope.tracers.jax.trials import trace_with_sizes
from graphscope.tracers.jax.weights import TracedWeights
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.preserve import preserved
from graphscope.tracers.recorder import Call, Recorder, recording
from graphscope.tracers.steps.compiling import compile_if_needed
from graphscope.tracers.steps.data import StepData, as_specs, find_data
from graphscope.tracers.steps.parts import Part
from graphscope.tracers.steps.trained import find_optimizers, find_trained_objects
from graphscope.tracers.variables import abstract_variables


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
    """See `graphscope.tracers.jax.training.trace_step`."""
    check_traceable(model, "jax")
    if not isinstance(model, keras.Model):
        raise TraceError(
            f"A {type(model).__name__} has no train step.", "Pass a keras.Model that is compiled."
        )
    arguments = find_arguments(model, inputs)
    given = ModelInputs(arguments)
    builder = GraphBuilder(name or model.name, "TrainStep")
    with (
        pause_collecting(),
        preserved(model, find_trained_objects(model)),
        abstract_variables(),
    ):
        without_values = keras.StatelessScope(initialize_variables=False)
        for note in compile_if_needed(model, loss, optimizer, without_values):
            builder.add_note(note.code, note.message)
        # Only what the model itself does is explained as its failure; the rest is ours.
        with failures_explained(model):
            if not is_built(model):
                build_model(model, arguments, given)
            candidates = find_data(
                model, arguments, as_specs(targets), lambda: call_on_symbols(model, arguments)
            )
            graph = _trace_first_that_fits(model, candidates, builder)
    return graph if ops else collapse_layers(graph)


def _trace_first_that_fits(
    model: Any, candidates: Sequence[StepData], builder: GraphBuilder
) -> Graph:
    for data in candidates[:-1]:
        try:
            return _trace(model, data, builder)
        except Exception:  # noqa: BLE001 - the step wants other data; the last one may raise
            continue
    return _trace(model, candidates[-1], builder)


@dataclass(frozen=True)
class StepCapture(Capture):
    """A traced step; see `Capture`.

    Attributes:
        phases: its phases.
        state: the variables that it makes new values for, in the order of its results.
    """

    phases: Phases
    state: list[Any]


def _trace(model: Any, data: StepData, builder: GraphBuilder) -> Graph:
    inputs = ModelInputs(data.arguments)
    traced = trace_with_sizes(functools.partial(_capture, model, data), inputs, builder)
    for text in data.notes:
        builder.add_note("assumed-targets", text)
    first, second = traced.first, traced.second
    jaxpr, twin = first.jaxpr.jaxpr, None if second is None else second.jaxpr.jaxpr
    ownership = Ownership(builder, model)
    builder.put_scope(Scope(ROOT, builder.name, "TrainStep", ScopeKind.PHASE, None))
    sizes = SizeReader(traced.symbols)
    ports = inputs.add_nodes(builder, jaxpr.invars, Shapes(pair_variables(jaxpr, twin), sizes))
    owners = StepOwners(jaxpr, first.calls, first.phases, first.root)
    declared = match_declarations(first.calls)
    assembly = StepAssembly(
        builder,
        ownership,
        owners,
        calls=first.calls,
        variables=first.variables,
        sizes=sizes,
        lines=declared.lines,
    )
    others = first.jaxpr.consts if second is None else second.jaxpr.consts
    body: Body = assembly.make_body(
        jaxpr,
        twin,
        ROOT,
        inputs=ports,
        constants=list(zip(first.jaxpr.consts, others, strict=True)),
        owner=first.root,
    )
    for phase in first.root.children:
        assembly.scopes.of(body, phase)
    assembly.add_body(body)
    graph = finish(
        builder,
        assembly.ports(body, jaxpr.outvars[len(first.state) :]),
        guessed_dtype=data.arguments.guessed_dtype,
        dead_ops=assembly.dead,
        symbols=None if second is None else traced.symbols,
    )
    return finish_step(graph, first.phases, first.state, assembly, body, ownership)


def _capture(
    model: Any, data: StepData, inputs: ModelInputs, shapes: Sequence[Sequence[int]]
) -> StepCapture:
    tensors, weights = JaxTensors(), TracedWeights()
    recorder = Recorder(tensors)
    step = Call(Part(model.name, "TrainStep"), None, None, [], is_layer=False)
    phases = Phases(recorder, tensors, step)
    optimizers = find_optimizers(model)
    state: list[Any] = []

    def run(*values: Any) -> list[Any]:
        args, kwargs = inputs.arrange(values)
        with weights.standing_in():
            batch = data.arrange(args, kwargs)
            if model.compiled:
                # As `fit` does: the first step would make the slots of optimizers and metrics.
                model._symbolic_build(data_batch=batch if isinstance(batch, tuple) else (batch,))
            optimizer = getattr(model, "optimizer", None)
            groups = [
                model.trainable_variables,
                model.non_trainable_variables,
                [] if optimizer is None else optimizer.variables,
                model.metrics_variables,
            ]
            state[:] = [variable for group in groups for variable in group]
            before = tuple([weights.read(variable) for variable in group] for group in groups)
            with (
                recording(recorder),
                phases.watching(model, optimizers),
                recorder.inside(step),
            ):
                logs, after = model.train_step(before, batch)
        return [*(value for group in after for value in group), *tensors.flatten(logs)]

    with preserved(model, find_trained_objects(model)), traced_afresh():
        jaxpr = jax.make_jaxpr(run)(*inputs.describe(shapes))
    return StepCapture(jaxpr, tensors.calls, step, weights.variables, phases, state)
