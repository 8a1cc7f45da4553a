"""From a finished TensorFlow graph to a graph document: seconds and bytes per operation.

Run: KERAS_BACKEND=tensorflow python -m tests.bench.assembly_bench [OPERATIONS]

A functional model of Dense layers with residual connections is traced; what follows the call of
the model (shapes, ownership, nodes, edges, the document) is what is timed, in CPU seconds. The
goals are 1.5 s and 2.5 KB per operation for 50,000 operations.
"""

from __future__ import annotations

import gc
import os
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

OPERATIONS = 50_000
OPERATIONS_PER_BLOCK = 8
BLOCKS_PER_LAYER = 50
GOAL_SECONDS, GOAL_BYTES = 1.5, 2500


def make_model(operations: int) -> tuple[Any, Any]:
    """Return a model of about so many operations, in layers of fifty blocks each."""
    import keras
    from keras import layers, ops

    class Stack(layers.Layer):
        def __init__(self, blocks: int) -> None:
            super().__init__()
            self.blocks = [layers.Dense(8, activation="relu") for _ in range(blocks)]

        def call(self, x: Any) -> Any:
            for block in self.blocks:
                x = ops.tanh(x + block(x)) * 2.0
            return x

    class Deep(keras.Model):
        def __init__(self, stacks: int) -> None:
            super().__init__()
            self.stacks = [Stack(BLOCKS_PER_LAYER) for _ in range(stacks)]

        def call(self, x: Any) -> Any:
            for stack in self.stacks:
                x = stack(x)
            return x

    stacks = max(1, operations // (OPERATIONS_PER_BLOCK * BLOCKS_PER_LAYER))
    return Deep(stacks), keras.KerasTensor((None, 8))


def measure(operations: int) -> dict[str, float]:
    """Return the figures of one model."""
    from graphscope.graph.collecting import pause_collecting
    from graphscope.tracers.abstract import values_on_demand
    from graphscope.tracers.inputs import find_arguments
    from graphscope.tracers.tensorflow import tracing

    with values_on_demand(), pause_collecting():
        model, inputs = make_model(operations)
        arguments = find_arguments(model, inputs)
        tracing._build(model, arguments)
        traced, calling = _timed(lambda: tracing._call(model, arguments))
        count = len(traced.graph.get_operations())
        graph, first = _timed(lambda: _assemble(model, traced))
        _, second = _timed(lambda: _assemble(model, traced))
        nodes = len(graph.nodes)
        del graph
        gc.collect()
        tracemalloc.start()
        graph = _assemble(model, traced)
        gc.collect()
        kept, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        del graph
    return {
        "operations": count,
        "nodes": nodes,
        "calling": calling,
        "assembly": min(first, second),
        "kept": kept / count,
        "peak": peak / count,
    }


def _assemble(model: Any, traced: Any) -> Any:
    from graphscope.graph import GraphBuilder
    from graphscope.tracers.tensorflow import tracing

    builder = GraphBuilder(model.name, type(model).__name__)
    return tracing._assemble(model, traced, builder, guessed_dtype=False)


def _timed(function: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


def main(operations: int) -> None:
    """Print the figures beside the goals."""
    found = measure(operations)
    goal = GOAL_SECONDS * found["operations"] / OPERATIONS
    print(f"{found['operations']:,.0f} operations, {found['nodes']:,.0f} nodes")  # noqa: T201
    print(f"call of the model under the recorder: {found['calling']:.2f} s")  # noqa: T201
    print(f"from there to the document: {found['assembly']:.2f} s (goal {goal:.2f} s)")  # noqa: T201
    print(  # noqa: T201
        f"bytes per operation: {found['kept']:,.0f} kept, {found['peak']:,.0f} at the peak "
        f"(goal {GOAL_BYTES:,})"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else OPERATIONS)
