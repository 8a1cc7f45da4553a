"""How much more a trace costs than TensorFlow's own trace of the same call.

Run: KERAS_BACKEND=tensorflow python -m tests.bench.trace_bench [MODEL ...]

Both sides run in one process, in turn; the figures are CPU seconds (medians) and their ratio.
"""

from __future__ import annotations

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


def measure(name: str) -> tuple[float, float, int]:
    """Return CPU seconds of the bare trace and of ours, and the number of nodes."""
    import keras
    import tensorflow as tf

    from graphscope.tracers.inputs import find_arguments
    from graphscope.tracers.tensorflow import trace
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

    bare_times, our_times, graph = [], [], None
    for _ in range(ROUNDS):
        bare_times.append(_cpu_seconds(bare))
        start = time.process_time()
        graph = trace(model, inputs)
        our_times.append(time.process_time() - start)
    assert graph is not None
    return statistics.median(bare_times), statistics.median(our_times), len(graph.nodes)


def _cpu_seconds(function: Callable[[], Any]) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def main(names: list[str]) -> None:
    """Print one line for each model."""
    print(f"{'model':20} {'nodes':>7} {'bare s':>8} {'trace s':>8} {'ratio':>6}")  # noqa: T201
    for name in names or DEFAULT_MODELS:
        bare, ours, nodes = measure(name)
        print(f"{name:20} {nodes:7,} {bare:8.3f} {ours:8.3f} {ours / bare:6.2f}")  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
