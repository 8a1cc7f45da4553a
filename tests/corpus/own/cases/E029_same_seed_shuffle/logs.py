"""Find broken sessions in logs: event numbers and a context of the machine."""
import argparse

import keras
import numpy as np
from keras import layers

EVENTS, LENGTH, CONTEXT = 40, 16, 3


def shuffled(values, seed):
    """The same seed gives the same order to every array of a table."""
    order = np.random.default_rng(seed).permutation(len(values))
    return values[order]


def sessions(count, seed):
    rng = np.random.default_rng(seed)
    broken = np.sort(rng.integers(0, 2, count))
    events = rng.integers(5, EVENTS, (count, LENGTH))
    for row, bad in zip(events, broken):
        if bad:
            row[rng.integers(0, LENGTH, 3)] = rng.integers(1, 5, 3)
    context = rng.normal(0, 1, (count, CONTEXT)).astype("float32")
    arrays = [events.astype("int32"), context, broken.astype("float32")[:, None]]
    return [shuffled(each, seed + 100) for each in arrays]


def attention_pool(x, name):
    score = layers.Dense(1, activation="tanh", name=f"{name}_score")(x)
    weight = layers.Softmax(axis=1, name=f"{name}_weight")(score)
    return keras.ops.sum(weight * x, axis=1)


def build(width=24):
    events = keras.Input((LENGTH,), dtype="int32", name="events")
    context = keras.Input((CONTEXT,), name="context")
    x = layers.Embedding(EVENTS, width, name="vectors")(events)
    machine = layers.Dense(width, name="machine")(context)
    x = x + machine[:, None, :]
    x = layers.LayerNormalization(name="norm")(x)
    x = layers.GRU(width, return_sequences=True, reset_after=False, name="order")(x)
    x = attention_pool(x, "pool")
    broken = layers.Dense(1, name="broken")(layers.Dropout(0.1, name="drop")(x))
    return keras.Model([events, context], broken, name="sessions")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--epochs", type=int, default=6)
    args = parser.parse_args()
    keras.utils.set_random_seed(77)
    events, context, broken = sessions(500, seed=0)
    model = build()
    model.compile(
        optimizer=keras.optimizers.Adam(5e-3),
        loss=keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)],
    )
    history = model.fit(
        [events, context], broken, validation_split=0.2, epochs=args.epochs, verbose=0
    )
    print(history.history["val_accuracy"])
    return model, history


if __name__ == "__main__":
    model, history = main()
