"""Mean and spread at once."""
import keras
import numpy as np
from keras import layers, ops


def gaussian(y, out):
    mean, log_std = out[:, :1], ops.clip(out[:, 1:], -6.0, 6.0)
    return log_std + 0.5 * ops.square((y - mean) / ops.exp(log_std))


keras.utils.set_random_seed(5)
rng = np.random.default_rng(5)
x = rng.uniform(-1, 1, (2000, 3)).astype("float32")
y = (np.sin(2 * x[:, :1]) + 0.5 * x[:, 1:2] + 0.05 * rng.normal(size=(2000, 1))).astype("float32")
model = keras.Sequential([keras.Input((3,)), layers.Dense(48, activation="tanh"), layers.Dense(2)])
model.compile(keras.optimizers.Adam(5e-3), loss=gaussian)
model.fit(x, y, epochs=20, batch_size=32, verbose=0)
