"""One trace from beginning to end."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Protocol

import tensorflow as tf

from graphscope.analysis.collapse import collapse_layers
from graphscope.errors import TraceError
from graphscope.graph import ROOT, Graph, GraphBuilder
from graphscope.graph.collecting import pause_collecting
from graphscope.tracers.conditions import (
    check_traceable,
    failures_explained,
    is_built,
    skip_symbolic_builds,
)
from graphscope.tracers.document import declare, finish, mark_failure, open_root
from graphscope.tracers.functional import match_declarations
from graphscope.tracers.inputs import CallArguments, call_for_inference, find_arguments
from graphscope.tracers.naming import Naming, attempts
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.preserve import preserved
from graphscope.tracers.recorder import Call, Recorder, recording
from graphscope.tracers.tensorflow.assembly import Assembly
from graphscope.tracers.tensorflow.bodies import Body
from graphscope.tracers.tensorflow.functions import functions_traced_afresh
from graphscope.tracers.tensorflow.operations import OperationLog
from graphscope.tracers.tensorflow.placeholders import Placeholders
from graphscope.tracers.tensorflow.shape_trial import SourceGraph
from graphscope.tracers.tensorflow.shapes import AnyShapes, NamedShapes, PlainShapes
from graphscope.tracers.tensorflow.tensors import TensorFlowTensors
from graphscope.tracers.tensorflow.weights import WeightPlaceholders
from graphscope.tracers.variables import abstract_variables


def trace_model(model: Any, inputs: Any, *, ops: bool, name: str | None) -> Graph:
    """See `graphscope.tracers.tensorflow.trace`."""
    check_traceable(model, "tensorflow")
    arguments = find_arguments(model, inputs)
    builder = GraphBuilder(name or model.name, type(model).__name__)
    with (
        pause_collecting(),
        preserved(model),
        abstract_variables(),
        functions_traced_afresh(),
    ):
        # Only what the model itself does is explained as its failure; the rest is ours.
        with failures_explained(model, functools.partial(_trace_to_failure, model, arguments)):
            if not is_built(model):
                _build(model, arguments)
            traced = _call(model, arguments)
        graph = _assemble(model, traced, builder, guessed_dtype=arguments.guessed_dtype)
    return graph if ops else collapse_layers(graph)


class Placed(Protocol):
    """A traced graph and the placeholders in it."""

    @property
    def graph(self) -> Any:
        """The graph."""

    @property
    def placeholders(self) -> Placeholders:
        """Its inputs."""


@dataclass(frozen=True)
class _Traced:
    """What one call left behind."""

    graph: Any
    placeholders: Placeholders
    weights: WeightPlaceholders
    tensors: TensorFlowTensors
    log: OperationLog
    root: Call
    outputs: list[Any]


def _build(model: Any, arguments: CallArguments) -> None:
    """Let the model build itself. Its first call would be recorded several times over."""
    graph = tf.__internal__.FuncGraph("graphscope_build")
    with graph.as_default(), WeightPlaceholders(graph):
        placeholders = Placeholders(arguments)
        call_for_inference(model, placeholders.args, placeholders.kwargs)


def _trace_to_failure(model: Any, arguments: CallArguments, error: TraceError) -> Graph:
    """Return the graph of what a model does before it fails."""
    skip_symbolic_builds(model)
    traced = _call(model, arguments, to_failure=True)
    builder = GraphBuilder(model.name, type(model).__name__)
    return _assemble(model, traced, builder, guessed_dtype=False, failure=error.message)


def _call(model: Any, arguments: CallArguments, *, to_failure: bool = False) -> _Traced:
    graph = tf.__internal__.FuncGraph("graphscope")
    tensors, log = TensorFlowTensors(), OperationLog()
    weights = WeightPlaceholders(graph)
    recorder = Recorder(tensors)
    with graph.as_default():
        placeholders = Placeholders(arguments)
        with weights, recording(recorder), log.logging():
            try:
                outputs = call_for_inference(model, placeholders.args, placeholders.kwargs)
            except Exception:
                if not (to_failure and recorder.roots):
                    raise
                outputs = []
    return _Traced(
        graph, placeholders, weights, tensors, log, recorder.roots[0], tensors.flatten(outputs)
    )


def _assemble(
    model: Any,
    traced: _Traced,
    builder: GraphBuilder,
    *,
    guessed_dtype: bool,
    failure: str | None = None,
) -> Graph:
    ownership = Ownership(builder, model)
    open_root(builder, model, ownership)
    shapes = infer_shapes(traced, builder)
    traced.placeholders.add_nodes(builder, shapes)
    calls = list(traced.root.walk())
    declared = match_declarations(calls)
    assembly = Assembly(
        builder,
        ownership,
        traced.log,
        markers=traced.tensors.markers,
        variables=traced.weights.variables,
        lines=declared.lines,
        calls=calls,
    )
    body = Body(
        traced.graph,
        ROOT,
        references=dict(traced.placeholders.ports),
        shapes=shapes,
        scopes={traced.root: ROOT},
    )
    assembly.add_body(body, traced.outputs)
    if failure is not None:
        mark_failure(builder, traced.root, body.scopes, failure)
    declare(builder, declared, assembly.scopes.call_ids, traced.placeholders.nodes)
    return finish(
        builder,
        assembly.ports(body, traced.outputs),
        guessed_dtype=guessed_dtype,
        dead_ops=assembly.dead,
        symbols=None if isinstance(shapes, PlainShapes) else shapes.symbols,
    )


def infer_shapes(traced: Placed, builder: GraphBuilder) -> AnyShapes:
    """Give names to open sizes, as many different ones as the model admits.

    Inputs are first taken to differ in their open sizes. Where TensorFlow then finds sizes that do
    not fit together, the model itself demands that they be the same, or smaller than was tried.
    """
    source = SourceGraph(traced.graph)
    sizes = (size for shape in traced.placeholders.shapes() for size in shape or (None,))
    if None not in sizes and source.is_settled:
        return PlainShapes()
    failure: Exception | None = None
    for naming, symbols in attempts(traced.placeholders.shapes()):
        bind = functools.partial(traced.placeholders.bind, symbols, naming)
        try:
            shapes = NamedShapes.infer(source, symbols, bind)
        except (ValueError, tf.errors.OpError) as error:
            failure = error
            continue
        if naming is Naming.BATCH_ONLY and traced.placeholders.has_open_sizes():
            builder.add_note(
                "open-sizes-unnamed",
                "The model does not admit the sizes that were tried for its open dimensions, so "
                "all but the batch print as unknown. Pass --input-shape to know them.",
            )
        return shapes
    builder.add_note(
        "shapes-not-inferred",
        "TensorFlow could not infer the shapes again with numbers for the open sizes, so some "
        f"print as unknown ({str(failure).splitlines()[0][:200]}).",
    )
    return PlainShapes()
