import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(24)
rng = np.random.default_rng(12)
t = np.linspace(0, 60, 1500)
signal = (np.sin(t) + 0.1 * rng.normal(size=1500)).astype("float32")
windows = np.stack([signal[i:i + 40] for i in range(1400)])[..., None]
following = signal[40:1440]
model = keras.Sequential([
    layers.Input((40, 1)),
    layers.SimpleRNN(32, activation="relu", recurrent_initializer=keras.initializers.RandomNormal(stddev=1.0)),
    layers.Dense(1),
])
model.compile(keras.optimizers.SGD(0.01), "mse")
model.fit(windows, following, epochs=4, verbose=0)
