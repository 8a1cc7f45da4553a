"""From a traced step to its graph document."""

from __future__ import annotations

from dataclasses import replace

from graphscope.graph import ROOT, Graph, GraphBuilder, Scope, ScopeKind
from graphscope.tracers.document import declare, finish
from graphscope.tracers.functional import match_declarations
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.shapes import PlainShapes
from graphscope.tracers.tensorflow.tracing import infer_shapes
from graphscope.tracers.tensorflow.training.assembly import StepAssembly
from graphscope.tracers.tensorflow.training.finishing import finish_step
from graphscope.tracers.tensorflow.training.gradients import settle_gradients
from graphscope.tracers.tensorflow.training.owners import settle_loose
from graphscope.tracers.tensorflow.training.running import TracedStep
from graphscope.tracers.tensorflow.training.updates import (
    find_slots,
    make_weight_calls,
    settle_updates,
)


def assemble(step: TracedStep, builder: GraphBuilder, *, guessed_dtype: bool) -> Graph:
    """Return the graph of a traced step, while the model is still as the step left it.

    Args:
        step: the traced step.
        builder: receives the parts.
        guessed_dtype: whether the dtype of the inputs was assumed.
    """
    ownership = Ownership(builder, step.model)
    builder.put_scope(Scope(ROOT, builder.name, "TrainStep", ScopeKind.PHASE, None))
    shapes = infer_shapes(step, builder)
    step.placeholders.add_nodes(builder, shapes)
    saved = _settle(step, ownership)
    calls = list(step.root.walk())
    declared = match_declarations(calls)
    assembly = StepAssembly(
        builder,
        ownership,
        step.log,
        markers=step.tensors.markers,
        variables=step.variables.variables,
        lines=declared.lines,
        calls=calls,
        slots=find_slots(step.model),
        saved=saved,
    )
    body = Body(step.graph, ROOT, references=dict(step.placeholders.ports), shapes=shapes)
    body.scopes[step.root] = ROOT
    for _, call in step.phases.items():
        body.scopes[call] = _open_phase(builder, call.operation.name)
    assembly.add_body(body, [*step.outputs, *step.find_targets()])
    declare(builder, declared, assembly.scopes.call_ids, step.placeholders.nodes)
    for text in step.data.notes:
        builder.add_note("assumed-targets", text)
    graph = finish(
        builder,
        assembly.ports(body, step.outputs),
        guessed_dtype=guessed_dtype,
        dead_ops=assembly.dead,
        symbols=None if isinstance(shapes, PlainShapes) else shapes.symbols,
    )
    return finish_step(graph, step, assembly, body, ownership)


def _open_phase(builder: GraphBuilder, name: str) -> str:
    """Open the scope of a phase; that of a later round is called `forward 2`."""
    id_ = builder.open_scope(name, "Phase", ScopeKind.PHASE)
    _, _, number = id_.partition("#")
    if number:
        builder.put_scope(replace(builder.get_scope(id_), name=f"{name} {number}"))
    return id_


def _settle(step: TracedStep, ownership: Ownership) -> set[object]:
    """Give every operation its place; return those that save values for the gradient."""
    graphs = list(dict.fromkeys([step.graph, *(each.graph for each, _ in step.log.items())]))
    weight_calls = make_weight_calls(step.model, step.variables.variables, ownership)
    settle_loose(
        step.graph, step.log, step.phases, lambda operation: bool(weight_calls.written(operation))
    )
    saved = settle_gradients(graphs, step.log, step.phases, step.origins)
    settle_updates(graphs, step.log, step.phases, weight_calls)
    return saved
