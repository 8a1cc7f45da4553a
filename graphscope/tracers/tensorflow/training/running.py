"""The one run of a train step that is traced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from graphscope.tracers.recorder import Call, Recorder, recording
from graphscope.tracers.steps.data import StepData
from graphscope.tracers.steps.parts import Part
from graphscope.tracers.steps.trained import find_metrics, find_optimizers
from graphscope.tracers.tensorflow.placeholders import Placeholders
from graphscope.tracers.tensorflow.tensors import TensorFlowTensors
from graphscope.tracers.tensorflow.training.flow import STEP_GRAPH
from graphscope.tracers.tensorflow.training.origins import GradientOrigins
from graphscope.tracers.tensorflow.training.owners import StepLog
from graphscope.tracers.tensorflow.training.phases import Phases
from graphscope.tracers.tensorflow.training.variables import VariableStandIns


@dataclass(frozen=True)
class TracedStep:
    """What one step left behind."""

    model: Any
    data: StepData
    graph: Any
    placeholders: Placeholders
    variables: VariableStandIns
    tensors: TensorFlowTensors
    log: StepLog
    origins: GradientOrigins
    phases: Phases
    root: Call
    outputs: list[Any]

    def find_targets(self) -> list[Any]:
        """Return the tensors that gradients were asked of: the losses."""
        targets = (each for request in self.phases.gradients for each in request.targets)
        return [each for each in targets if tf.is_symbolic_tensor(each)]


def run(model: Any, data: StepData) -> TracedStep:
    """Run the model's `train_step` once on placeholders and record all that happens."""
    graph = tf.__internal__.FuncGraph(STEP_GRAPH)
    tensors, log, origins = TensorFlowTensors(), StepLog(), GradientOrigins()
    variables = VariableStandIns(graph)
    recorder = Recorder(tensors)
    phases = Phases(recorder, graph)

    def step(_part: Part, batch: Any) -> Any:
        phases.step = recorder.current
        return model.train_step(batch)

    with graph.as_default():
        placeholders = Placeholders(data.arguments)
        batch = data.arrange(placeholders.args, placeholders.kwargs)
        with (
            variables,
            recording(recorder),
            log.logging(),
            origins.watching(),
            phases.watching(model, find_optimizers(model), find_metrics(model)),
        ):
            part = Part(model.name, "TrainStep")
            outputs = recorder.record(step, part, (batch,), {}, layer=False)
    return TracedStep(
        model,
        data,
        graph,
        placeholders,
        variables,
        tensors,
        log,
        origins,
        phases,
        recorder.roots[0],
        tensors.flatten(outputs),
    )
