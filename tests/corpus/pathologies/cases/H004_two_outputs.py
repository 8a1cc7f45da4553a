import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(43)
rng = np.random.default_rng(30)
x = rng.normal(size=(1200, 10)).astype("float32")
size = (2 * x[:, 0] + x[:, 1]).astype("float32")[:, None]
kind = (x[:, 2] + x[:, 3] > 0).astype("float32")[:, None]
inputs = keras.Input((10,))
h = layers.Dense(48, activation="relu")(inputs)
h = layers.Dropout(0.1)(h)
model = keras.Model(inputs, {"size": layers.Dense(1, name="size")(h), "kind": layers.Dense(1, activation="sigmoid", name="kind")(h)})
model.compile("adam", loss={"size": "mse", "kind": "binary_crossentropy"}, metrics={"kind": ["accuracy"]})
model.fit(x, {"size": size, "kind": kind}, validation_split=0.2, epochs=12, verbose=0)
