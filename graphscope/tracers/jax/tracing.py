"""One trace from beginning to end."""

from __future__ import annotations

import functools
from typing import Any

import keras

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
from graphscope.tracers.jax.assembly import Assembly
from graphscope.tracers.jax.capture import Capture, capture
from graphscope.tracers.jax.inputs import ModelInputs
from graphscope.tracers.jax.owners import Owners
from graphscope.tracers.jax.shapes import Shapes, SizeReader, pair_variables
from graphscope.tracers.jax.trials import Traced, run_unrecorded, trace_with_sizes
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.preserve import preserved
from graphscope.tracers.variables import abstract_variables


def trace_model(model: Any, inputs: Any, *, ops: bool, name: str | None) -> Graph:
    """See `graphscope.tracers.jax.trace`."""
    check_traceable(model, "jax")
    arguments = find_arguments(model, inputs)
    given = ModelInputs(arguments)
    builder = GraphBuilder(name or model.name, type(model).__name__)
    with pause_collecting(), preserved(model), abstract_variables():
        # Only what the model itself does is explained as its failure; the rest is ours.
        with failures_explained(model, functools.partial(_trace_to_failure, model, given)):
            if not is_built(model):
                build_model(model, arguments, given)
            traced = trace_with_sizes(functools.partial(capture, model), given, builder)
        graph = _assemble(model, given, traced, builder, guessed_dtype=arguments.guessed_dtype)
    return graph if ops else collapse_layers(graph)


def build_model(model: Any, arguments: CallArguments, inputs: ModelInputs) -> None:
    """Let the model build itself. Its first call would be recorded several times over.

    Nothing is allocated: in a stateless scope variables wait for their values.
    """
    try:
        call_on_symbols(model, arguments)
    except Exception:  # noqa: BLE001 - not all models can be called on symbols; what these raise
        run_unrecorded(model, inputs)  # on traced values is what counts
        return
    if not is_built(model):
        # On symbols, a functional model does not call what a layer of it holds, as a cell.
        run_unrecorded(model, inputs)


def call_on_symbols(model: Any, arguments: CallArguments) -> Any:
    """Return the Keras tensors that a model makes of those that it is called with."""
    with keras.StatelessScope(initialize_variables=False):
        return call_for_inference(model, arguments.args, arguments.kwargs)


def _trace_to_failure(model: Any, inputs: ModelInputs, error: TraceError) -> Graph:
    """Return the graph of what a model does before it fails."""
    skip_symbolic_builds(model)
    builder = GraphBuilder(model.name, type(model).__name__)
    run = functools.partial(capture, model, to_failure=True)
    traced = trace_with_sizes(run, inputs, builder)
    return _assemble(model, inputs, traced, builder, guessed_dtype=False, failure=error.message)


def _assemble(
    model: Any,
    inputs: ModelInputs,
    traced: Traced[Capture],
    builder: GraphBuilder,
    *,
    guessed_dtype: bool,
    failure: str | None = None,
) -> Graph:
    first, second = traced.first, traced.second
    jaxpr, twin = first.jaxpr.jaxpr, None if second is None else second.jaxpr.jaxpr
    ownership = Ownership(builder, model)
    open_root(builder, model, ownership)
    sizes = SizeReader(traced.symbols)
    ports = inputs.add_nodes(builder, jaxpr.invars, Shapes(pair_variables(jaxpr, twin), sizes))
    owners = Owners(jaxpr, first.calls)
    declared = match_declarations(list(first.root.walk()))
    assembly = Assembly(
        builder,
        ownership,
        owners,
        calls=first.calls,
        variables=first.variables,
        sizes=sizes,
        lines=declared.lines,
    )
    others = first.jaxpr.consts if second is None else second.jaxpr.consts
    body = assembly.make_body(
        jaxpr,
        twin,
        ROOT,
        inputs=ports,
        constants=list(zip(first.jaxpr.consts, others, strict=True)),
        owner=first.root,
    )
    for call in first.root.walk():
        if call.failed and call.context is jaxpr:
            assembly.scopes.of(body, call)  # it may have failed before it did anything
    assembly.add_body(body)
    if failure is not None:
        mark_failure(builder, first.root, body.scopes, failure)
    declare(builder, declared, assembly.scopes.call_ids, inputs.nodes)
    return finish(
        builder,
        assembly.ports(body, jaxpr.outvars),
        guessed_dtype=guessed_dtype,
        dead_ops=assembly.dead,
        symbols=None if second is None else traced.symbols,
    )
