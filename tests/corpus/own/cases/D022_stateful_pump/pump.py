"""Watch a pump: a stateful network reads the sensor without end."""
import argparse

import keras
import numpy as np
import tensorflow as tf
from keras import layers


def sensor(samples, seed):
    rng = np.random.default_rng(seed)
    t = np.arange(samples)
    load = np.sin(t / 17) + 0.4 * np.sin(t / 5) + rng.normal(0, 0.05, samples)
    wear = np.cumsum(rng.exponential(1e-3, samples))
    return np.stack([load, load * wear, wear], axis=1).astype("float32")


class Chunks:
    """Splits the record into streams that go on from one batch to the next."""

    def __init__(self, record, chunk, lookahead=1):
        usable = (len(record) - lookahead) // chunk * chunk
        self.inputs = record[:usable].reshape(-1, chunk, record.shape[1])
        self.targets = record[lookahead : usable + lookahead, :1].reshape(-1, chunk, 1)

    def __len__(self):
        return len(self.inputs)

    def batches(self, streams):
        data = tf.data.Dataset.from_tensor_slices((self.inputs, self.targets))
        return data.batch(streams)


def watcher(streams, chunk, channels, units):
    reading = keras.Input(batch_shape=(streams, chunk, channels), name="reading")
    x = layers.GRU(units, stateful=True, return_sequences=True, name="memory")(reading)
    x = layers.TimeDistributed(layers.Dense(units // 2, activation="relu"), name="per_step")(x)
    return keras.Model(reading, layers.Dense(1, name="next_load")(x), name="pump_watcher")


class ForgetAtEpochEnd(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.model.get_layer("memory").reset_state()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=2200)
    parser.add_argument("--chunk", type=int, default=20)
    parser.add_argument("--streams", type=int, default=8)
    parser.add_argument("--units", type=int, default=18)
    args = parser.parse_args()
    keras.utils.set_random_seed(31)
    chunks = Chunks(sensor(args.samples, seed=31), args.chunk)
    model = watcher(args.streams, args.chunk, 3, args.units)
    model.compile(optimizer=keras.optimizers.RMSprop(1e-3), loss="mse")
    model.fit(
        chunks.batches(args.streams),
        epochs=1,
        shuffle=False,
        callbacks=[ForgetAtEpochEnd()],
        verbose=0,
    )
    print(len(chunks), "chunks")


if __name__ == "__main__":
    main()
