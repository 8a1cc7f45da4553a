"""Recognise one of six gestures from the readings of an accelerometer."""
import keras
import numpy as np
from keras import layers, ops

N_CLASSES = 6
STEPS, CHANNELS = 40, 3


def simulate(n, rng):
    """Each gesture has a frequency and an axis of its own."""
    labels = rng.integers(0, N_CLASSES, n)
    t = np.linspace(0, 1, STEPS)
    signals = rng.normal(0, 0.2, (n, STEPS, CHANNELS))
    for i, label in enumerate(labels):
        wave = np.sin(2 * np.pi * (2 + 2 * (label // 3)) * t + rng.uniform(0, 0.5))
        signals[i, :, label % 3] += wave
    return signals.astype("float32"), labels


def build(n_classes):
    inputs = keras.Input((STEPS, CHANNELS))
    x = layers.Conv1D(16, 5, activation="relu")(inputs)
    x = layers.MaxPooling1D(2)(x)
    x = layers.Conv1D(32, 3, activation="relu")(x)
    x = layers.GlobalAveragePooling1D()(x)
    outputs = layers.Dense(n_classes, activation="relu", bias_initializer=keras.initializers.Constant(-0.5), name="logits")(x)
    return keras.Model(inputs, outputs)


def main():
    keras.utils.set_random_seed(4)
    rng = np.random.default_rng(4)
    x, y = simulate(900, rng)
    model = build(N_CLASSES)
    model.compile(
        optimizer=keras.optimizers.Adam(3e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    model.fit(x, y, epochs=12, batch_size=32, validation_split=0.15, verbose=0)
    return model


model = main()
