"""The plan of a training step: forward, loss, backward, update."""

from __future__ import annotations

from graphscope.analysis.memory.backward import BackwardPass, Path, find_path, kept_by
from graphscope.analysis.memory.forward import (
    count_weight_bytes,
    find_layers,
    lay_forward,
    weight_spec,
)
from graphscope.analysis.memory.lifetimes import Storage, find_storage, last_uses
from graphscope.analysis.memory.plan import Buffer, Moment, Plan
from graphscope.analysis.memory.program import Program
from graphscope.analysis.memory.result import Role
from graphscope.analysis.memory.traits import LOSS, TWICE, is_known
from graphscope.graph import ROOT, Graph, TensorSpec, Weight


def plan_training(
    graph: Graph, program: Program, path: Path, *, compiled: bool, slots: float
) -> Plan:
    """Return the plan of a training step.

    Gradients of weights live from where they are first made to the update, which comes last.

    Args:
        graph: whose weights are trained.
        program: the forward pass in training; the loss is added to it.
        path: where its gradients flow.
        compiled: see `find_storage`.
        slots: values that the optimizer remembers for each trainable one.
    """
    trainable = {weight.id: weight for weight in graph.weights if weight.trainable}
    seeds = _add_loss(program, path)
    needs = _find_needs(program, path, frozenset(trainable))
    storage = find_storage(program, compiled=compiled, kept=_made(program, needs))
    backward = BackwardPass(program, storage, path, turn=len(program.steps), seeds=seeds)
    ends = last_uses(program, storage)
    kept = _keep(needs, storage, backward, ends)
    last = backward.when(0) + 1
    gradients = _weight_gradients(program, trainable, backward, last)
    update = _update(program, gradients, last, compiled=compiled, slots=slots)
    buffers = lay_forward(program, storage, ends, last, compiled=compiled, kept=kept)
    buffers += [*backward.run(), *gradients, *update]
    if compiled:
        buffers += _kept_twice(program, path, backward)
    layers = find_layers(graph)
    fixed = {
        Role.WEIGHTS: count_weight_bytes(graph.weights),
        Role.OPTIMIZER: round(slots * count_weight_bytes(trainable.values())),
    }
    return Plan(tuple(buffers), _moments(program, backward, last, layers), fixed, layers)


def find_trained_path(graph: Graph, program: Program) -> Path:
    """Return where gradients flow when the weights of a graph are trained."""
    return find_path(program, frozenset(weight.id for weight in graph.weights if weight.trainable))


def find_assumed(program: Program, path: Path) -> tuple[str, ...]:
    """Return types of which it is not known what their gradient needs, sorted."""
    steps = (program.steps[number] for number in path.steps)
    return tuple(
        sorted({step.type for step in steps if step.is_assumed or not is_known(step.type)})
    )


def _add_loss(program: Program, path: Path) -> list[int]:
    """Add a loss of all results; return those that have a gradient."""
    seeds = [result for result in program.results if result in path.tensors]
    for result in seeds:
        # The derivative of most losses is computed on the way forward, from the result alone.
        program.add_step(LOSS, [result], [program.tensors[result].spec], node=ROOT)
    program.results = [result for result in program.results if result not in path.tensors]
    return seeds


def _find_needs(
    program: Program, path: Path, trainable: frozenset[str]
) -> dict[int, tuple[int, ...]]:
    """Return by step the tensors that its gradient needs."""
    return {
        number: kept_by(program.steps[number], path, trainable) for number in sorted(path.steps)
    }


def _made(program: Program, needs: dict[int, tuple[int, ...]]) -> list[int]:
    """Return what is needed and made by a step, each once."""
    wanted = dict.fromkeys(tensor for tensors in needs.values() for tensor in tensors)
    return [tensor for tensor in wanted if not program.tensors[tensor].is_static]


def _keep(
    needs: dict[int, tuple[int, ...]],
    storage: Storage,
    backward: BackwardPass,
    ends: list[int],
) -> set[int]:
    """Let tensors live until the last gradient that needs them is computed; return which."""
    kept: set[int] = set()
    for number, tensors in needs.items():
        for root in dict.fromkeys(root for tensor in tensors for root in storage.held[tensor]):
            ends[root] = max(ends[root], backward.when(number))
            kept.add(root)
    return kept


def _kept_twice(program: Program, path: Path, backward: BackwardPass) -> list[Buffer]:
    buffers = []
    for number in sorted(path.steps):
        step = program.steps[number]
        if step.loops and step.type in TWICE:
            spec = program.tensors[step.outputs[0]].kept_spec
            end = backward.when(number)
            buffers.append(Buffer(spec, number, end, step.node, Role.ACTIVATIONS))
    return buffers


def _weight_gradients(
    program: Program, trainable: dict[str, Weight], backward: BackwardPass, last: int
) -> list[Buffer]:
    found: dict[str, Buffer] = {}
    for number in range(len(program.steps) - 1, -1, -1):
        for weight in program.steps[number].weights:
            if weight in trainable and weight not in found:
                spec = weight_spec(trainable[weight])
                found[weight] = Buffer(spec, backward.when(number), last, weight, Role.GRADIENTS)
    return list(found.values())


def _update(
    program: Program, gradients: list[Buffer], last: int, *, compiled: bool, slots: float
) -> list[Buffer]:
    """Return what the update needs beside weights, gradients and slots.

    Keras's optimizers compute a new slot and the step in two tensors of a weight's size, weight by
    weight; a compiler computes them in one pass. On PyTorch they update all weights at once
    (`torch._foreach_mul` and the like in `keras/src/backend/torch/optimizers`), with the products
    of all weights beside them: three for an Adam, none for plain SGD.
    """
    if not gradients:
        return []
    if program.is_eager:
        copies = round(min(3, 1.5 * slots))
        return [_update_buffer(gradient, last, copies) for gradient in gradients]
    largest = max(gradients, key=lambda buffer: weight_size(buffer.spec))
    return [_update_buffer(largest, last, 1 if compiled else 2)]


def _update_buffer(gradient: Buffer, last: int, copies: int) -> Buffer:
    spec = TensorSpec((copies, *(gradient.spec.shape or ())), gradient.spec.dtype)
    return Buffer(spec, last, last, gradient.node, Role.OPTIMIZER)


def weight_size(spec: TensorSpec) -> int:
    """Return the number of elements of a weight."""
    size = 1
    for extent in spec.shape or ():
        size *= extent if isinstance(extent, int) else 1
    return size


def _moments(
    program: Program, backward: BackwardPass, last: int, layers: dict[str, str]
) -> tuple[Moment, ...]:
    moments = [Moment(ROOT, "")] * (last + 1)
    for number, step in enumerate(program.steps):
        moment = Moment(step.node, layers.get(step.node, ""))
        moments[number] = moments[backward.when(number)] = moment
    return tuple(moments)
