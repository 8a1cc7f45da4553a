import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(23)
rng = np.random.default_rng(11)
x = rng.normal(size=(480, 7)).astype("float32")
y = (x.sum(axis=1) > 0).astype("float32")
x[100:110, 2] = np.nan
model = keras.Sequential([layers.Input((7,)), layers.Dense(16, activation="tanh"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
final = 0.0
for epoch in range(6):
    for i in range(0, 480, 32):
        final = float(model.train_on_batch(x[i:i + 32], y[i:i + 32]))
