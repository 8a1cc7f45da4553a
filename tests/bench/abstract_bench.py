"""A Llama of 70 billion parameters: built and traced without its weights.

Run: KERAS_BACKEND=tensorflow python -m tests.bench.abstract_bench [LAYERS]

The goals, of 80 layers: no variable allocated, at most 1.5 GB at the peak, and on TensorFlow at
most 120 CPU seconds beyond imports.
"""

from __future__ import annotations

import os
import resource
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

LAYERS = 80


def main(layers: int) -> None:
    """Print seconds, megabytes and counts."""
    import keras_hub

    from graphscope.session.open import trace_model
    from graphscope.tracers.abstract import count_waiting, values_on_demand

    imported = _peak()
    with values_on_demand():
        start = time.process_time()
        model = keras_hub.models.LlamaBackbone(
            vocabulary_size=128256,
            num_layers=layers,
            num_query_heads=64,
            hidden_dim=8192,
            intermediate_dim=28672,
            num_key_value_heads=8,
        )
        built = time.process_time()
        graph = trace_model(model)
        traced = time.process_time()
        waiting = count_waiting(model)
    parameters = sum(weight.size for weight in graph.weights)
    print(f"{parameters:,} parameters, {len(graph.nodes):,} nodes")  # noqa: T201
    print(f"build {built - start:.1f} s, trace {traced - built:.1f} s")  # noqa: T201
    print(f"variables without a value: {waiting} of {len(model.variables)}")  # noqa: T201
    print(f"peak {_peak():,} MB, of which {imported:,} MB are imports")  # noqa: T201


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LAYERS)
