"""What TensorFlow's allocator counts while a perceptron trains, in a process of its own.

Run: python -m tests.support.allocated

The allocator that TensorFlow chooses depends on the processor, and only some count. The one that
always does must be asked for before TensorFlow starts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

BATCH, WIDTH = 4096, 512


def compare_with_allocator() -> tuple[int, int]:
    """Estimated and measured peak of one step of training, in bytes, without what was there before.

    Raises:
        subprocess.CalledProcessError: the process failed; what it said is on standard error.
    """
    environment = {**os.environ, "TF_CPU_ALLOCATOR_USE_BFC": "1", "KERAS_BACKEND": "tensorflow"}
    command = [sys.executable, "-m", "tests.support.allocated"]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    estimate, measured = json.loads(done.stdout.splitlines()[-1])
    return estimate, measured


def _measure() -> tuple[int, int]:
    import keras
    import tensorflow as tf
    from keras import layers

    from graphscope.analysis.memory import prepare_memory
    from graphscope.session.open import trace_model

    # Large blocks, which every allocator counts; no layers side by side, which run in any order.
    model = keras.Sequential([layers.Input((WIDTH,))])
    for _ in range(4):
        model.add(layers.Dense(WIDTH, activation="tanh"))
    model.add(layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, jit_compile=False)
    x, y = tf.ones((BATCH, WIDTH)), tf.ones((BATCH,), "int32")
    model.make_train_function()
    data = iter(tf.data.Dataset.from_tensors((x, y)).repeat())
    model.train_function(data)
    tf.config.experimental.reset_memory_stats("CPU:0")
    before = tf.config.experimental.get_memory_info("CPU:0")["current"]
    model.train_function(data)
    measured = tf.config.experimental.get_memory_info("CPU:0")["peak"] - before
    plan = prepare_memory(trace_model(model)).training.evaluate({"B": BATCH})
    # Weights, slots and inputs were there before.
    return plan.by_role["activations"] + plan.by_role["gradients"], measured


if __name__ == "__main__":
    print(json.dumps(_measure()))  # noqa: T201
