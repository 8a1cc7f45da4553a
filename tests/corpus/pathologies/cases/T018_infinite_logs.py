import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(18)
rng = np.random.default_rng(8)
counts = rng.poisson(2.0, size=(700, 9))
logged = np.log(counts).astype("float32")
label = (counts.sum(axis=1) > 18).astype("float32")
model = keras.Sequential([layers.Input((9,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
model.fit(logged, label, epochs=20, verbose=0)
