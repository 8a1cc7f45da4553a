"""How much more a trace costs than TensorFlow's own trace of the same call.

Run: KERAS_BACKEND=tensorflow python -m tests.bench.trace_bench [MODEL ...]

All sides run in one process, in turn: TensorFlow's trace, the same under the recorder of calls and
operations, and a whole trace of ours. The figures are CPU seconds (medians) and their ratios.
Garbage is collected before each and not within, on all sides.
"""

from __future__ import annotations

import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

ROUNDS = 7
DEFAULT_MODELS = ("resnet50", "mobilenet_v3", "bert_like", "masked_recurrent", "shared_encoder")


def measure(name: str) -> tuple[float, float, float, int]:
    """Return CPU seconds of the bare trace, of one under the recorder and of ours, and nodes."""
    import keras
    import tensorflow as tf

    from graphscope.graph.collecting import pause_collecting
    from graphscope.tracers.inputs import find_arguments
    from graphscope.tracers.recorder import Recorder, recording
    from graphscope.tracers.tensorflow import trace
    from graphscope.tracers.tensorflow.operations import OperationLog
    from graphscope.tracers.tensorflow.tensors import TensorFlowTensors
    from tests.tracing.zoo import ZOO

    model, inputs = ZOO[name]()
    (structure,) = find_arguments(model, inputs).args
    specs = keras.tree.map_structure(
        lambda tensor: tf.TensorSpec(tensor.shape, tensor.dtype), structure
    )
    # A built model on both sides: Keras's own first call builds and traces several times over.
    model(keras.tree.map_structure(lambda spec: tf.ones((1, *spec.shape[1:]), spec.dtype), specs))

    def bare() -> Any:
        return tf.function(lambda x: model(x)).get_concrete_function(specs)  # noqa: PLW0108 - a function is what it traces

    def recorded() -> None:
        recorder, log = Recorder(TensorFlowTensors()), OperationLog()
        with pause_collecting(), recording(recorder), log.logging():
            bare()

    bare_times, recorded_times, our_times, graph = [], [], [], None
    for _ in range(ROUNDS):
        with pause_collecting():
            bare_times.append(_cpu_seconds(bare))
        recorded_times.append(_cpu_seconds(recorded))
        start = time.process_time()
        graph = trace(model, inputs)
        our_times.append(time.process_time() - start)
    assert graph is not None
    bare_time, recorded_time, our_time = map(
        statistics.median, (bare_times, recorded_times, our_times)
    )
    return bare_time, recorded_time, our_time, len(graph.nodes)


def _cpu_seconds(function: Callable[[], Any]) -> float:
    gc.collect()
    start = time.process_time()
    function()
    return time.process_time() - start


def main(names: list[str]) -> None:
    """Print one line for each model."""
    print(  # noqa: T201
        f"{'model':20} {'nodes':>7} {'bare s':>8} {'recorded':>8} {'trace s':>8} "
        f"{'recorder':>8} {'trace':>6}"
    )
    for name in names or DEFAULT_MODELS:
        bare, recorded, ours, nodes = measure(name)
        print(  # noqa: T201
            f"{name:20} {nodes:7,} {bare:8.3f} {recorded:8.3f} {ours:8.3f} "
            f"{recorded / bare:8.2f} {ours / bare:6.2f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
