"""The plan of a training step: forward, loss, backward, update."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graphscope.analysis.memory.arrays import IntArray, to_array
from graphscope.analysis.memory.backward import BackwardPass
from graphscope.analysis.memory.buffers import Buffer, Buffers, collect, fill_role, join
from graphscope.analysis.memory.forward import (
    LayerFinder,
    count_weight_bytes,
    lay_forward,
)
from graphscope.analysis.memory.lifetimes import last_uses
from graphscope.analysis.memory.path import Path, find_needs, find_path
from graphscope.analysis.memory.plan import Plan
from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.result import Role
from graphscope.analysis.memory.storage import Storage, find_storage
from graphscope.analysis.memory.traits import LOSS, TWICE
from graphscope.graph import ROOT, Graph, TensorSpec, Weight


def plan_training(
    graph: Graph, program: Program, path: Path, *, compiled: bool, slots: float
) -> Plan:
    """Return the plan of a training step.

    Gradients of weights live from where they are first made to the update, which comes last.

    Args:
        graph: whose weights are trained.
        program: the forward pass in training.
        path: where its gradients flow.
        compiled: see `find_storage`.
        slots: values that the optimizer remembers for each trainable one.
    """
    trainable = {weight.id: weight for weight in graph.weights if weight.trainable}
    seeds = [result for result in program.results if result in path.tensors]
    program = _add_loss(program, seeds)
    steps, needed = find_needs(program, path, frozenset(trainable))
    made = np.unique(needed[program.made[needed] >= 0])
    storage = find_storage(program, compiled=compiled, kept=made.tolist())
    backward = BackwardPass(program, storage, path, turn=len(program), seeds=seeds)
    ends = last_uses(program, storage)
    kept = _keep(steps, needed, storage, backward, ends)
    last = backward.when(0) + 1
    gradients = _weight_gradients(program, trainable, backward, last)
    parts = [
        lay_forward(program, storage, ends, last, compiled=compiled, kept=kept),
        backward.run(),
        gradients,
        _update(program, gradients, last, compiled=compiled, slots=slots),
        collect(_kept_twice(program, path, backward) if compiled else []),
    ]
    weight_bytes, trainable_bytes = count_weight_bytes(graph)
    fixed = {Role.WEIGHTS: weight_bytes, Role.OPTIMIZER: round(slots * trainable_bytes)}
    runs = _find_runs(len(program), backward, last)
    return Plan(join(parts), runs, program.nodes, fixed, LayerFinder(graph))


def find_trained_path(graph: Graph, program: Program) -> Path:
    """Return where gradients flow when the weights of a graph are trained."""
    return find_path(program, frozenset(weight.id for weight in graph.weights if weight.trainable))


def _add_loss(program: Program, seeds: list[int]) -> Program:
    """Return the program with a loss of each result that has a gradient.

    The derivative of most losses is computed on the way forward, from the result alone.
    """
    count, step, tensor = len(seeds), len(program), program.tensor_count
    losses, with_loss = np.arange(count), frozenset(seeds)
    return replace(
        program,
        types=(*program.types, LOSS),
        type=_append(program.type, np.full(count, len(program.types))),
        begins=_append(program.begins, program.begins[-1] + 1 + losses),
        source=_append(program.source, to_array(seeds)),
        first=_append(program.first, tensor + losses),
        makes=_append(program.makes, np.ones(count, dtype=np.int64)),
        loops=_append(program.loops, np.zeros(count, dtype=np.int64)),
        reads=_append(program.reads, np.zeros(count, dtype=np.int64)),
        nodes=[*program.nodes, *([ROOT] * count)],
        spec=_append(program.spec, program.spec[seeds]),
        made=_append(program.made, step + losses),
        results=tuple(result for result in program.results if result not in with_loss),
    )


def _append(column: IntArray, more: IntArray) -> IntArray:
    return np.concatenate([column, more])


def _keep(
    steps: IntArray,
    needed: IntArray,
    storage: Storage,
    backward: BackwardPass,
    ends: IntArray,
) -> set[int]:
    """Let tensors live until the last gradient that needs them is computed; return which."""
    places, roots = storage.roots_of(needed)
    np.maximum.at(ends, roots, backward.when(steps[places]))
    return set(roots.tolist())


def _kept_twice(program: Program, path: Path, backward: BackwardPass) -> list[Buffer]:
    buffers = []
    for step in sorted(path.steps):
        if program.loops_of(step) and program.type_of(step) in TWICE:
            spec = program.kept_spec(program.outputs_of(step)[0])
            node, end = program.nodes[step], backward.when(step)
            buffers.append(Buffer(spec, step, end, node, Role.ACTIVATIONS))
    return buffers


def _weight_gradients(
    program: Program, trainable: dict[str, Weight], backward: BackwardPass, last: int
) -> Buffers:
    # From the end: a weight that several steps read has its first gradient from the last of them.
    order = np.argsort(-program.weight_reader, kind="stable").tolist()
    steps = program.weight_reader.tolist()
    found: dict[str, int] = {}
    for place in order:
        weight = program.weights[place]
        if weight in trainable:
            found.setdefault(weight, steps[place])
    specs: dict[tuple[tuple[int, ...], str], int] = {}
    kinds = ((trainable[weight].shape, trainable[weight].dtype) for weight in found)
    places = to_array([specs.setdefault(kind, len(specs)) for kind in kinds])
    return Buffers(
        tuple(TensorSpec(shape, dtype) for shape, dtype in specs),
        places,
        backward.when(to_array(found.values())),
        np.full(len(found), last),
        list(found),
        fill_role(Role.GRADIENTS, len(found)),
    )


def _update(
    program: Program, gradients: Buffers, last: int, *, compiled: bool, slots: float
) -> Buffers:
    """Return what the update needs beside weights, gradients and slots.

    Keras's optimizers compute a new slot and the step in two tensors of a weight's size, weight by
    weight; a compiler computes them in one pass. On PyTorch they update all weights at once
    (`torch._foreach_mul` and the like in `keras/src/backend/torch/optimizers`), with the products
    of all weights beside them: three for an Adam, none for plain SGD.
    """
    if not len(gradients):
        return collect([])
    if program.is_eager:
        copies = round(min(3, 1.5 * slots))
        return collect([_update_buffer(gradient, last, copies) for gradient in gradients])
    sizes = [weight_size(spec) for spec in gradients.specs]
    # The first of the largest: a place, as gradients are columns.
    largest = max(range(len(gradients)), key=lambda place: sizes[gradients.spec[place]])
    return collect([_update_buffer(gradients.row(largest), last, 1 if compiled else 2)])


def _update_buffer(gradient: Buffer, last: int, copies: int) -> Buffer:
    spec = TensorSpec((copies, *(gradient.spec.shape or ())), gradient.spec.dtype)
    return Buffer(spec, last, last, gradient.node, Role.OPTIMIZER)


def weight_size(spec: TensorSpec) -> int:
    """Return the number of elements of a weight."""
    size = 1
    for extent in spec.shape or ():
        size *= extent if isinstance(extent, int) else 1
    return size


def _find_runs(steps: int, backward: BackwardPass, last: int) -> IntArray:
    """Return the step that runs at each moment (last + 1,), forward or back; -1 where none does."""
    runs = np.full(last + 1, -1)
    runs[:steps] = np.arange(steps)
    runs[backward.when(np.arange(steps))] = np.arange(steps)
    return runs
