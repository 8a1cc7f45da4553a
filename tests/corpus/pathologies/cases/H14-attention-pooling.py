"""How many peaks are in a signal? Attention over time, and a count that is never negative."""
import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(14)
rng = np.random.default_rng(14)
counts = rng.integers(1, 6, 1000)
signals = 0.05 * rng.normal(size=(1000, 32, 1))
for row, n in zip(signals, counts):
    row[rng.choice(32, n, replace=False), 0] += 1.0

inputs = keras.Input((32, 1))
x = layers.Conv1D(16, 3, padding="same", activation="relu")(inputs)
weights = layers.Softmax(axis=1, name="when")(layers.Dense(1)(x))
pooled = layers.Flatten()(layers.Dot(axes=1)([weights, x]))
total = layers.GlobalAveragePooling1D()(x)
x = layers.Dense(16, activation="relu")(layers.Concatenate()([pooled, total]))
model = keras.Model(inputs, layers.Dense(1, activation="relu", bias_initializer="ones", name="count")(x))
model.compile(keras.optimizers.Adam(5e-3), "mse")
model.fit(signals, counts.astype("float32"), epochs=15, batch_size=32, verbose=0)
