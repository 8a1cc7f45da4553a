"""Peak memory of inference and of training, from shapes alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graphscope.analysis.memory.building import build_program
from graphscope.analysis.memory.forward import plan_call
from graphscope.analysis.memory.optimizers import Optimizer, find_optimizer
from graphscope.analysis.memory.path import find_assumed
from graphscope.analysis.memory.plan import Plan
from graphscope.analysis.memory.result import Memory
from graphscope.analysis.memory.training import find_trained_path, plan_training
from graphscope.graph import BATCH, Graph, Note


@dataclass(frozen=True)
class MemoryPlan:
    """What a call and a training step hold in memory, in time; evaluate it at any sizes.

    Attributes:
        inference: the plan of one call.
        training: the plan of one step: forward, backward, update.
        optimizer: what the training step is counted with.
        compiled: whether it is counted as XLA runs it, which stores no elementwise results.
        assumed: classes of layers and types of operations of which it is not known what their
            gradient needs; they are taken to keep all they take and make.
        has_flow: whether the graph says what runs; of some files only the weights are known.
    """

    inference: Plan
    training: Plan
    optimizer: Optimizer
    compiled: bool
    assumed: tuple[str, ...]
    has_flow: bool = True

    def notes(self) -> tuple[Note, ...]:
        """Return what was assumed about training, for the user."""
        if not self.assumed:
            return ()
        types = ", ".join(self.assumed)
        text = f"What the gradient needs is not known for: {types}. The memory of training counts"
        return (Note("assumed_kept", f"{text} all that they take and make as kept."),)


def prepare_memory(
    graph: Graph, *, optimizer: str | None = None, compiled: bool | None = None
) -> MemoryPlan:
    """Lay out in time what a call and a training step of a graph hold in memory.

    Args:
        graph: traced at inference, or read from a file.
        optimizer: a key of `SLOTS`; None for the one that the model says, or an assumed Adam.
        compiled: whether XLA compiles the model. None: as Keras does it by default, which is only
            on JAX (on TensorFlow Keras compiles on accelerators, and then needs less than told).
    """
    if compiled is None:
        compiled = graph.metadata.get("backend") == "jax"
    chosen = find_optimizer(graph, optimizer)
    trained = build_program(graph, training=True)
    # Most of what runs is the same in training.
    called = build_program(graph, training=False) if trained.is_of_training else trained
    path = find_trained_path(graph, trained)
    assumed = find_assumed(trained, path)
    return MemoryPlan(
        inference=plan_call(graph, called, compiled=compiled),
        training=plan_training(graph, trained, path, compiled=compiled, slots=chosen.slots),
        optimizer=chosen,
        compiled=compiled,
        assumed=assumed,
        has_flow=len(trained) > 0 and _has_flow(graph),
    )


def prepare_inference(graph: Graph) -> Plan | None:
    """Return the plan of one call as Keras runs it by default (see `prepare_memory`), which is
    quicker than to plan the training step, too; None where the graph does not say what runs.
    """
    program = build_program(graph, training=False)
    if not len(program) or not _has_flow(graph):
        return None
    return plan_call(graph, program, compiled=graph.metadata.get("backend") == "jax")


def _has_flow(graph: Graph) -> bool:
    """Whether the graph says what its calls take or make: files of weights alone list layers."""
    return bool(graph.edges) or any(node.outputs for node in graph.nodes)


def estimate_memory(
    graph: Graph,
    batch: int = 1,
    sizes: Mapping[str, int] | None = None,
    *,
    training: bool = False,
    optimizer: str | None = None,
) -> Memory:
    """Estimate the peak memory of one call or one training step.

    To ask for several sizes, call `prepare_memory` once and evaluate its plans.

    Args:
        graph: traced at inference, or read from a file.
        batch: the number that the batch dimension stands for.
        sizes: numbers that other open sizes stand for, by name: `{"T": 128}`.
        training: whether to count a training step.
        optimizer: see `prepare_memory`.
    """
    plans = prepare_memory(graph, optimizer=optimizer)
    plan = plans.training if training else plans.inference
    return plan.evaluate({**(sizes or {}), BATCH: batch})
