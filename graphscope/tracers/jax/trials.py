"""Which sizes a model is traced with: numbers for open sizes that it admits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Generic, TypeAlias, TypeVar

import jax

from graphscope.errors import TraceError
from graphscope.graph import GraphBuilder
from graphscope.tracers.document import note_unnamed_sizes
from graphscope.tracers.jax.capture import Capture, make_program
from graphscope.tracers.jax.inputs import ModelInputs
from graphscope.tracers.jax.programs import are_alike
from graphscope.tracers.jax.weights import TracedWeights
from graphscope.tracers.naming import Naming, attempts, bind_shapes
from graphscope.tracers.symbols import TRIALS, Symbols

UNNAMED = ((256, 320), (64, 96), (32, 48), (8, 16))
"""What stands for open sizes without a name in the two trials; image networks halve their input up
to six times, tables of positions may be short."""

FIXED_BATCHES = (1, 2, 8)
"""Batches to try for a model that does not admit an open one."""


Program = TypeVar("Program", bound=Capture)


@dataclass(frozen=True)
class Traced(Generic[Program]):
    """A model, traced with one or two choices of sizes.

    Attributes:
        first: the trace that becomes the document.
        second: the same program with other sizes; None where sizes are fixed.
        symbols: the names behind the numbers.
    """

    first: Program
    second: Program | None
    symbols: Symbols


Run: TypeAlias = Callable[[ModelInputs, Sequence[Sequence[int]]], Program]
"""Traces a program once, with inputs of these shapes."""


def trace_with_sizes(
    run: Run[Program], inputs: ModelInputs, builder: GraphBuilder
) -> Traced[Program]:
    """Trace a model with names for as many open sizes as it admits.

    Args:
        run: traces the program, a call of a built model.
        inputs: what it is called with.
        builder: is told what could not be known.

    Raises:
        Exception: what the model raises, when it admits no sizes at all.
    """
    for naming, symbols in attempts(inputs.shapes):
        for unnamed in UNNAMED if naming is Naming.BATCH_ONLY else UNNAMED[:1]:
            traced = _try_pair(run, inputs, (naming, symbols), unnamed)
            if traced is None:
                continue
            if naming is Naming.BATCH_ONLY and inputs.has_open_sizes():
                note_unnamed_sizes(builder)
            return traced
    return _trace_fixed(run, inputs, builder)


def run_unrecorded(model: Any, inputs: ModelInputs) -> None:
    """Call a model on traced values, so that it makes its layers and weights.

    Raises:
        Exception: what the model raises.
    """
    run = make_program(model, inputs, TracedWeights())
    shapes = [_fill((FIXED_BATCHES[1], *shape[1:]), UNNAMED[0][0]) for shape in inputs.shapes]
    jax.eval_shape(run, *inputs.describe(shapes))


def _try_pair(
    run: Run[Program],
    inputs: ModelInputs,
    chosen: tuple[Naming, Symbols],
    unnamed: tuple[int, int],
) -> Traced[Program] | None:
    naming, symbols = chosen
    captures = []
    for trial in range(TRIALS):
        bound = bind_shapes(inputs.shapes, symbols, naming, trial)
        shapes = [_fill(shape, unnamed[trial]) for shape in bound]
        try:
            captures.append(run(inputs, shapes))
        except TraceError:
            raise
        except Exception:  # noqa: BLE001 - the model refuses these sizes; what it says last is shown
            return None
    first, second = captures
    if not are_alike(first.jaxpr.jaxpr, second.jaxpr.jaxpr):
        symbols.unlike = True
        return None
    return Traced(first, second, symbols)


def _trace_fixed(run: Run[Program], inputs: ModelInputs, builder: GraphBuilder) -> Traced[Program]:
    failure: Exception | None = None
    sizes = [pair[0] for pair in UNNAMED] if inputs.has_open_sizes() else [UNNAMED[0][0]]
    for batch, size in product(FIXED_BATCHES, sizes):
        shapes = [_fill((batch, *shape[1:]) if shape else (), size) for shape in inputs.shapes]
        try:
            traced = Traced(run(inputs, shapes), None, Symbols())
        except Exception as error:  # noqa: BLE001 - the last one is raised
            failure = error
            continue
        builder.add_note(
            "sizes-fixed",
            f"The model does not admit an open batch, so it was traced with {batch} for the batch"
            + (f" and {size} for other open sizes" if inputs.has_open_sizes() else "")
            + "; the shapes are those of this one call.",
        )
        return traced
    assert failure is not None, "there is always something to try"
    raise failure


def _fill(shape: Sequence[int | None] | None, size: int) -> list[int]:
    return [size if each is None else each for each in shape or ()]
