import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(33)
rng = np.random.default_rng(21)
words = rng.integers(1, 400, size=(320, 20))
liked = ((words < 40).sum(axis=1) + rng.normal(0, 1.2, 320) > 2).astype("float32")
model = keras.Sequential([
    layers.Input((20,)),
    layers.Embedding(400, 64),
    layers.Flatten(),
    layers.Dense(128, activation="relu"),
    layers.Dense(1, activation="sigmoid"),
])
model.compile(keras.optimizers.Adam(0.002), "binary_crossentropy", metrics=["accuracy"])
model.fit(words[:120], liked[:120], validation_data=(words[120:], liked[120:]), epochs=50, batch_size=16, verbose=0)
