"""Builds the graph up to a failure."""

from __future__ import annotations

import re
from typing import Any

from graphscope.doctor.failure_graph.assembly import Assembly
from graphscope.doctor.failure_graph.attempts import Attempts
from graphscope.doctor.failure_graph.document import FailureGraph
from graphscope.doctor.failure_graph.failing_line import find_failing_line
from graphscope.doctor.failure_graph.layers import ask, input_layers, output_names
from graphscope.doctor.failure_graph.lines import Lines
from graphscope.doctor.failure_graph.losses import add_losses
from graphscope.doctor.failure_graph.selection import (
    Selection,
    failed_call,
    outputs_of,
    select_calls,
)
from graphscope.doctor.failure_graph.tensors import to_tensor_spec
from graphscope.doctor.failure_graph.wires import MISSING
from graphscope.doctor.records import Boundary, CallRecord, Failure, Recording
from graphscope.graph import ROOT, Graph, GraphBuilder, Node, NodeKind, Port, Scope

_NUMBER = re.compile(r"_\d+$")

PRODUCER = "recorded run"
"""What the metadata of these graphs name as their producer."""


def build_failure_graph(
    recording: Recording,
    failure: Failure | None = None,
    *,
    model: Any = None,
    name: str = "model",
) -> FailureGraph:
    """Return the graph of what ran, up to where the program failed.

    It never raises: what is odd in a recording becomes a note in a smaller graph.

    Args:
        recording: everything that happened.
        failure: what ended the program; None when it ran to its end.
        model: the model in question, where no call failed; by default the one that was trained or
            run last.
        name: what the graph is called where it is not the inside of one model.
    """
    try:
        return _build(recording, failure, model, name)
    except Exception as error:  # noqa: BLE001 - the diagnosis must be shown all the same
        builder = GraphBuilder(name)
        reason = f"{type(error).__name__}: {error}"
        builder.add_note("graph-lost", f"The recorded calls could not be drawn ({reason}).")
        return FailureGraph(builder.build(metadata={"producer": PRODUCER}))


def _build(recording: Recording, failure: Failure | None, model: Any, name: str) -> FailureGraph:
    attempts = Attempts(recording.calls, failed_call(failure))
    selection = select_calls(recording, failure, attempts, model)
    whole = selection.whole
    builder = (
        GraphBuilder(whole.name, whole.class_name)
        if whole is not None
        else GraphBuilder(str(ask(lambda: selection.model.name, None) or name), "Model")
    )
    lines = Lines(recording)
    line = find_failing_line(failure)
    assembly = Assembly(builder, lines, selection.failed, attempts, selection.aliases, line)
    outputs = _fill(builder, assembly, selection)
    culprit = assembly.culprit
    boundary = _boundary(recording, failure, selection)
    if boundary is not None and selection.failed is None:
        specs = list(whole.output_specs) if whole is not None else []
        ids = add_losses(builder, boundary, outputs, specs, output_names(selection.model))
        failing = [each for each in boundary.losses if each.error is not None]
        culprit = next((ids[id(each)] for each in failing if id(each) in ids), culprit)
    _add_notes(builder, selection, failure, assembly)
    graph = builder.build(outputs=outputs, metadata={"producer": PRODUCER})
    if culprit is None and failure is not None and failure.graph_node:
        culprit = _find_named(graph, failure.graph_node)
    return FailureGraph(graph, culprit, lines.places, assembly.wires.subjects)


def _fill(builder: GraphBuilder, assembly: Assembly, selection: Selection) -> list[Port]:
    if selection.whole is not None:
        return assembly.add_inside(selection.whole)
    if selection.refused is not None:
        return _fill_refused(builder, assembly, selection, selection.refused)
    assembly.add_calls(selection.calls)
    return assembly.ports_of(selection.outputs or outputs_of(selection.model))


def _fill_refused(
    builder: GraphBuilder, assembly: Assembly, selection: Selection, call: CallRecord
) -> list[Port]:
    """Show a model whose inputs did not fit, with what was handed to them."""
    inputs = input_layers(selection.model)
    received = ", ".join(str(spec) for spec in call.input_specs) or "nothing"
    assembly.wires.refused = {id(each): {"failed": True, "received": received} for each in inputs}
    data = [
        builder.add_node("data", "Data", NodeKind.INPUT, outputs=(to_tensor_spec(spec),))
        for spec in call.input_specs
    ]
    assembly.add_calls(selection.calls)
    ids = [found for each in inputs if (found := assembly.wires.subjects.get(id(each))) is not None]
    for position, node in enumerate(data):
        if ids:
            builder.add_edge(Port(node), ids[min(position, len(ids) - 1)][1], 0)
    assembly.wires.subjects[id(call)] = (call, ROOT)
    assembly.culprit = ids[0][1] if ids else ROOT
    return assembly.ports_of(selection.outputs)


def _boundary(
    recording: Recording, failure: Failure | None, selection: Selection
) -> Boundary | None:
    """Return the training or evaluation whose losses belong to the graph."""
    if failure is not None and failure.boundary is not None:
        return failure.boundary
    for boundary in reversed(recording.boundaries):
        if boundary.losses and boundary.model is selection.model:
            return boundary
    return None


def _find_named(graph: Graph, path: str) -> str | None:
    """Return the innermost call that a graph node's name lies in: `model_1/embedding/Gather`."""
    calls: list[Node | Scope] = [*graph.nodes, *graph.scopes[1:]]
    for segment in reversed(path.split("/")):
        # TensorFlow numbers the scopes of one name: `embedding_1` may be the layer `embedding`.
        for name in (segment, _NUMBER.sub("", segment)):
            named = [call.id for call in calls if call.name == name]
            if named:
                return named[-1]
    return None


def _add_notes(
    builder: GraphBuilder, selection: Selection, failure: Failure | None, assembly: Assembly
) -> None:
    if not selection.calls:
        what = "failed" if failure is not None else "ended"
        builder.add_note("nothing-called", f"The program {what} before a layer was called.")
    if assembly.wires.guessed:
        builder.add_note(
            "edges-by-shape",
            "Not every tensor was kept: some edges follow from the order of the calls and from "
            "shapes.",
        )
    if assembly.wires.incomplete:
        builder.add_note(
            "not-recorded",
            "Only calls of layers and Keras operations are recorded. What else was computed "
            f"between them is drawn as {MISSING!r}.",
        )
