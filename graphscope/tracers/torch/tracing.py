"""One trace from beginning to end."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

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
from graphscope.tracers.inputs import call_for_inference, find_arguments
from graphscope.tracers.naming import Naming, attempts
from graphscope.tracers.ownership import Ownership
from graphscope.tracers.preserve import preserved
from graphscope.tracers.recorder import Call, Recorder, recording
from graphscope.tracers.scopes import Region
from graphscope.tracers.symbols import Symbols
from graphscope.tracers.torch.assembly import Assembly
from graphscope.tracers.torch.failures import explain_values_needed, needs_values
from graphscope.tracers.torch.fakes import Fakes
from graphscope.tracers.torch.inputs import OpenInputs
from graphscope.tracers.torch.listener import Listener
from graphscope.tracers.torch.loops import folded_loops, folding
from graphscope.tracers.torch.quiet import refusals_unprinted
from graphscope.tracers.torch.shapes import MisalignedError, Shapes
from graphscope.tracers.torch.tape import Tape, Value
from graphscope.tracers.torch.tensors import TorchTensors
from graphscope.tracers.torch.weights import FakeWeights
from graphscope.tracers.variables import abstract_variables

ASSUMED_SIZES = (32, 224, 1024)
"""What open sizes without a name are tried with, one after the other: short sequences and small
images first, then what networks for images and for sound are made for."""


def trace_model(model: Any, inputs: Any, *, ops: bool, name: str | None) -> Graph:
    """See `graphscope.tracers.torch.trace`."""
    check_traceable(model, "torch")
    arguments = find_arguments(model, inputs)
    builder = GraphBuilder(name or model.name, type(model).__name__)
    opened = OpenInputs(arguments)
    with (
        pause_collecting(),
        preserved(model),
        abstract_variables(),
        folded_loops(),
        torch.no_grad(),
    ):
        # Only what the model itself does is explained as its failure; the rest is ours.
        with failures_explained(model, functools.partial(_trace_to_failure, model, opened)):
            runs = _run_twice(model, opened)
        graph = _assemble(model, opened, runs, builder, guessed_dtype=arguments.guessed_dtype)
    return graph if ops else collapse_layers(graph)


def _trace_to_failure(model: Any, opened: OpenInputs, error: TraceError) -> Graph:
    """Return the graph of what a model does before it fails."""
    skip_symbolic_builds(model)
    runs = _run_twice(model, opened, to_failure=True)
    builder = GraphBuilder(model.name, type(model).__name__)
    return _assemble(model, opened, runs, builder, guessed_dtype=False, failure=error.message)


@dataclass(frozen=True)
class _Run:
    """What one run left behind."""

    tape: Tape
    root: Call
    inputs: list[Value]
    outputs: list[Value]


@dataclass(frozen=True)
class _Runs:
    """A run of the model, with the shapes that two runs gave."""

    first: _Run
    shapes: Shapes
    assumed: int | None
    """The number that was taken for open sizes without a name."""


def _run_twice(model: Any, opened: OpenInputs, *, to_failure: bool = False) -> _Runs:
    """Run the model with two numbers for each open size, as many different ones as it admits.

    Args:
        model: the model.
        opened: its inputs.
        to_failure: whether it fails, and what it does before that is wanted.
    """
    failure: Exception | None = None
    # What the user was told is how the last one failed. Otherwise one at a time: whether there is
    # a next one depends on what became of this one.
    ways = list(_attempts(opened))[-1:] if to_failure else _attempts(opened)
    for naming, symbols, assumed in ways:
        bound = [opened.bind(symbols, naming, trial, assumed) for trial in (0, 1)]
        try:
            # The second run first and undone, so that both start from the same model.
            with preserved(model), refusals_unprinted():
                second = _run(model, opened, bound[1], to_failure=to_failure)
            with refusals_unprinted():
                first = _run(model, opened, bound[0], to_failure=to_failure)
            pairs = zip(first.inputs, second.inputs, strict=True)
            shapes = Shapes(first.tape.root, second.tape.root, pairs, symbols)
        except MisalignedError:
            symbols.unlike = True
            continue
        except Exception as error:  # told below when no sizes are admitted
            if needs_values(error):
                raise explain_values_needed(model, error) from error
            failure = error
            continue
        is_assumed = naming is Naming.BATCH_ONLY and opened.has_open_sizes
        return _Runs(first, shapes, assumed if is_assumed else None)
    if failure is not None:
        raise failure
    raise TraceError(
        f"What the model {model.name!r} does depends on the size of its batch.",
        "Fix it: keras.Input(batch_shape=...), or `inputs` with a first dimension.",
    )


def _attempts(opened: OpenInputs) -> Iterator[tuple[Naming, Symbols, int]]:
    for naming, symbols in attempts(opened.shapes):
        is_last = naming is Naming.BATCH_ONLY and opened.has_open_sizes
        for assumed in ASSUMED_SIZES if is_last else ASSUMED_SIZES[:1]:
            yield naming, symbols, assumed


def _run(
    model: Any, opened: OpenInputs, shapes: list[tuple[int, ...]], *, to_failure: bool
) -> _Run:
    if not (to_failure or is_built(model)):
        # Its first call would be recorded several times over.
        _call(model, opened, shapes, Tape())
    tape = Tape()
    recorder = Recorder(TorchTensors(tape))
    with recording(recorder):
        inputs, outputs = _call(model, opened, shapes, tape, to_failure=to_failure)
    return _Run(tape, recorder.roots[0], inputs, TorchTensors(tape).flatten(outputs))


def _call(
    model: Any,
    opened: OpenInputs,
    shapes: list[tuple[int, ...]],
    tape: Tape,
    *,
    to_failure: bool = False,
) -> tuple[list[Value], Any]:
    fakes = Fakes()
    args, kwargs, inputs = opened.make(tape, fakes, shapes)
    with FakeWeights(tape, fakes), folding(tape, fakes), Listener(tape, fakes):
        try:
            return inputs, call_for_inference(model, args, kwargs)
        except Exception:
            if not to_failure:
                raise
            return inputs, []


def _assemble(
    model: Any,
    opened: OpenInputs,
    runs: _Runs,
    builder: GraphBuilder,
    *,
    guessed_dtype: bool,
    failure: str | None = None,
) -> Graph:
    run = runs.first
    ownership = Ownership(builder, model)
    open_root(builder, model, ownership)
    input_nodes = opened.add_nodes(builder, run.inputs, runs.shapes)
    calls = list(run.root.walk())
    declared = match_declarations(calls)
    assembly = Assembly(builder, ownership, runs.shapes, lines=declared.lines, calls=calls)
    region = Region(run.tape.root, ROOT, scopes={run.root: ROOT})
    assembly.add(region, zip(run.inputs, input_nodes, strict=True), run.outputs)
    if failure is not None:
        mark_failure(builder, run.root, {run.root: ROOT, **assembly.scopes.call_ids}, failure)
    declare(builder, declared, assembly.scopes.call_ids, input_nodes)
    if runs.assumed is not None:
        builder.add_note(
            "open-sizes-assumed",
            f"What the model does depends on its open sizes; {runs.assumed} was assumed for each "
            "but the batch. Pass --input-shape to choose them.",
        )
    return finish(
        builder,
        assembly.ports(run.outputs),
        guessed_dtype=guessed_dtype,
        dead_ops=assembly.dead,
        symbols=runs.shapes.symbols,
    )
