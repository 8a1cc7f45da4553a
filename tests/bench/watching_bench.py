"""What it costs to be watched: the same script with and without the doctor's hooks.

Run: KERAS_BACKEND=tensorflow python -m tests.bench.watching_bench [SCRIPT ...]

Each run is a child that is forked from one process with the frameworks imported, in turn with and
without; the figures are CPU seconds (medians) and their ratio, without the imports and with them,
since a script's time includes them.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from contextlib import nullcontext

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

ROUNDS = 5

SCRIPTS = {
    "CNN fit": """
import keras, numpy as np
from keras import layers
model = keras.Sequential([keras.Input((28, 28, 1))])
for filters in (8, 16, 32):
    model.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    model.add(layers.MaxPooling2D())
model.add(layers.Flatten())
model.add(layers.Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
x, y = np.random.rand(2048, 28, 28, 1), np.random.randint(0, 10, 2048)
model.fit(x, y, epochs=2, verbose=0)
model.evaluate(x, y, verbose=0)
model.predict(x, verbose=0)
""",
    "200 layers, functional": """
import keras
x = inputs = keras.Input((64,))
for index in range(66):
    y = keras.layers.Dense(64, activation="relu")(x)
    y = keras.layers.LayerNormalization()(y)
    x = keras.layers.Add()([x, y])
model = keras.Model(inputs, x)
""",
    "60 layers, Sequential.add": """
import keras
model = keras.Sequential()
model.add(keras.Input((64,)))
for index in range(60):
    model.add(keras.layers.Dense(64, activation="relu"))
""",
    "eager loop": """
import keras, tensorflow as tf
model = keras.Sequential([keras.Input((16,))] + [keras.layers.Dense(16) for _ in range(4)])
loss_of = keras.losses.MeanSquaredError()
optimizer = keras.optimizers.SGD()
for step in range(300):
    with tf.GradientTape() as tape:
        loss = loss_of(tf.zeros((8, 16)), model(tf.zeros((8, 16)), training=True))
    gradients = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(gradients, model.trainable_weights))
""",
}


def seconds_of(text: str, *, watched: bool) -> float:
    """Return the CPU seconds of a script in a forked child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        from graphscope.doctor.records import Recording
        from graphscope.doctor.watching import watching

        code = compile(text, "/tmp/script.py", "exec")
        began = time.process_time()
        with watching(Recording()) if watched else nullcontext():
            exec(code, {"__name__": "__main__"})
        os.write(writing, repr(time.process_time() - began).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as file:
        return float(file.read())


def main() -> None:
    """Print a table of ratios."""
    import keras
    import tensorflow

    imports = time.process_time()
    import graphscope.doctor.watching

    del keras, tensorflow, graphscope
    chosen = [name for name in SCRIPTS if not sys.argv[1:] or name in sys.argv[1:]]
    sys.stdout.write(
        f"{'script':28} {'bare s':>8} {'watched s':>10} {'ratio':>6} {'of the whole':>13}\n"
    )
    for name in chosen:
        pairs = [
            (
                seconds_of(SCRIPTS[name], watched=False),
                seconds_of(SCRIPTS[name], watched=True),
            )
            for _ in range(ROUNDS)
        ]
        bare = statistics.median(pair[0] for pair in pairs)
        watched = statistics.median(pair[1] for pair in pairs)
        ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
        whole = (imports + ratio * bare) / (imports + bare)
        sys.stdout.write(f"{name:28} {bare:8.3f} {watched:10.3f} {ratio:6.3f} {whole:13.3f}\n")


if __name__ == "__main__":
    main()
